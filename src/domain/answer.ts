import type { ErrorKind } from './errors.ts';
import type {
  ReasoningPart,
  ServerToolCallPart,
  ServerToolResultPart,
  TextPart,
  ToolCallPart,
  VendorPart,
} from './message-part.ts';
import type { Usage } from './usage.ts';

/** A whole answer of a model, in one meaning for all formats. */
export interface Answer {
  /** The provider's id; `''` when it gave none. */
  readonly id: string;
  /** The model the provider says it answered with. */
  readonly model: string;
  readonly parts: readonly AnswerPart[];
  readonly stop: StopReason;
  readonly usage: Usage;
}

export type AnswerPart =
  | TextPart
  | ReasoningPart
  | ToolCallPart
  | ServerToolCallPart
  | ServerToolResultPart
  | VendorPart;

/** Why the model stopped: the unified reason and the provider's own word for it. */
export interface StopReason {
  readonly kind: StopKind;
  readonly raw: string;
  /** The stop sequence that was hit. */
  readonly sequence?: string;
  /** Why the provider refused, in words. */
  readonly explanation?: string;
  /** The provider's category of a refusal. */
  readonly category?: string;
}

export type StopKind =
  | 'end'
  | 'stop-sequence'
  | 'tool-call'
  /** The limit on output tokens. */
  | 'length'
  /** The context window is full. */
  | 'context'
  | 'refusal'
  /** The provider paused in the middle of its own tools; resend to go on. */
  | 'pause';

/** A provider's failure inside an answer of HTTP status 200. */
export interface AnswerFailure {
  readonly kind: ErrorKind;
  /** The provider's words, fit to be shown. */
  readonly message: string;
  /** The provider's own type or code. */
  readonly raw: string | undefined;
  /** The answer broke off without a word: a stream must then not be ended cleanly. */
  readonly truncated: boolean;
}
