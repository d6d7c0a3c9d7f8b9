/** Turns what sockets, TLS and HTTP report into the gateway's own codes. */
import { GatewayError } from '../domain/errors.ts';
import type { ErrorCode } from '../domain/errors.ts';

/** This machine's fault, never the provider's: a breaker must not count them. */
const LOCAL_RESOURCE = new Set(['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOMEM', 'ENOBUFS']);

const PROTOCOL = new Set(['ERR_HTTP1_ANSWER', 'ERR_HTTP2_INVALID_HEADER_VALUE']);

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
  return PROTOCOL.has(code) ? 'upstream_protocol' : 'upstream_reset';
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
