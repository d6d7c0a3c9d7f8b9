import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build } from '../config.test-data.ts';

const alerts = (yaml: string, variables: Record<string, string> = {}) => {
  const { snapshot, texts } = build({ yaml: `alerts:\n${yaml}`, variables });
  return { alerts: snapshot?.alerts, texts };
};

test('a rule in three words has sensible marks, window and cool-down', () => {
  const { alerts: built } = alerts('  rules: [{ name: errors, when: error_rate, above: 0.25 }]');
  assert.deepEqual(built?.rules, [
    {
      name: 'errors',
      metric: 'error_rate',
      above: 0.25,
      resolveAt: 0.2,
      windowMs: 600_000,
      minimum: 10,
      forMs: 0,
      cooldownMs: 900_000,
      priority: 'normal',
      only: {},
      notify: undefined,
    },
  ]);
  assert.equal(built?.everyMs, 15_000);
});

test('latency is written as a duration, and silence needs no limit', () => {
  const { alerts: built } = alerts(`
  rules:
    - { name: slow, when: latency, above: 45s, resolve_at: 30s, window: 30m, only: { provider: zai } }
    - { name: silent, when: no_traffic, window: 1h }`);
  const [slow, silent] = built?.rules ?? [];
  assert.deepEqual(
    [slow?.above, slow?.resolveAt, slow?.windowMs, slow?.only],
    [45_000, 30_000, 1_800_000, { provider: 'zai' }],
  );
  assert.deepEqual([silent?.above, silent?.resolveAt, silent?.windowMs], [0, 0, 3_600_000]);
});

test('channels take their addresses by reference; one whose secret is missing is left out and said', () => {
  const { alerts: built, texts } = alerts(
    `
  channels:
    team: { type: slack, url: env:SLACK }
    hook: { type: webhook, url: env:HOOK, headers: { authorization: env:TOKEN } }
    ops: { type: email, smtp: env:SMTP, from: a@example.org, to: [b@example.org] }
    gone: { type: slack, url: env:NOT_THERE }`,
    { SLACK: 'https://slack/x', HOOK: 'https://hook', TOKEN: 'Bearer t', SMTP: 'smtps://u:p@mail' },
  );
  assert.deepEqual([...(built?.channels.keys() ?? [])], ['team', 'hook', 'ops']);
  assert.ok(
    texts.some((text) => text.includes('alerts.channels.gone.url leads nowhere')),
    texts.join('\n'),
  );
});

const mistakes: readonly (readonly [string, RegExp])[] = [
  ['  rules: [{ name: a, when: spend }]', /watches spend and says no limit/],
  ['  rules: [{ name: a, when: error_rate, above: 20 }]', /cannot be more than 1/],
  ['  rules: [{ name: a, when: spend, above: much }]', /is no number/],
  ['  rules: [{ name: a, when: latency, above: soon }]', /is no duration/],
  ['  rules: [{ name: a, when: requests, above: 5, resolve_at: 6 }]', /is higher than above/],
  ['  rules: [{ name: a, when: requests, above: 5, window: 2h }]', /at most 1h for requests/],
  [
    '  rules: [{ name: a, when: no_traffic }, { name: a, when: quota, above: 0.9 }]',
    /is the name of two rules/,
  ],
  ['  rules: [{ name: a, when: no_traffic, notify: [team] }]', /names team, which is no channel/],
  [
    '  channels: { team: { type: slack, url: "https://hooks.example/secret" } }',
    /must not hold the secret itself/,
  ],
];

for (const [yaml, expected] of mistakes)
  test(`${yaml.trim()} is a mistake that is told`, () => {
    const { alerts: built, texts } = alerts(yaml);
    assert.equal(built, undefined);
    assert.match(texts.join('\n'), expected);
    assert.ok(!texts.join('\n').includes('hooks.example'));
  });
