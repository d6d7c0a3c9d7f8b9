import type { JsonObject } from './json-value.ts';
import type { Part, TextPart, VendorValue } from './message-part.ts';
import type { Tool, ToolChoice } from './tool.ts';

/**
 * A request to a model, in one meaning for all formats: the hub that every format decodes to and encodes from.
 * `undefined` means the client did not say, so that the target's own default applies.
 */
export interface Conversation {
  readonly model: string;
  readonly stream: boolean;
  /** Instructions in front of everything. */
  readonly system: readonly TextPart[];
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
  readonly toolChoice: ToolChoice | undefined;
  readonly parallelToolCalls: boolean | undefined;
  readonly maxOutputTokens: number | undefined;
  readonly stopSequences: readonly string[];
  readonly sampling: Sampling;
  readonly reasoning: ReasoningRequest | undefined;
  readonly responseFormat: ResponseFormat | undefined;
  readonly endUser: EndUser | undefined;
  /** Chat's `stream_options.include_usage`; the other formats always tell usage. */
  readonly includeUsage: boolean;
  /** Fields of the client's format that have no place above, known or unknown, by their name on the wire. */
  readonly extras: readonly Extra[];
}

/**
 * `system` is an instruction in the middle of the conversation. Tool results are parts of a `user` message that
 * follows the calls; decoders of formats with messages or items of their own for results gather them there.
 */
export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly parts: readonly Part[];
}

export interface Extra extends VendorValue {
  /** Path on the wire: `context_management`, `logit_bias`. */
  readonly name: string;
}

export interface Sampling {
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
  readonly seed?: number;
}

export type Effort = 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';

/** Weakest first. */
export const EFFORTS = ['minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;

export type ReasoningRequest =
  | { readonly kind: 'off' }
  /** The model decides how much; an effort leans on it. */
  | { readonly kind: 'adaptive'; readonly effort: Effort | undefined; readonly display?: ReasoningDisplay }
  | {
      readonly kind: 'budget';
      readonly tokens: number;
      readonly effort: Effort | undefined;
      readonly display?: ReasoningDisplay;
    }
  /** An effort was named without a word about thinking. */
  | { readonly kind: 'effort'; readonly effort: Effort };

export type ReasoningDisplay = 'summarized' | 'omitted' | 'full';

export type ResponseFormat =
  | { readonly type: 'json' }
  | {
      readonly type: 'json-schema';
      readonly name: string;
      readonly description: string | undefined;
      readonly schema: JsonObject;
      readonly strict: boolean | undefined;
    };

/** Who is behind the request, as far as the client says; never sent on in clear unless the target is meant to know. */
export interface EndUser {
  readonly id: string | undefined;
  /** Stable within one conversation: a key for prompt caches. */
  readonly session: string | undefined;
}

/** A conversation with nothing in it but a model: what decoders and tests start from. */
export const EMPTY_CONVERSATION: Conversation = Object.freeze({
  model: '',
  stream: false,
  system: [],
  messages: [],
  tools: [],
  toolChoice: undefined,
  parallelToolCalls: undefined,
  maxOutputTokens: undefined,
  stopSequences: [],
  sampling: {},
  reasoning: undefined,
  responseFormat: undefined,
  endUser: undefined,
  includeUsage: true,
  extras: [],
});
