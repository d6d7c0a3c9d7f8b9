/** Alerts on paper: what is written to the state directory and read back at the next start. */
import { z } from 'zod';
import { ALERT_PRIORITIES, type AlertRule } from '../../guard/alerts/alert-rule.ts';
import { QUIET, type RuleState } from '../../guard/alerts/watch-rule.ts';
import type { Clock } from '../../lib/clock.ts';
import { alertFields } from './alert-fields.ts';
import type { Alert } from './alert.ts';
import { savedJson } from '../../lib/saved-json.ts';

/** Wall clock, milliseconds, as are all times here; `null`: never. */
const silentUntil = { silent_until: z.number().nullable() };

const savedStateSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('quiet'), ...silentUntil }),
  /** How long it had been above: the time without a gateway says nothing. */
  z.object({ kind: z.literal('pending'), for_ms: z.number().nonnegative(), ...silentUntil }),
  z.object({ kind: z.literal('firing') }),
]);

const savedAlertSchema = z.object({
  id: z.string(),
  rule: z.string(),
  metric: z.string(),
  priority: z.enum(ALERT_PRIORITIES),
  message: z.string(),
  value: z.number().nullable(),
  threshold: z.number(),
  fired_at: z.number(),
  acknowledged_at: z.number().nullable(),
  resolved_at: z.number().nullable(),
});

const savedAlertsSchema = z.object({
  version: z.literal(1),
  saved_at: z.number(),
  /** `rule` is the rule as it was, so that one that has changed begins anew. */
  rules: z.array(z.object({ rule: z.string(), state: savedStateSchema })),
  /** Newest first. */
  alerts: z.array(savedAlertSchema),
});

type SavedAlerts = z.infer<typeof savedAlertsSchema>;
type SavedRuleState = z.infer<typeof savedStateSchema>;

export interface AlertsToSave {
  readonly rules: readonly { readonly rule: AlertRule; readonly state: RuleState }[];
  /** Newest first. */
  readonly list: readonly Alert[];
}

/** What the last run left. */
export interface TakenUpAlerts {
  /** By {@link ruleText}. */
  readonly states: ReadonlyMap<string, RuleState>;
  readonly list: readonly Alert[];
}

/** By what a rule is known again: all of it. */
export function ruleText(rule: AlertRule): string {
  return JSON.stringify(rule);
}

export function saveAlerts({ rules, list }: AlertsToSave, clock: Clock): string {
  const saved: SavedAlerts = {
    version: 1,
    saved_at: clock.now(),
    rules: rules
      .filter(({ state }) => state !== QUIET)
      .map(({ rule, state }) => ({ rule: ruleText(rule), state: savedState(state, clock) })),
    alerts: list.map(alertFields),
  };
  return JSON.stringify(saved);
}

/** @returns `undefined` for text that is no saved state: nothing is known then */
export function takeUpAlerts(text: string, clock: Clock): TakenUpAlerts | undefined {
  const saved = savedAlertsSchema.safeParse(savedJson(text)).data;
  if (saved === undefined) return undefined;
  const states = saved.rules.map(
    ({ rule, state }) => [rule, takenUpState(state, saved.saved_at, clock)] as const,
  );
  const list = saved.alerts.map(({ fired_at, acknowledged_at, resolved_at, value, ...alert }) => ({
    ...alert,
    value: value ?? undefined,
    firedAt: fired_at,
    acknowledgedAt: acknowledged_at ?? undefined,
    resolvedAt: resolved_at ?? undefined,
  }));
  return { states: new Map(states), list };
}

function savedState(state: RuleState, clock: Clock): SavedRuleState {
  if (state.kind === 'firing') return { kind: 'firing' };
  const left = state.silentUntil - clock.monotonic();
  const silent_until = left > 0 ? clock.now() + left : null;
  if (state.kind === 'quiet') return { kind: 'quiet', silent_until };
  return { kind: 'pending', for_ms: Math.max(0, clock.monotonic() - state.since), silent_until };
}

function takenUpState(state: SavedRuleState, savedAt: number, clock: Clock): RuleState {
  const now = clock.monotonic();
  if (state.kind === 'firing') return { kind: 'firing', since: now };
  const { silent_until: until } = state;
  // A wall clock that was set back would lengthen the silence: what was left when it was saved is the most.
  const left = until === null ? 0 : Math.min(until - clock.now(), until - savedAt);
  const silentUntilThen = left > 0 ? now + left : -Infinity;
  if (state.kind === 'quiet') return { kind: 'quiet', silentUntil: silentUntilThen };
  return { kind: 'pending', since: now - state.for_ms, silentUntil: silentUntilThen };
}
