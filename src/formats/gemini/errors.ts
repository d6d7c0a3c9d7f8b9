import { Buffer } from 'node:buffer';
import type { ErrorKind, GatewayError } from '../../domain/errors.ts';
import { errorMessage, errorReply } from '../error-reply.ts';
import type { EncodedError } from '../wire-format.ts';

/** Blanks: this format has no event that means nothing, and Google's SDK reads no further than a comment. */
export const KEEP_ALIVE: Buffer = Buffer.from('\r\n\r\n');

/** Google's own names for statuses; it has no 413 and no 502. */
const STATUSES: Readonly<Record<ErrorKind, readonly [status: number, name: string]>> = {
  invalid_request: [400, 'INVALID_ARGUMENT'],
  too_large: [400, 'INVALID_ARGUMENT'],
  authentication: [401, 'UNAUTHENTICATED'],
  forbidden: [403, 'PERMISSION_DENIED'],
  not_found: [404, 'NOT_FOUND'],
  method_not_allowed: [405, 'INVALID_ARGUMENT'],
  conflict: [409, 'ABORTED'],
  request_timeout: [408, 'DEADLINE_EXCEEDED'],
  unsupported_media: [415, 'INVALID_ARGUMENT'],
  misdirected: [421, 'FAILED_PRECONDITION'],
  upgrade_required: [426, 'FAILED_PRECONDITION'],
  rate_limit: [429, 'RESOURCE_EXHAUSTED'],
  headers_too_large: [431, 'INVALID_ARGUMENT'],
  internal: [500, 'INTERNAL'],
  upstream: [500, 'INTERNAL'],
  not_supported: [501, 'UNIMPLEMENTED'],
  overloaded: [503, 'UNAVAILABLE'],
  timeout: [504, 'DEADLINE_EXCEEDED'],
  loop: [508, 'FAILED_PRECONDITION'],
};

const ERROR_INFO = 'type.googleapis.com/google.rpc.ErrorInfo';

/** The error as Google would send it. */
export function encodeError(error: GatewayError, exchangeId: string): EncodedError {
  const [status] = STATUSES[error.row.kind];
  return errorReply(error, status, envelopeOf(error, exchangeId));
}

/** A last chunk that is an error. Only between two frames. */
export function encodeStreamError(error: GatewayError, exchangeId: string): Buffer {
  return Buffer.from(`data: ${JSON.stringify(envelopeOf(error, exchangeId))}\n\n`);
}

function envelopeOf(error: GatewayError, exchangeId: string): unknown {
  const [code, status] = STATUSES[error.row.kind];
  const details = [{ '@type': ERROR_INFO, reason: error.code, metadata: { exchange: exchangeId } }];
  return { error: { code, message: errorMessage(error), status, details } };
}
