import type { ReasoningDisplay, ReasoningRequest } from '../../domain/conversation.ts';
import { asNumber, asObject, asString, type JsonObject } from '../../domain/json-value.ts';
import { asEffort } from '../read-effort.ts';

/** @param turnEffort an effort set by the latest message that sets one; it beats the request's */
export function decodeReasoning(
  wire: JsonObject,
  turnEffort: string | undefined,
): ReasoningRequest | undefined {
  const thinking = asObject(wire['thinking']);
  const effort = asEffort(turnEffort ?? asString(asObject(wire['output_config'])?.['effort']));
  const display = readDisplay(thinking);
  switch (thinking?.['type']) {
    case 'disabled':
      return { kind: 'off' };
    case 'enabled':
      return { kind: 'budget', tokens: asNumber(thinking['budget_tokens']) ?? 1_024, effort, ...display };
    case undefined:
      return effort === undefined ? undefined : { kind: 'effort', effort };
    default:
      return { kind: 'adaptive', effort, ...display }; // adaptive, between_tools and what may come.
  }
}

function readDisplay(thinking: JsonObject | undefined): { display?: ReasoningDisplay } {
  const display = thinking?.['display'];
  return display === 'summarized' || display === 'omitted' ? { display } : {};
}
