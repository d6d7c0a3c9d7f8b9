import type { Answer, AnswerFailure } from '../domain/answer.ts';
import type { Conversation } from '../domain/conversation.ts';
import type { Format } from '../domain/format.ts';
import type { RawHeaders } from '../domain/headers.ts';
import type { OpaqueOrigin } from '../domain/opaque.ts';
import type { StreamPart } from '../domain/stream-part.ts';
import type { TargetQuirks } from '../domain/target-quirks.ts';
import type { Warning } from '../domain/warning.ts';
import type { ToolNames } from './passes/map-tool-names.ts';

/**
 * One wire format as translation needs it: bytes to the hub's types and back. Every function is pure and
 * deterministic; time, ids and settings come in through the context. Register a codec in `codecs.ts`.
 */
export interface Codec {
  readonly id: Format;
  /** @throws GatewayError `malformed_body` for what has no meaning, `capability_rejected` for what must not be ignored. */
  decodeRequest(body: Buffer, client: ClientRequest): Decoded<Conversation>;
  /** Encoding the same conversation twice gives equal bytes. @throws GatewayError `capability_rejected` */
  encodeRequest(conversation: Conversation, target: TranslationTarget): EncodedRequest;
  /** A whole answer of status 200. Never throws: what cannot be read is a failure. */
  decodeAnswer(body: Buffer, context: AnswerContext): DecodedAnswer;
  encodeAnswer(answer: Answer, context: AnswerContext): Buffer;
  createStreamDecoder(context: AnswerContext): StreamDecoder;
  /** Its streams may be one JSON array, which its decoder reads piece by piece; elsewhere that is a whole answer. */
  readonly streamsArrays?: true;
  createStreamEncoder(context: AnswerContext): StreamEncoder;
}

/** What a request says outside its body. */
export interface ClientRequest {
  /** Gemini: the model in the path; the other formats name it in the body. */
  readonly model: string | undefined;
  /** Gemini: the verb in the path. */
  readonly stream: boolean | undefined;
}

export interface Decoded<Value> {
  readonly value: Value;
  readonly warnings: readonly Warning[];
}

export interface EncodedRequest {
  readonly body: Buffer;
  /** What the format demands beside the credential: media types, API version. */
  readonly headers: RawHeaders;
  readonly warnings: readonly Warning[];
  /** Names as sent and as the client knows them, for the way back. */
  readonly toolNames: ToolNames;
}

/** Where a translated request goes. */
export interface TranslationTarget extends OpaqueOrigin {
  readonly quirks: TargetQuirks;
  /**
   * Whether a bare thinking signature is known to have been issued by this provider (`undefined`: none is). Wrapped
   * ones carry their origin and need no such memory.
   */
  readonly isOwnSignature: ((signature: string) => boolean) | undefined;
  /** The caller runs web searches itself: the search tool is offered to the model as a function. */
  readonly emulateWebSearch: boolean;
}

/** What the way back must know about the request it answers. */
export interface AnswerContext {
  /** Who answers: the origin of every opaque value in the answer. */
  readonly origin: OpaqueOrigin;
  /** The model name told to the client; `undefined` passes on what the provider says. */
  readonly answerModel: string | undefined;
  readonly toolNames: ToolNames;
  /** Whether a Chat client asked for usage in its stream. */
  readonly includeUsage: boolean;
  /** Prompt tokens to tell until the provider tells better; at least 1. */
  readonly estimatedInput: number;
  /** Unix time of the answer, in seconds. */
  readonly created: number;
  /** A new id at each call, letters and digits; for ids the provider did not give. */
  readonly newId: () => string;
  /** In which Chat fields reasoning text is shown; both costs bytes and doubles it for careless readers. */
  readonly reasoningFields: 'reasoning_content' | 'reasoning' | 'both';
  /** How a Gemini client reads its stream: events with `alt=sse`, else one JSON array. Events unless told. */
  readonly streamShape?: 'events' | 'array';
}

export type DecodedAnswer =
  | { readonly kind: 'answer'; readonly answer: Answer; readonly warnings: readonly Warning[] }
  | { readonly kind: 'failure'; readonly failure: AnswerFailure };

/** Bytes of a stream to parts, indifferent to where the chunks split. Never throws; ends in `finish` or `error`. */
export interface StreamDecoder {
  push(chunk: Buffer): readonly StreamPart[];
  /** The upstream body ended. Call once. */
  end(): readonly StreamPart[];
  readonly warnings: readonly Warning[];
}

/** Parts to the text of a stream. Keeps the format's grammar as long as the parts keep the hub's. */
export interface StreamEncoder {
  /** What to send for this part, `''` for nothing. */
  push(part: StreamPart): string;
}
