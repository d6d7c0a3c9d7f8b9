import { shapedLimit } from '../../domain/request-shape.ts';
import { WarningList } from '../../domain/warning.ts';
import type { JsonPatch } from '../../lib/json-merge.ts';
import { encodeThinking } from '../gemini/encode-thinking.ts';
import { numberOf, objectOf } from './members.ts';
import { reasoningOf } from './shape-conversation.ts';
import type { FormatShape, ShapeInput } from './shape-patch.ts';

const CONFIGS = ['generationConfig', 'generation_config'] as const;
const NO_OTHER_THINKING = { thinkingBudget: null, thinkingLevel: null } as const;

/** `maxOutputTokens` and `thinkingConfig`, both in the generation config, under the name the client gives it. */
export const geminiShape: FormatShape = (input) => {
  const name = CONFIGS.find((each) => input.member(each) !== undefined) ?? 'generationConfig';
  const config = objectOf(input.member(name)) ?? {};
  const maxOutputTokens = shapedLimit(numberOf(config['maxOutputTokens']), input.shape);
  const thinking = thinkingOf(input, config);
  if (maxOutputTokens === undefined && thinking === undefined) return {};
  return { [name]: { maxOutputTokens, ...(thinking === undefined ? {} : { thinkingConfig: thinking }) } };
};

function thinkingOf(
  { shape, model, quirks }: ShapeInput,
  config: Readonly<Record<string, unknown>>,
): JsonPatch | undefined {
  const hidden = shape.hideThinking === true ? { includeThoughts: false } : {};
  const reasoning = reasoningOf(shape);
  if (reasoning === undefined)
    return shape.hideThinking === true && config['thinkingConfig'] !== undefined ? hidden : undefined;
  const told = encodeThinking(reasoning, { model, quirks }, new WarningList())['thinkingConfig'];
  if (told === undefined) return undefined;
  // What the encoder gives is JSON of strings, numbers and booleans, which is what a patch is made of.
  const { includeThoughts: _, ...asked } = told as { readonly includeThoughts?: boolean } & JsonPatch;
  return { ...NO_OTHER_THINKING, ...asked, ...hidden };
}
