import { headerValue, type RawHeaders } from '../domain/headers.ts';

/** Numbers above this are points in time, not spans: seconds since 2001, or milliseconds since 1970. */
const EPOCH_SECONDS = 1e9;
const EPOCH_MILLISECONDS = 1e12;

/** Reset headers that count only when a limit is really used up; everybody else sends them with every answer. */
const RESET_HEADERS = [
  'anthropic-ratelimit-unified-reset',
  'x-ratelimit-reset',
  'x-ratelimit-reset-requests',
  'x-ratelimit-reset-tokens',
  'ratelimit-reset',
] as const;

/**
 * How long a refused request should wait, from whatever header says so: `retry-after-ms`; `retry-after` in seconds,
 * as HTTP date or as a point in time; or the reset of a limit, in seconds, as point in time (s or ms), as RFC 3339
 * date or as duration (`6m0s`).
 * @param now wall clock, milliseconds
 * @returns milliseconds, never negative; `undefined` when nothing says
 */
export function retryAfterMs(headers: RawHeaders, now: number): number | undefined {
  const milliseconds = Number(headerValue(headers, 'retry-after-ms') ?? NaN);
  if (Number.isFinite(milliseconds) && milliseconds >= 0) return milliseconds;
  const direct = readWait(headerValue(headers, 'retry-after'), now);
  if (direct !== undefined) return direct;
  for (const name of RESET_HEADERS) {
    const wait = readWait(headerValue(headers, name), now);
    if (wait !== undefined) return wait;
  }
  return undefined;
}

/**
 * One such text: seconds, a point in time, a date, or a duration.
 * @returns milliseconds, never negative; `undefined` for what is none of it
 */
export function readWait(text: string | undefined, now: number): number | undefined {
  const value = text?.trim() ?? '';
  if (value === '') return undefined;
  const wait = /^\d+(?:\.\d+)?$/.test(value)
    ? waitOfNumber(Number(value), now)
    : (durationOf(value) ?? Date.parse(value) - now);
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

function waitOfNumber(value: number, now: number): number {
  if (value >= EPOCH_MILLISECONDS) return value - now;
  return value >= EPOCH_SECONDS ? value * 1000 - now : value * 1000;
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `6m0s`, `1.5s`, `250ms`. */
function durationOf(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g))
    total += Number(amount) * (UNIT_MS[unit ?? ''] ?? 0);
  return total;
}
