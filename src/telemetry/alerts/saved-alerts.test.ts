import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AlertRule } from '../../guard/alerts/alert-rule.ts';
import type { RuleState } from '../../guard/alerts/watch-rule.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Alert } from './alert.ts';
import { ruleText, saveAlerts, takeUpAlerts } from './saved-alerts.ts';

const NAMED = { name: 'errors', metric: 'error_rate' } as const;
const RULE: AlertRule = {
  ...NAMED,
  above: 0.2,
  resolveAt: 0.1,
  windowMs: 1,
  minimum: 1,
  forMs: 100,
  cooldownMs: 100,
  priority: 'high',
  only: {},
  notify: undefined,
};

/** The monotonic clock of another process begins elsewhere. */
const at = (wall: number, monotonic: number): Clock => ({ now: () => wall, monotonic: () => monotonic });

/** The state of a rule, saved at wall clock 1,000 and monotonic 500, as a start sees it that much later. */
function restarted(state: RuleState, later: number): RuleState | undefined {
  const text = saveAlerts({ rules: [{ rule: RULE, state }], list: [] }, at(1_000, 500));
  return takeUpAlerts(text, at(1_000 + later, 7))?.states.get(ruleText(RULE));
}

const cases: readonly (readonly [string, RuleState, number, RuleState])[] = [
  ['a breach lasts', { kind: 'firing', since: 3 }, 50, { kind: 'firing', since: 7 }],
  [
    'a silence goes on while the gateway is away',
    { kind: 'quiet', silentUntil: 580 },
    50,
    { kind: 'quiet', silentUntil: 37 },
  ],
  [
    'a silence that is over is forgotten',
    { kind: 'quiet', silentUntil: 520 },
    50,
    { kind: 'quiet', silentUntil: -Infinity },
  ],
  [
    'a clock that was set back lengthens no silence',
    { kind: 'quiet', silentUntil: 580 },
    -900,
    { kind: 'quiet', silentUntil: 87 },
  ],
  [
    'what is not yet a breach has lasted as long as it was seen to',
    { kind: 'pending', since: 460, silentUntil: -Infinity },
    50,
    { kind: 'pending', since: -33, silentUntil: -Infinity },
  ],
];

for (const [name, state, later, expected] of cases)
  test(name, () => assert.deepEqual(restarted(state, later), expected));

test('the list is what it was', () => {
  const alert: Alert = {
    id: 'a1',
    rule: 'errors',
    metric: 'error_rate',
    priority: 'high',
    message: 'many failed',
    value: undefined,
    threshold: 0.2,
    firedAt: 900,
    acknowledgedAt: 950,
    resolvedAt: undefined,
  };
  const text = saveAlerts({ rules: [], list: [alert] }, at(1_000, 500));
  assert.deepEqual(takeUpAlerts(text, at(1_001, 1))?.list, [alert]);
});

for (const text of [
  '',
  '{"version":1,"saved_at":',
  '[]',
  '{"version":1,"saved_at":1,"rules":[{}],"alerts":[]}',
])
  test(`${JSON.stringify(text)} is no saved state`, () =>
    assert.equal(takeUpAlerts(text, at(0, 0)), undefined));
