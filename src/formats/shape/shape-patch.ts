import type { Format } from '../../domain/format.ts';
import type { RequestShape } from '../../domain/request-shape.ts';
import type { TargetQuirks } from '../../domain/target-quirks.ts';
import { mergeEdits, readMember, type JsonPatch } from '../../lib/json-merge.ts';
import { splice } from '../../lib/splice.ts';
import { anthropicShape } from './anthropic-shape.ts';
import { chatShape } from './chat-shape.ts';
import { geminiShape } from './gemini-shape.ts';
import { responsesShape } from './responses-shape.ts';

/** A request that is to be asked for in another way. */
export interface ShapeInput {
  readonly shape: RequestShape;
  /** The model that is asked. */
  readonly model: string;
  readonly quirks: TargetQuirks;
  /** The client demands a tool call. */
  readonly requiresTool: boolean;
  /** A member of the request as the client wrote it, parsed; `undefined` when it is not there. */
  readonly member: (name: string) => unknown;
}

/** The change of a request's members that a shape comes to in one format. */
export type FormatShape = (input: ShapeInput) => JsonPatch;

const SHAPES: Readonly<Record<Format, FormatShape>> = {
  'anthropic-messages': anthropicShape,
  'openai-chat': chatShape,
  'openai-responses': responsesShape,
  gemini: geminiShape,
};

/** A request of one format, shaped where its members stand; every other byte stays. */
export function shapeBody(body: Buffer, format: Format, input: Omit<ShapeInput, 'member'>): Buffer {
  const patch = SHAPES[format]({ ...input, member: (name) => readMember(body, name) });
  return splice(body, mergeEdits(body, patch));
}
