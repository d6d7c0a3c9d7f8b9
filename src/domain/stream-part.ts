import type { AnswerFailure, StopReason } from './answer.ts';
import type { Citation, ServerToolCallPart, ServerToolResultPart, VendorPart } from './message-part.ts';
import type { Opaque } from './opaque.ts';
import type { Usage } from './usage.ts';

/**
 * A piece of a streamed answer. Decoders keep this order, so that encoders need no repair of their own:
 *
 *     stream := ping* message-start (block | ping | usage)* (finish | error)
 *     block  := x-start (x-delta | citation | ping)* x-end      x is text, reasoning or tool-call
 *             | part                                            server tools and vendor parts come whole
 *
 * Blocks never interleave; `index` counts them from 0. `error` may also come first. Nothing follows the end.
 */
export type StreamPart =
  | MessageStart
  | TextStart
  | BlockDelta<'text-delta'>
  | BlockCitation
  | BlockEnd<'text-end'>
  | BlockStart<'reasoning-start'>
  | BlockDelta<'reasoning-delta'>
  | ReasoningEnd
  | ToolCallStart
  | BlockDelta<'tool-call-delta'>
  | BlockEnd<'tool-call-end'>
  | WholePart
  | { readonly type: 'usage'; readonly usage: Usage }
  | { readonly type: 'finish'; readonly stop: StopReason; readonly usage: Usage }
  | { readonly type: 'error'; readonly failure: AnswerFailure }
  | { readonly type: 'ping' };

export interface MessageStart {
  readonly type: 'message-start';
  /** The provider's id; `''` when it gave none. */
  readonly id: string;
  /** The model the provider says it answers with; `''` when it does not say. */
  readonly model: string;
  /** What is known so far, or all unknown. */
  readonly usage: Usage;
}

interface BlockStart<Type extends string> {
  readonly type: Type;
  readonly index: number;
}

interface TextStart extends BlockStart<'text-start'> {
  readonly refusal?: true;
}

interface BlockDelta<Type extends string> {
  readonly type: Type;
  readonly index: number;
  /** Never empty. May end inside a surrogate pair; only the joined text is whole. */
  readonly text: string;
}

interface BlockCitation {
  readonly type: 'citation';
  readonly index: number;
  readonly citation: Citation;
}

interface BlockEnd<Type extends string> {
  readonly type: Type;
  readonly index: number;
}

interface ReasoningEnd extends BlockEnd<'reasoning-end'> {
  readonly opaque: Opaque | undefined;
}

export interface ToolCallStart extends BlockStart<'tool-call-start'> {
  readonly id: string;
  readonly name: string;
  readonly namespace?: string;
  /** As on the whole call. */
  readonly builtin?: string;
  /** Whether the deltas are fragments of a JSON object or the free text of a custom tool. */
  readonly input: 'json' | 'text';
  readonly opaque?: Opaque;
}

export interface WholePart {
  readonly type: 'part';
  readonly index: number;
  readonly part: ServerToolCallPart | ServerToolResultPart | VendorPart;
}
