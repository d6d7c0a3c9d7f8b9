import type { Effort, ReasoningRequest } from '../../domain/conversation.ts';
import type { JsonObject } from '../../domain/json-value.ts';
import type { WarningList } from '../../domain/warning.ts';
import type { TranslationTarget } from '../codec.ts';
import { budgetOf, effortOf, nearestEffort } from '../passes/choose-effort.ts';

/** Largest thinking budgets of the second generation, in tokens. */
const LARGEST_BUDGET = { pro: 32_768, flash: 24_576 };

/** The model that cannot be kept from thinking takes no less, in tokens. */
const LEAST_PRO_BUDGET = 128;

/** `thinkingConfig`: budgets for the second generation, levels from the third on. */
export function encodeThinking(
  reasoning: ReasoningRequest | undefined,
  { model, quirks }: Pick<TranslationTarget, 'model' | 'quirks'>,
  warnings: WarningList,
): JsonObject {
  const effort = effortOf(reasoning);
  if (reasoning === undefined || effort === undefined) return {};
  const includeThoughts = effort !== 'none' && !('display' in reasoning && reasoning.display === 'omitted');
  const thoughts = includeThoughts ? { includeThoughts } : {};
  if (/gemini-2/i.test(model))
    return { thinkingConfig: { ...thoughts, thinkingBudget: thinkingBudget(reasoning, effort, model) } };
  const levels = quirks.effort.kind === 'effort' ? quirks.effort.levels : levelsOf(model);
  const level = nearestEffort(effort === 'none' ? 'minimal' : effort, levels);
  if (level === undefined) {
    warnings.add('reasoning_changed', 'reasoning', 'The model cannot be told how hard to think.');
    return {};
  }
  if (level !== effort)
    warnings.add('reasoning_changed', 'reasoning', `The model knows no effort ${effort}: ${level}.`);
  return { thinkingConfig: { ...thoughts, thinkingLevel: level.toUpperCase() } };
}

function thinkingBudget(reasoning: ReasoningRequest, effort: Effort | 'none', model: string): number {
  const isPro = /pro/i.test(model);
  const largest = isPro ? LARGEST_BUDGET.pro : LARGEST_BUDGET.flash;
  if (effort === 'none') return isPro ? LEAST_PRO_BUDGET : 0;
  if (reasoning.kind === 'budget') return Math.min(reasoning.tokens, largest);
  // The model decides where the client left it to the model.
  if (reasoning.kind === 'adaptive' && reasoning.effort === undefined) return -1;
  return Math.min(budgetOf(effort, largest), largest);
}

function levelsOf(model: string): readonly Effort[] {
  if (!/gemini/i.test(model)) return [];
  return /pro/i.test(model) ? ['low', 'high'] : ['minimal', 'low', 'medium', 'high'];
}
