import type { Conversation } from '../../domain/conversation.ts';
import type { JsonObject } from '../../domain/json-value.ts';
import type { ClaudeAbilities } from '../../domain/target-quirks.ts';
import type { WarningList } from '../../domain/warning.ts';

interface SamplingScope {
  readonly abilities: ClaudeAbilities;
  readonly isThinking: boolean;
  readonly warnings: WarningList;
}

/** Names on the wire of a Chat client, which is who sends them. */
const FOREIGN = [
  ['presencePenalty', 'presence_penalty'],
  ['frequencyPenalty', 'frequency_penalty'],
  ['seed', 'seed'],
] as const;

/** Temperature and its kin, as far as the model takes them: newer ones take none, thinking ones no other than 1. */
export function encodeSampling({ sampling }: Conversation, scope: SamplingScope): JsonObject {
  const { abilities, isThinking, warnings } = scope;
  for (const [field, name] of FOREIGN)
    if (sampling[field] !== undefined && sampling[field] !== 0)
      warnings.add('sampling_dropped', name, `There is no ${name} here.`);
  const { temperature, topP, topK } = sampling;
  if (!abilities.sampling || isThinking) {
    for (const [name, value] of Object.entries({ temperature, top_p: topP, top_k: topK }))
      if (value !== undefined && value !== 1)
        warnings.add(
          'sampling_dropped',
          name,
          `The model does not take ${name}${isThinking ? ' while it thinks' : ''}.`,
        );
    return {};
  }
  const both = temperature !== undefined && topP !== undefined;
  if (both)
    warnings.add(
      'sampling_dropped',
      'top_p',
      'Temperature and top_p exclude each other: temperature counts.',
    );
  return {
    ...(temperature === undefined ? {} : { temperature: clampTemperature(temperature, warnings) }),
    ...(topP === undefined || both ? {} : { top_p: topP }),
    ...(topK === undefined ? {} : { top_k: topK }),
  };
}

function clampTemperature(temperature: number, warnings: WarningList): number {
  if (temperature <= 1) return temperature;
  warnings.add('sampling_dropped', 'temperature', `Temperatures end at 1 here: ${temperature} became 1.`);
  return 1;
}
