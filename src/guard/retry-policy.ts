import type { SentState } from '../domain/attempt.ts';
import { ERROR_TABLE, type ErrorCode } from '../domain/errors.ts';
import { assertNever } from '../lib/assert-never.ts';

/**
 * What to do after an upstream try that cannot simply be passed on. This is the only retry decision in the
 * program; it is asked only while no byte of an answer has reached the client.
 */
export type RetryVerdict =
  /** Give the client what came: the provider's own answer, or our error. */
  | { readonly kind: 'surface' }
  /** The same target once more over HTTP/1.1 on a fresh socket: HTTP/2 stalled. */
  | { readonly kind: 'retry-http1' }
  /** The same target once more on a fresh socket: the kept-alive one had died. */
  | { readonly kind: 'retry-fresh-socket' }
  | { readonly kind: 'next-target' };

export interface RetryState {
  /** How many tries of this exchange may have been billed so far, this one included. */
  readonly maybeBilled: number;
  /** Whether this target was already tried again for this exchange. */
  readonly retried: boolean;
  readonly targetsLeft: number;
}

/** At most this many tries that may have billed per exchange, over all targets. */
export const MAX_MAYBE_BILLED = 3;

export interface FailedTry {
  readonly error: ErrorCode;
  readonly sent: SentState;
  readonly http2: boolean;
  readonly staleSocket: boolean;
  /** The provider's `h2_fallback` setting. */
  readonly h2Fallback: boolean;
}

const SURFACE: RetryVerdict = { kind: 'surface' };
const NEXT: RetryVerdict = { kind: 'next-target' };

/** Stalls and breaks that an HTTP/1.1 socket may cure. */
const H2_CURABLE: ReadonlySet<ErrorCode> = new Set([
  'upstream_headers_timeout',
  'upstream_tls_timeout',
  'upstream_reset',
  'upstream_protocol',
]);

/** A try that ended without an answer. */
export function afterFailure(failed: FailedTry, state: RetryState): RetryVerdict {
  if (ERROR_TABLE[failed.error].blame !== 'upstream') return SURFACE;
  if (failed.sent === 'maybe-sent' && state.maybeBilled >= MAX_MAYBE_BILLED) return SURFACE;
  if (!state.retried && failed.http2 && failed.h2Fallback && H2_CURABLE.has(failed.error)) {
    return { kind: 'retry-http1' };
  }
  if (!state.retried && failed.staleSocket) return { kind: 'retry-fresh-socket' };
  return state.targetsLeft > 0 ? NEXT : SURFACE;
}

export interface AnsweredTry {
  readonly status: number;
  /** Whether the credential was the gateway's own: only then may its refusal be hidden from the client. */
  readonly ownCredential: boolean;
}

/** A try that was answered with a status. Success and the client's own mistakes always surface. */
export function afterStatus(answered: AnsweredTry, state: RetryState): RetryVerdict {
  if (state.targetsLeft === 0) return SURFACE;
  const refusal = classifyStatus(answered);
  switch (refusal) {
    case 'none':
      return SURFACE;
    case 'not-billed':
      return NEXT;
    case 'maybe-billed':
      return state.maybeBilled >= MAX_MAYBE_BILLED ? SURFACE : NEXT;
    default:
      return assertNever(refusal);
  }
}

/** Whether a status may stand for work that was billed. Sources: vendors' error pages; 529 is Anthropic's overload. */
function classifyStatus(answered: AnsweredTry): 'none' | 'not-billed' | 'maybe-billed' {
  const { status, ownCredential } = answered;
  if (status === 429 || status === 503 || status === 529) return 'not-billed';
  if (status === 404 || status === 410) return 'not-billed';
  if (status === 401 || status === 403) return ownCredential ? 'not-billed' : 'none';
  return status >= 500 ? 'maybe-billed' : 'none';
}
