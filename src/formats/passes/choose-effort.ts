import { EFFORTS, type Effort, type ReasoningRequest } from '../../domain/conversation.ts';
import { assertNever } from '../../lib/assert-never.ts';

/** Budgets in tokens below which an effort is meant; at or above the last it is `xhigh`. */
const BUDGET_STEPS = [
  [4_096, 'low'],
  [16_384, 'medium'],
  [32_768, 'high'],
] as const satisfies readonly (readonly [number, Effort])[];

/** Parts of the output limit given to thinking at each effort, for models that know budgets only. */
const BUDGET_SHARES: Record<Effort, number> = {
  minimal: 0.02,
  low: 0.1,
  medium: 0.3,
  high: 0.6,
  xhigh: 0.9,
  max: 1,
};

/** Anthropic's least budget, in tokens. */
const LEAST_BUDGET = 1_024;

/** What a request asks for as one effort; `none` is no thinking, `undefined` says nothing. */
export function effortOf(reasoning: ReasoningRequest | undefined): Effort | 'none' | undefined {
  if (reasoning === undefined) return undefined;
  switch (reasoning.kind) {
    case 'off':
      return 'none';
    case 'adaptive':
      return reasoning.effort ?? 'high';
    case 'budget':
      return reasoning.effort ?? effortOfBudget(reasoning.tokens);
    case 'effort':
      return reasoning.effort;
    default:
      return assertNever(reasoning);
  }
}

function effortOfBudget(tokens: number): Effort {
  return BUDGET_STEPS.find(([limit]) => tokens < limit)?.[1] ?? 'xhigh';
}

/** The strongest level not above the effort asked for, or the weakest there is. */
export function nearestEffort(effort: Effort, levels: readonly Effort[]): Effort | undefined {
  const wanted = EFFORTS.indexOf(effort);
  const below = EFFORTS.slice(0, wanted + 1).findLast((level) => levels.includes(level));
  return below ?? EFFORTS.find((level) => levels.includes(level));
}

/** A thinking budget in tokens for an effort, always below the output limit. */
export function budgetOf(effort: Effort, maxOutput: number): number {
  const share = Math.floor(maxOutput * BUDGET_SHARES[effort]);
  return Math.max(LEAST_BUDGET, Math.min(share, maxOutput - 1));
}
