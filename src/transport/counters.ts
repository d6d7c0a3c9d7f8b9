/** What the transport counts per provider, for `/metrics` and the status page. */
import type { ErrorCode } from '../domain/errors.ts';

export interface ProviderCounters {
  /** HTTP/2 streams given up because no headers came within `clocks.h2Headers`. */
  readonly h2HeaderTimeouts: number;
  /** Answers received in full over HTTP/1.1. */
  readonly h1Successes: number;
  /** Answers received in full over HTTP/2. */
  readonly h2Successes: number;
  /** Connections opened. */
  readonly connects: number;
  /** Requests that were moved to another connection because an idle one broke before anything was written. */
  readonly staleSockets: number;
  /** Expired clocks by their error code. */
  readonly timeouts: Readonly<Partial<Record<ErrorCode, number>>>;
}

export type MutableCounters = {
  -readonly [Name in keyof ProviderCounters]: ProviderCounters[Name] extends number
    ? number
    : Partial<Record<ErrorCode, number>>;
};

export function newCounters(): MutableCounters {
  return { h2HeaderTimeouts: 0, h1Successes: 0, h2Successes: 0, connects: 0, staleSockets: 0, timeouts: {} };
}
