import type { Effort, ReasoningRequest } from '../../domain/conversation.ts';
import type { JsonObject } from '../../domain/json-value.ts';
import type { EffortDialect } from '../../domain/target-quirks.ts';
import type { WarningList } from '../../domain/warning.ts';
import { assertNever } from '../../lib/assert-never.ts';
import { effortOf, nearestEffort } from '../passes/choose-effort.ts';

/** The fields that tell the target how hard to think; none when the client did not say. */
export function encodeEffort(
  reasoning: ReasoningRequest | undefined,
  dialect: EffortDialect,
  warnings: WarningList,
): JsonObject {
  const effort = effortOf(reasoning);
  if (effort === undefined) return {};
  const isOn = effort !== 'none';
  const budget = reasoning?.kind === 'budget' ? reasoning.tokens : undefined;
  const isHidden = reasoning !== undefined && 'display' in reasoning && reasoning.display === 'omitted';
  const hidden = isHidden ? { exclude: true } : {};
  switch (dialect.kind) {
    case 'none':
      warnings.add('reasoning_changed', 'reasoning', 'The provider cannot be told how hard to think.');
      return {};
    case 'effort':
      return encodeLevel(effort, dialect, warnings);
    case 'thinking-switch':
      return { thinking: { type: isOn ? 'enabled' : 'disabled' } };
    case 'enable-thinking':
      return { enable_thinking: isOn, ...(budget === undefined ? {} : { thinking_budget: budget }) };
    case 'template-switch':
      return { chat_template_kwargs: { enable_thinking: isOn } };
    case 'openrouter':
      return { reasoning: { ...(budget === undefined ? { effort } : { max_tokens: budget }), ...hidden } };
    default:
      return assertNever(dialect);
  }
}

function encodeLevel(
  effort: Effort | 'none',
  dialect: Extract<EffortDialect, { kind: 'effort' }>,
  warnings: WarningList,
): JsonObject {
  if (effort === 'none') return dialect.off === 'omit' ? {} : { reasoning_effort: dialect.off };
  const level = nearestEffort(effort, dialect.levels);
  if (level !== effort)
    warnings.add(
      'reasoning_changed',
      'reasoning',
      `The provider knows no effort ${effort}: ${level ?? 'none'}.`,
    );
  return level === undefined ? {} : { reasoning_effort: level };
}
