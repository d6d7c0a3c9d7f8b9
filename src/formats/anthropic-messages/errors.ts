import { Buffer } from 'node:buffer';
import type { ErrorKind, GatewayError } from '../../domain/errors.ts';
import { errorMessage, errorReply } from '../error-reply.ts';
import type { EncodedError } from '../wire-format.ts';

/** Keeps a waiting client alive: all clients of this format know pings, and they reset the watchdog of Claude Code. */
export const KEEP_ALIVE: Buffer = Buffer.from('event: ping\ndata: {"type": "ping"}\n\n');

const STATUSES: Readonly<Record<ErrorKind, readonly [status: number, type: string]>> = {
  invalid_request: [400, 'invalid_request_error'],
  authentication: [401, 'authentication_error'],
  forbidden: [403, 'permission_error'],
  not_found: [404, 'not_found_error'],
  method_not_allowed: [405, 'invalid_request_error'],
  request_timeout: [408, 'timeout_error'],
  too_large: [413, 'request_too_large'],
  unsupported_media: [415, 'invalid_request_error'],
  conflict: [409, 'invalid_request_error'],
  misdirected: [421, 'invalid_request_error'],
  upgrade_required: [426, 'invalid_request_error'],
  rate_limit: [429, 'rate_limit_error'],
  headers_too_large: [431, 'request_too_large'],
  internal: [500, 'api_error'],
  not_supported: [501, 'not_supported'],
  upstream: [502, 'api_error'],
  timeout: [504, 'timeout_error'],
  loop: [508, 'api_error'],
  overloaded: [529, 'overloaded_error'],
};

/** The error as Anthropic would send it; our own code stands in `details.error_code`. */
export function encodeError(error: GatewayError, exchangeId: string): EncodedError {
  const [status] = STATUSES[error.row.kind];
  const reply = errorReply(error, status, envelopeOf(error, exchangeId));
  return { ...reply, headers: [...reply.headers, 'request-id', exchangeId] };
}

/** An `error` event, which ends the stream: nothing may follow it. Only between two frames. */
export function encodeStreamError(error: GatewayError, exchangeId: string): Buffer {
  return Buffer.from(`event: error\ndata: ${JSON.stringify(envelopeOf(error, exchangeId))}\n\n`);
}

function envelopeOf(error: GatewayError, exchangeId: string): unknown {
  const [, type] = STATUSES[error.row.kind];
  return {
    type: 'error',
    error: { type, message: errorMessage(error), details: { error_code: error.code } },
    request_id: exchangeId,
  };
}
