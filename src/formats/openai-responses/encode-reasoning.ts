import type { ReasoningRequest } from '../../domain/conversation.ts';
import type { JsonObject } from '../../domain/json-value.ts';
import type { EffortDialect } from '../../domain/target-quirks.ts';
import type { WarningList } from '../../domain/warning.ts';
import { effortOf, nearestEffort } from '../passes/choose-effort.ts';

/** The `reasoning` field; absent when the client did not say. The one dialect here is the effort. */
export function encodeReasoningRequest(
  reasoning: ReasoningRequest | undefined,
  dialect: EffortDialect,
  warnings: WarningList,
): JsonObject {
  const effort = effortOf(reasoning);
  if (effort === undefined) return {};
  if (dialect.kind === 'none') {
    warnings.add('reasoning_changed', 'reasoning', 'The provider cannot be told how hard to think.');
    return {};
  }
  const levels = dialect.kind === 'effort' ? dialect.levels : undefined;
  if (effort === 'none') {
    const off = dialect.kind === 'effort' ? dialect.off : 'none';
    return off === 'omit' ? {} : { reasoning: { effort: off } };
  }
  const level = levels === undefined ? effort : nearestEffort(effort, levels);
  if (level !== effort)
    warnings.add(
      'reasoning_changed',
      'reasoning',
      `The provider knows no effort ${effort}: ${level ?? 'none'}.`,
    );
  const isHidden = reasoning !== undefined && 'display' in reasoning && reasoning.display === 'omitted';
  return {
    reasoning: {
      ...(level === undefined ? {} : { effort: level }),
      ...(isHidden ? {} : { summary: 'auto' }),
    },
  };
}
