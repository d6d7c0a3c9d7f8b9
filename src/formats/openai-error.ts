import type { ErrorKind, GatewayError } from '../domain/errors.ts';
import { errorMessage } from './error-reply.ts';

/** How OpenAI names a kind of error; both of its formats share this. */
interface OpenAiErrorKind {
  readonly status: number;
  readonly type: string;
  /** The code clients compare with; where OpenAI has none, ours is sent. */
  readonly code?: string;
}

const KINDS: Readonly<Record<ErrorKind, OpenAiErrorKind>> = {
  invalid_request: { status: 400, type: 'invalid_request_error' },
  authentication: { status: 401, type: 'invalid_request_error', code: 'invalid_api_key' },
  forbidden: { status: 403, type: 'invalid_request_error' },
  not_found: { status: 404, type: 'invalid_request_error' },
  method_not_allowed: { status: 405, type: 'invalid_request_error' },
  conflict: { status: 409, type: 'invalid_request_error' },
  request_timeout: { status: 408, type: 'invalid_request_error' },
  too_large: { status: 413, type: 'invalid_request_error' },
  unsupported_media: { status: 415, type: 'invalid_request_error' },
  misdirected: { status: 421, type: 'invalid_request_error' },
  upgrade_required: { status: 426, type: 'invalid_request_error' },
  rate_limit: { status: 429, type: 'rate_limit_error', code: 'rate_limit_exceeded' },
  headers_too_large: { status: 431, type: 'invalid_request_error' },
  internal: { status: 500, type: 'server_error' },
  not_supported: { status: 501, type: 'invalid_request_error' },
  upstream: { status: 502, type: 'server_error' },
  overloaded: { status: 503, type: 'server_error', code: 'server_is_overloaded' },
  timeout: { status: 504, type: 'server_error' },
  loop: { status: 508, type: 'server_error' },
};

/** The object below `error` in every answer of OpenAI that reports one. */
export interface OpenAiError {
  readonly message: string;
  readonly type: string;
  readonly param: null;
  readonly code: string;
}

export function openAiStatus(error: GatewayError): number {
  return KINDS[error.row.kind].status;
}

export function openAiError(error: GatewayError): OpenAiError {
  const { type, code } = KINDS[error.row.kind];
  return { message: errorMessage(error), type, param: null, code: code ?? error.code };
}
