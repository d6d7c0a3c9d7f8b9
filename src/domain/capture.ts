import type { RawHeaders } from './headers.ts';

/** `errors` keeps the exchanges whose client got no good answer. */
export const CAPTURE_MODES = ['off', 'errors', 'all'] as const;
export type CaptureMode = (typeof CAPTURE_MODES)[number];

/** How bodies are kept. */
export interface CaptureSettings {
  readonly mode: CaptureMode;
  /** How long after a start, or after the configuration changed, `mode` holds. Milliseconds. */
  readonly forMs: number;
  /** Holds until then instead; wall clock, milliseconds. */
  readonly until: number | undefined;
  readonly keepDays: number;
  /** Of a longer body the beginning is kept. */
  readonly maxBodyBytes: number;
  /** Of all bodies on disk; the oldest go first. */
  readonly maxTotalBytes: number;
}

/** One body of an exchange as it passed. */
export interface BodyFacts {
  /** Bytes that passed. */
  readonly size: number;
  /** Bytes that are kept. */
  readonly kept: number;
  /** Places where a secret was taken out. */
  readonly redactions: number;
  /** The encoding it travelled in; it is kept inflated. */
  readonly inflatedFrom: string | undefined;
  readonly cutBy: CutBy | undefined;
}

/** Why not all of a body is kept: it is longer than allowed, too much was under way, or it could not be inflated. */
export type CutBy = 'limit' | 'memory' | 'encoding';

/** The head of one HTTP message, and which of the capture's bodies it had. Secrets in headers are replaced. */
export interface CapturedMessage {
  readonly headers: RawHeaders;
  readonly body: number;
}

export interface CapturedRequest extends CapturedMessage {
  readonly method: string;
  /** With its query. */
  readonly path: string;
}

export interface CapturedAnswer extends CapturedMessage {
  readonly status: number;
}

export interface CapturedAttempt {
  readonly id: string;
  readonly provider: string;
  readonly origin: string;
  readonly request: CapturedRequest;
  /** `undefined` when none came. */
  readonly answer: CapturedAnswer | undefined;
}

/** An exchange with its bodies; equal bodies are one. */
export interface CapturedExchange<Body> {
  readonly id: string;
  /** Wall clock, milliseconds. */
  readonly receivedAt: number;
  readonly format: string;
  readonly operation: string;
  readonly outcome: string;
  readonly request: CapturedRequest;
  readonly attempts: readonly CapturedAttempt[];
  /** What the client got. */
  readonly answer: CapturedAnswer | undefined;
  readonly bodies: readonly Body[];
}

/** A body as it is handed over to be stored. */
export interface RawBody {
  /** Alone in its memory, which is given away with it. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly size: number;
  /** The Content-Encoding it travelled in. */
  readonly encoding: string | undefined;
  readonly cutBy: CutBy | undefined;
}

/** A body read back. */
export interface StoredBody extends BodyFacts {
  readonly bytes: Uint8Array;
}

/** Whether nothing is missing and nothing was replaced: sent once more, it would be the same body. */
export function isExact({ redactions, cutBy }: BodyFacts): boolean {
  return redactions === 0 && cutBy === undefined;
}

/** An exchange that has ended, with the secrets that must not be kept. */
export interface CaptureDraft {
  readonly exchange: CapturedExchange<RawBody>;
  readonly secrets: readonly string[];
}
