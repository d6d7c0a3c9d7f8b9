import type { Format } from './format.ts';
import type { JsonObject, JsonValue } from './json-value.ts';
import type { Opaque } from './opaque.ts';

/**
 * The parts messages and answers are made of, in one meaning for all formats. What no other format has a word for
 * travels as a {@link VendorPart}, tagged with the format that understands it.
 */
export type Part =
  | TextPart
  | ImagePart
  | DocumentPart
  | AudioPart
  | SearchResultPart
  | ToolReferencePart
  | ReasoningPart
  | ToolCallPart
  | ToolResultPart
  | ServerToolCallPart
  | ServerToolResultPart
  | VendorPart;

/** What may stand inside a tool result. */
export type ResultPart =
  | TextPart
  | ImagePart
  | DocumentPart
  | SearchResultPart
  | ToolReferencePart
  | VendorPart;

/** A prompt-cache breakpoint after this part, with the lifetime asked for. */
export type CacheHint = '5m' | '1h';

export interface TextPart {
  readonly type: 'text';
  readonly text: string;
  /** The model declined: Chat's and Responses' refusal text. */
  readonly refusal?: true;
  readonly citations?: readonly Citation[];
  readonly cache?: CacheHint;
}

/** Where a statement comes from; only links have a meaning in every format. */
export interface Citation {
  readonly url: string | undefined;
  readonly title: string | undefined;
  readonly quote: string | undefined;
  readonly vendor: VendorValue;
}

export type MediaSource =
  /** `data` is standard base64 without a `data:` prefix. */
  | { readonly kind: 'base64'; readonly mediaType: string; readonly data: string }
  | { readonly kind: 'url'; readonly url: string }
  /** An id in the file store of the vendor whose format this is. */
  | { readonly kind: 'file'; readonly id: string; readonly format: Format };

export interface ImagePart {
  readonly type: 'image';
  readonly source: MediaSource;
  /** OpenAI's `detail`. */
  readonly detail?: string;
  readonly cache?: CacheHint;
}

export interface DocumentPart {
  readonly type: 'document';
  readonly source:
    | MediaSource
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'parts'; readonly parts: readonly (TextPart | ImagePart)[] };
  /** File name or title. */
  readonly title: string | undefined;
  readonly context?: string;
  readonly cache?: CacheHint;
}

interface AudioPart {
  readonly type: 'audio';
  /** `mp3`, `wav` … */
  readonly encoding: string;
  readonly data: string;
}

export interface SearchResultPart {
  readonly type: 'search-result';
  readonly source: string;
  readonly title: string;
  readonly text: string;
  readonly cache?: CacheHint;
}

/** Deferred loading: from here on the model may call the tool of this name. */
interface ToolReferencePart {
  readonly type: 'tool-reference';
  readonly name: string;
}

export interface ReasoningPart {
  readonly type: 'reasoning';
  /** Empty when the provider hides it. */
  readonly text: string;
  /** What the issuer needs to accept it back. */
  readonly opaque: Opaque | undefined;
}

/**
 * The arguments of a call: the text of a JSON object, `''` meaning `{}`, or the free text of a custom tool. Kept as
 * text so that what one model wrote reaches the next turn unchanged.
 */
export type ToolInput =
  | { readonly kind: 'json'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string };

export interface ToolCallPart {
  readonly type: 'tool-call';
  readonly id: string;
  readonly name: string;
  /** Responses' tool namespace. */
  readonly namespace?: string;
  /** The type of a vendor's built-in tool whose calls have a shape of their own: `local_shell`, `apply_patch`. */
  readonly builtin?: string;
  readonly input: ToolInput;
  /** Gemini's thought signature of the call. */
  readonly opaque?: Opaque;
  readonly cache?: CacheHint;
}

export interface ToolResultPart {
  readonly type: 'tool-result';
  readonly callId: string;
  readonly content: readonly ResultPart[];
  readonly isError: boolean;
  readonly cache?: CacheHint;
}

/** A call the provider makes by itself, such as a web search. */
export interface ServerToolCallPart {
  readonly type: 'server-tool-call';
  readonly id: string;
  readonly name: string;
  /** JSON text. */
  readonly input: string;
  readonly vendor: VendorValue;
}

export interface ServerToolResultPart {
  readonly type: 'server-tool-result';
  readonly callId: string;
  readonly name: string;
  /** What a reader of another format can be told: titles and links. */
  readonly hits: readonly SearchHit[];
  readonly vendor: VendorValue;
}

export interface SearchHit {
  readonly title: string;
  readonly url: string;
}

/** A part only one format knows. */
export interface VendorPart {
  readonly type: 'vendor';
  /** Its name on the wire: `container_upload`, `item_reference`. */
  readonly name: string;
  readonly vendor: VendorValue<JsonObject>;
}

/** A value in the terms of one format, kept as parsed. */
export interface VendorValue<Value extends JsonValue = JsonValue> {
  readonly format: Format;
  readonly value: Value;
}
