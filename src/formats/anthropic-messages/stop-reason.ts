import type { StopKind, StopReason } from '../../domain/answer.ts';
import { asObject, asText, type JsonObject } from '../../domain/json-value.ts';

const KINDS: Readonly<Record<string, StopKind>> = {
  end_turn: 'end',
  stop_sequence: 'stop-sequence',
  tool_use: 'tool-call',
  max_tokens: 'length',
  model_context_window_exceeded: 'context',
  refusal: 'refusal',
  pause_turn: 'pause',
};

const NAMES: Record<StopKind, string> = {
  end: 'end_turn',
  'stop-sequence': 'stop_sequence',
  'tool-call': 'tool_use',
  length: 'max_tokens',
  context: 'model_context_window_exceeded',
  refusal: 'refusal',
  pause: 'pause_turn',
};

/** Reads the stop fields of a message or of a `message_delta`'s delta. @returns `undefined` while there are none */
export function readStop(fields: JsonObject): StopReason | undefined {
  const raw = asText(fields['stop_reason']);
  if (raw === undefined) return undefined;
  const sequence = asText(fields['stop_sequence']);
  const details = asObject(fields['stop_details']);
  const explanation = asText(details?.['explanation']);
  const category = asText(details?.['category']);
  return {
    kind: Object.hasOwn(KINDS, raw) ? (KINDS[raw] ?? 'end') : 'end',
    raw,
    ...(sequence === undefined ? {} : { sequence }),
    ...(explanation === undefined ? {} : { explanation }),
    ...(category === undefined ? {} : { category }),
  };
}

export function writeStop(stop: StopReason): JsonObject {
  const fields = { stop_reason: NAMES[stop.kind], stop_sequence: stop.sequence ?? null };
  if (stop.kind !== 'refusal') return fields;
  const { category = null, explanation = null } = stop;
  return { ...fields, stop_details: { type: 'refusal', category, explanation } };
}
