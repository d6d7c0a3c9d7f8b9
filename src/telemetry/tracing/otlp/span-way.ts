import type { Span } from '../span.ts';

/** A span as it waits: encoded already, or as it is where another encodes it. */
export type PackedSpan = Buffer | Span;

/** What takes spans to a collector. */
export interface SpanWay {
  /** @returns what went wrong; `undefined` when the collector took them. Never throws. */
  send(spans: readonly PackedSpan[]): Promise<Error | undefined>;
  /** Gives up what is under way. */
  close(): Promise<void>;
}
