/** Turns what sockets, TLS and undici report into the gateway's own codes. */
import { GatewayError } from '../domain/errors.ts';
import type { ErrorCode } from '../domain/errors.ts';

/** This machine's fault, never the provider's: a breaker must not count them. */
const LOCAL_RESOURCE = new Set(['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOMEM', 'ENOBUFS']);

const PROTOCOL = new Set([
  'UND_ERR_HEADERS_OVERFLOW',
  'UND_ERR_RES_EXCEEDED_MAX_SIZE',
  'ERR_HTTP2_INVALID_HEADER_VALUE',
]);

/** What undici says of bytes it cannot take for an answer to our request. */
const UNFIT_ANSWER = new Set(['bad response', 'bad upgrade']);

/** The error's code; of a failed race over several addresses the first code that tells anything. */
export function systemCode(error: unknown): string {
  if (error instanceof AggregateError) {
    const codes = error.errors.map(systemCode);
    return codes.find((code) => LOCAL_RESOURCE.has(code)) ?? codes.find((code) => code !== '') ?? '';
  }
  if (!(error instanceof Error) || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

/** For what goes wrong before a connection stands. */
export function connectErrorCode(error: unknown): ErrorCode {
  const code = systemCode(error);
  if (LOCAL_RESOURCE.has(code)) return 'local_resource';
  return code === 'ETIMEDOUT' ? 'upstream_connect_timeout' : 'upstream_unreachable';
}

/** For what goes wrong on a connection that stands. */
export function exchangeErrorCode(error: unknown): ErrorCode {
  const code = systemCode(error);
  if (LOCAL_RESOURCE.has(code)) return 'local_resource';
  if (code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS') || code === 'EPROTO') return 'upstream_tls';
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED') return 'bad_target';
  return PROTOCOL.has(code) || isUnfitAnswer(error) ? 'upstream_protocol' : 'upstream_reset';
}

function isUnfitAnswer(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // undici's parser errors carry no code, and `instanceof` would need the class of the very same copy. The end
  // of the connection in the middle of a message is a broken connection, not a foreign protocol.
  if (error.name === 'HTTPParserError') return !error.message.includes('Invalid EOF state');
  return UNFIT_ANSWER.has(error.message);
}

/** Text of an error for people, with its code when the text lacks it. */
export function describeError(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(describeError).join('; ');
  if (!(error instanceof Error)) return String(error);
  const code = systemCode(error);
  const saysItself = code === '' || /\bE[A-Z]{4,}\b/u.test(error.message);
  return saysItself ? error.message : `${error.message} (${code})`;
}

export function socketError(code: ErrorCode, attempted: string, cause: unknown): GatewayError {
  return new GatewayError(code, `${attempted} failed: ${describeError(cause)}.`, { cause });
}
