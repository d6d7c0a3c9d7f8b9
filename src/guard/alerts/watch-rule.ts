import type { AlertReading, AlertRule } from './alert-rule.ts';

/** Where a rule stands between two looks. */
export type RuleState =
  | { readonly kind: 'quiet'; readonly silentUntil: number }
  /** Above, but not for long enough yet. */
  | { readonly kind: 'pending'; readonly since: number; readonly silentUntil: number }
  | { readonly kind: 'firing'; readonly since: number };

export const QUIET: RuleState = Object.freeze({ kind: 'quiet', silentUntil: -Infinity });

export interface RuleStep {
  readonly state: RuleState;
  /** What is to be told; nothing while all stays as it was. */
  readonly change: 'fired' | 'resolved' | undefined;
}

/**
 * One look at a rule: fires once for a breach, ends it only below a lower mark, and stays silent for a while after.
 * @param now monotonic, milliseconds
 */
export function watchRule(
  state: RuleState,
  rule: Pick<AlertRule, 'above' | 'resolveAt' | 'forMs' | 'cooldownMs'>,
  reading: Pick<AlertReading, 'value'>,
  now: number,
): RuleStep {
  const { value } = reading;
  if (value === undefined) return { state, change: undefined };
  if (state.kind === 'firing') {
    if (value > rule.resolveAt) return { state, change: undefined };
    return { state: resolved(rule, now), change: 'resolved' };
  }
  if (!(value > rule.above))
    return { state: { kind: 'quiet', silentUntil: state.silentUntil }, change: undefined };
  const since = state.kind === 'pending' ? state.since : now;
  const isDue = now - since >= rule.forMs && now >= state.silentUntil;
  if (isDue) return { state: { kind: 'firing', since }, change: 'fired' };
  return { state: { kind: 'pending', since, silentUntil: state.silentUntil }, change: undefined };
}

/** The state after a breach, whoever ended it. */
export function resolved({ cooldownMs }: Pick<AlertRule, 'cooldownMs'>, now: number): RuleState {
  return { kind: 'quiet', silentUntil: now + cooldownMs };
}
