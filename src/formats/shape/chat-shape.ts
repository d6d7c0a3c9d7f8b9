import { shapedLimit } from '../../domain/request-shape.ts';
import { WarningList } from '../../domain/warning.ts';
import type { JsonPatch } from '../../lib/json-merge.ts';
import { encodeEffort } from '../openai-chat/encode-effort.ts';
import { numberOf } from './members.ts';
import { reasoningOf } from './shape-conversation.ts';
import type { FormatShape, ShapeInput } from './shape-patch.ts';

const LIMITS = ['max_completion_tokens', 'max_tokens'] as const;

/** The output limit under the name the client uses, and thinking as the target is told it. */
export const chatShape: FormatShape = (input) => ({ ...limitOf(input), ...thinkingOf(input) });

function limitOf({ shape, quirks, member }: ShapeInput): JsonPatch {
  const field = LIMITS.find((name) => member(name) !== undefined) ?? quirks.maxTokensField;
  return { [field]: shapedLimit(numberOf(member(field)), shape) };
}

/** Fields of other dialects, with which the client said something else. */
const NO_OTHER_REASONING = { effort: null, max_tokens: null, enabled: null } as const;

function thinkingOf({ shape, quirks }: ShapeInput): JsonPatch {
  const { effort: dialect } = quirks;
  const isOpenRouter = dialect.kind === 'openrouter';
  const hidden = isOpenRouter && shape.hideThinking === true ? { exclude: true } : {};
  const reasoning = reasoningOf(shape);
  if (reasoning === undefined) return isOpenRouter && shape.hideThinking ? { reasoning: hidden } : {};
  // What the encoder gives is JSON of strings, numbers and booleans, which is what a patch is made of.
  const told = encodeEffort(reasoning, dialect, new WarningList()) as JsonPatch;
  if (!isOpenRouter) return told;
  const asked = told['reasoning'];
  return {
    reasoning_effort: null,
    reasoning: { ...NO_OTHER_REASONING, ...(asked as JsonPatch), ...hidden },
  };
}
