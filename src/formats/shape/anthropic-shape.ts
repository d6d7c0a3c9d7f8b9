import { EMPTY_CONVERSATION } from '../../domain/conversation.ts';
import { shapedLimit } from '../../domain/request-shape.ts';
import { WarningList } from '../../domain/warning.ts';
import type { JsonPatch } from '../../lib/json-merge.ts';
import { planThinking } from '../anthropic-messages/encode-thinking.ts';
import { abilitiesOf } from '../anthropic-messages/model-abilities.ts';
import { numberOf, objectOf } from './members.ts';
import { reasoningOf } from './shape-conversation.ts';
import type { FormatShape, ShapeInput } from './shape-patch.ts';

/** What stands in `thinking` of another kind must not stay beside the new one. */
const NO_OTHER_THINKING = { budget_tokens: null, display: null } as const;

/** `thinking`, the effort of `output_config`, and `max_tokens`, which a thinking budget must stay below. */
export const anthropicShape: FormatShape = (input) => {
  const limit = shapedLimit(numberOf(input.member('max_tokens')), input.shape);
  const reasoning = reasoningOf(input.shape);
  if (reasoning === undefined) return { max_tokens: limit, ...hiding(input) };
  const abilities = abilitiesOf(input.model, input.quirks.claude);
  const toolChoice = input.requiresTool ? ({ type: 'required' } as const) : undefined;
  const plan = planThinking({ ...EMPTY_CONVERSATION, reasoning, toolChoice }, [], {
    abilities,
    maxTokens: limit ?? abilities.maxOutput,
    warnings: new WarningList(),
  });
  // The plan's thinking is JSON of strings and numbers, which is what a patch is made of.
  const thinking = plan.thinking as JsonPatch | undefined;
  return {
    max_tokens: limit === undefined ? undefined : plan.maxTokens,
    ...(thinking === undefined ? {} : { thinking: { ...NO_OTHER_THINKING, ...thinking } }),
    ...effortOf(input, plan.effort),
  };
};

/** An effort the client named goes where the model is to have none. */
function effortOf({ member }: ShapeInput, effort: string | undefined): JsonPatch {
  if (effort !== undefined) return { output_config: { effort } };
  return objectOf(member('output_config')) === undefined ? {} : { output_config: { effort: null } };
}

/** Thoughts are hidden only where there are some. */
function hiding({ shape, member }: ShapeInput): JsonPatch {
  const type = objectOf(member('thinking'))?.['type'];
  const isOn = type === 'adaptive' || type === 'enabled';
  return shape.hideThinking === true && isOn ? { thinking: { display: 'omitted' } } : {};
}
