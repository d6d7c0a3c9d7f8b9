import { shapedLimit } from '../../domain/request-shape.ts';
import { WarningList } from '../../domain/warning.ts';
import type { JsonPatch } from '../../lib/json-merge.ts';
import { encodeReasoningRequest } from '../openai-responses/encode-reasoning.ts';
import { numberOf, objectOf } from './members.ts';
import { reasoningOf } from './shape-conversation.ts';
import type { FormatShape, ShapeInput } from './shape-patch.ts';

/** `max_output_tokens`, the effort of `reasoning`, and its summary, which is what the client sees of thoughts. */
export const responsesShape: FormatShape = (input) => ({
  max_output_tokens: shapedLimit(numberOf(input.member('max_output_tokens')), input.shape),
  ...reasoningPatch(input),
});

function reasoningPatch({ shape, quirks, member }: ShapeInput): JsonPatch {
  const hidden = shape.hideThinking === true ? { summary: null } : {};
  const reasoning = reasoningOf(shape);
  if (reasoning === undefined) {
    const isThere = shape.hideThinking === true && objectOf(member('reasoning')) !== undefined;
    return isThere ? { reasoning: hidden } : {};
  }
  const told = objectOf(encodeReasoningRequest(reasoning, quirks.effort, new WarningList())['reasoning']);
  const effort = told?.['effort'];
  return typeof effort === 'string' ? { reasoning: { effort, ...hidden } } : {};
}
