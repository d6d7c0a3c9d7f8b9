import type { SentState } from '../domain/attempt.ts';
import { ERROR_TABLE, type ErrorCode } from '../domain/errors.ts';
import type { LimitField } from '../domain/target-quirks.ts';
import type { Refusal } from './classify-answer.ts';
import { REFUSAL_EFFECTS } from './refusal-effect.ts';

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
  /** The same target with another of the provider's keys. */
  | { readonly kind: 'next-key' }
  /** The same target once more with the output limit under another name: it does not know the one it got. */
  | { readonly kind: 'retry-renamed'; readonly field: LimitField }
  /** The same target once more after a while: it is the last one, and said that it will have room again. */
  | { readonly kind: 'wait'; readonly milliseconds: number }
  | { readonly kind: 'next-target' };

export interface RetryState {
  /** How many tries of this exchange may have been billed so far, this one included. */
  readonly maybeBilled: number;
  /** How many tries there were so far, this one included. */
  readonly tries: number;
  /** Whether this target was already tried again for this exchange. */
  readonly retried: boolean;
  readonly targetsLeft: number;
  /** Other keys of the same provider that are ready; none unless told. */
  readonly keysLeft?: number;
  /** Whether other targets wait for the case that the window of the caller's plan is used up; none unless told. */
  readonly spared?: () => boolean;
  /** 0 to 1, another number for every exchange; 0 unless told. */
  readonly spread?: number;
  readonly settings: RetrySettings;
  /** Takes a second try after an ambiguous failure from the common budget. */
  readonly spend: () => boolean;
}

export interface RetrySettings {
  /** At most this many tries that may have billed per exchange, over all targets. */
  readonly attempts: number;
  /** The longest the last target is waited for, milliseconds; 0 never waits. */
  readonly wait: number;
  /** How long an answer may be held back while it has no content and another target is left, milliseconds. */
  readonly hold: number;
  /** Second tries after ambiguous failures, as a share of all requests. */
  readonly budget: number;
}

export const DEFAULT_RETRY_SETTINGS: RetrySettings = {
  attempts: 3,
  wait: 10_000,
  hold: 240_000,
  budget: 0.2,
};

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

/** A try that ended without an answer, or with one that broke off before the client saw anything of it. */
export function afterFailure(failed: FailedTry, state: RetryState): RetryVerdict {
  if (ERROR_TABLE[failed.error].blame !== 'upstream') return SURFACE;
  const ambiguous = failed.sent === 'maybe-sent';
  if (ambiguous && state.maybeBilled >= state.settings.attempts) return SURFACE;
  const again = sameTargetAgain(failed, state);
  if (again !== undefined) return again;
  if (state.targetsLeft === 0) return SURFACE;
  return !ambiguous || state.spend() ? NEXT : SURFACE;
}

function sameTargetAgain(failed: FailedTry, state: RetryState): RetryVerdict | undefined {
  if (state.retried) return undefined;
  if (failed.http2 && failed.h2Fallback && H2_CURABLE.has(failed.error)) return { kind: 'retry-http1' };
  return failed.staleSocket ? { kind: 'retry-fresh-socket' } : undefined;
}

/** A try that was answered with a refusal. The client's own mistakes always surface. */
export function afterRefusal(refusal: Refusal, state: RetryState): RetryVerdict {
  const effect = REFUSAL_EFFECTS[refusal.meaning];
  if (refusal.limitField !== undefined && !state.retried)
    return { kind: 'retry-renamed', field: refusal.limitField };
  if (effect.boundToKey && (state.keysLeft ?? 0) > 0) return { kind: 'next-key' };
  if (!effect.movesOn) return SURFACE;
  if (state.targetsLeft === 0 && isUsedUp(refusal) && state.spared?.() === true) return NEXT;
  if (state.targetsLeft === 0) return effect.worthWaiting ? waitOrSurface(refusal, state) : SURFACE;
  if (!effect.mayHaveBilled) return NEXT;
  return state.maybeBilled < state.settings.attempts && state.spend() ? NEXT : SURFACE;
}

function isUsedUp({ meaning }: Refusal): boolean {
  return meaning === 'window' || meaning === 'model-window';
}

/** A 200 that is of no use to the client. It was billed. */
export function afterUselessAnswer(state: RetryState): RetryVerdict {
  const may = state.targetsLeft > 0 && state.maybeBilled < state.settings.attempts;
  return may && state.spend() ? NEXT : SURFACE;
}

const LONGEST_GUESS = 30_000;
/** Guesses differ by up to this much, so that requests that were refused together do not come back together. */
const SPREAD = 1_000;

/**
 * The last target is waited for as long as it says; where it does not say, only after a cascade, with a guess that
 * doubles with every try, up to the longest wait: a client that asked one provider directly knows best itself how to
 * wait for it.
 */
function waitOrSurface({ retryAfterMs }: Refusal, state: RetryState): RetryVerdict {
  const { retried, tries, settings, spread = 0 } = state;
  if (retried || settings.wait === 0) return SURFACE;
  const guess = Math.min(LONGEST_GUESS, 1_000 * 2 ** (tries - 1) + SPREAD * spread);
  const milliseconds = retryAfterMs ?? (tries > 1 ? Math.min(guess, settings.wait) : undefined);
  const may = milliseconds !== undefined && milliseconds <= settings.wait;
  return may ? { kind: 'wait', milliseconds } : SURFACE;
}
