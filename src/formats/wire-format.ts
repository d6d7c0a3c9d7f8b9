import type { GatewayError } from '../domain/errors.ts';
import type { RequestFacts, RequestKind } from '../domain/exchange.ts';
import type { Format } from '../domain/format.ts';
import type { RawHeaders } from '../domain/headers.ts';
import type { ProviderFilters } from '../domain/provider.ts';
import type { Usage } from '../domain/usage.ts';

/**
 * One wire format, as far as same-format traffic needs it. Implementations are pure: bytes in, values out.
 * Register a format in `formats/index.ts`.
 */
export interface WireFormat {
  readonly id: Format;
  /** Which of the format's requests a method and path mean; `undefined` when they are not this format's. */
  match(method: string, path: string): RequestKind | undefined;
  /**
   * Reads the facts of a request in one scan of its body; Gemini keeps model and stream in the path.
   * @throws GatewayError `malformed_body`
   */
  inspect(body: Buffer, path: string, depth?: InspectDepth): RequestFacts;
  /** The path, below a provider's base path, that serves a request; the query is kept by the caller. */
  upstreamPath(input: UpstreamPathInput): string;
  /** The body with the model replaced and the provider's filters applied; the same buffer when nothing changes. */
  patch(input: PatchInput): PatchResult;
  /** An error as this vendor would send it. */
  encodeError(error: GatewayError, exchangeId: string): EncodedError;
  /** An error inside a stream that has begun, as bytes; `undefined` where the format has no safe way. */
  encodeStreamError(error: GatewayError, exchangeId: string): Buffer | undefined;
  /** Bytes that keep a waiting client alive between frames. */
  readonly keepAlive: Buffer;
  /** A reader of the answer that learns usage and never changes or holds a byte. */
  createMeter(stream: boolean): ResponseMeter;
}

/** How far down a request is read: its top-level members, or also what stands in them. */
export type InspectDepth = 'members' | 'content';

export interface UpstreamPathInput {
  readonly kind: RequestKind;
  readonly facts: RequestFacts;
  /** The model to ask for; `undefined` keeps what the client wrote. */
  readonly model: string | undefined;
  /** The provider's base path, which may already hold the version: `/api/v1`. */
  readonly basePath: string;
}

export interface PatchInput {
  readonly body: Buffer;
  readonly headers: RawHeaders;
  readonly facts: RequestFacts;
  /** The model to ask for; `undefined` keeps what the client wrote. */
  readonly model: string | undefined;
  readonly filters: ProviderFilters;
  /** Whether a thinking signature was issued by the provider this goes to; unknown signatures are foreign to third parties. */
  isOwnSignature(signature: string): boolean;
}

export interface PatchResult {
  readonly body: Buffer;
  readonly headers: RawHeaders;
  /** What was taken out, for the `[Filter]` log line: `beta context-1m-2025-08-07`, `2 thinking blocks`. */
  readonly removed: readonly string[];
}

export interface EncodedError {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** Reads a response as it passes by. `push` must not throw and must be cheap: it runs for every chunk. */
export interface ResponseMeter {
  push(chunk: Buffer): void;
  /** Call once, when the body is complete or broke off. */
  end(): void;
  /** Up to date after every push. */
  readonly report: MeterReport;
  /** About how many bytes of generated text have passed: what an answer that told no usage is estimated by. */
  textBytes(): number;
}

export interface MeterReport {
  usage: Usage;
  servedModel: string | undefined;
  stopReason: string | undefined;
  toolCalls: number;
  /** The first content event has passed. */
  sawContent: boolean;
  /** The stream ended as its grammar demands (`message_stop`, `[DONE]`); for whole bodies: it parsed. */
  complete: boolean;
  /** An error event passed by: its type, as the vendor names it. */
  streamError: string | undefined;
  /** The answer's beginning told a count of output tokens, and its end none yet. */
  preliminary: boolean;
  /** Bytes pushed so far end exactly between two frames. */
  atFrameBoundary: boolean;
  /** Signatures of thinking blocks that passed by, for telling foreign ones apart later. */
  signatures: string[];
}
