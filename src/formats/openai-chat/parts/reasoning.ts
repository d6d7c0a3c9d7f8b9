import type { JsonObject } from '../../../domain/json-value.ts';
import { asList } from '../../../domain/json-value.ts';
import type { ReasoningPart } from '../../../domain/message-part.ts';
import type { TargetQuirks } from '../../../domain/target-quirks.ts';
import { parseJson } from '../../parse-body.ts';

/** Earlier reasoning as fields of an assistant message, in the target's own spelling. */
export function encodeReasoning(
  parts: readonly ReasoningPart[],
  quirks: Pick<TargetQuirks, 'reasoningField' | 'reasoningRequired'>,
  hasCalls: boolean,
): JsonObject {
  const field = quirks.reasoningField;
  if (field === 'none') return {};
  if (parts.length === 0)
    return quirks.reasoningRequired && hasCalls
      ? { [field === 'reasoning_details' ? 'reasoning' : field]: '' }
      : {};
  if (field === 'reasoning_details') return encodeDetails(parts);
  return { [field]: parts.map((part) => part.text).join('') };
}

/** The list as the provider gave it, unmodified and in order; plain text where it gave none. */
function encodeDetails(parts: readonly ReasoningPart[]): JsonObject {
  const details = parts.flatMap((part) =>
    part.opaque?.kind === 'details' ? asList(parseJson(part.opaque.payload)) : [],
  );
  if (details.length > 0) return { reasoning_details: [...details] };
  return { reasoning: parts.map((part) => part.text).join('') };
}
