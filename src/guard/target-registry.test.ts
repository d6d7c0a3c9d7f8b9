import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_BREAKER_SETTINGS } from './breaker-settings.ts';
import { importPredecessorState } from './predecessor-state.ts';
import { restoreState, saveState, type Moment } from './saved-state.ts';
import type { TargetKey } from './target-key.ts';
import { TargetRegistry, type RegistryChange } from './target-registry.ts';

const KEY: TargetKey = { provider: 'zai', origin: 'https://api.z.ai', owner: 'gateway', model: 'glm 4.7/x' };
const OTHER: TargetKey = { ...KEY, model: 'glm-5' };

/** A restart, with zai configured where it was. */
const at = (now: Moment) => ({
  now,
  originOf: (provider: string) => (provider === 'zai' ? KEY.origin : undefined),
});

function registry(changes: string[] = []): TargetRegistry {
  const note = (change: RegistryChange): void =>
    void changes.push(`${change.key.model} ${change.kind === 'breaker' ? change.state : change.reason}`);
  return new TargetRegistry(DEFAULT_BREAKER_SETTINGS, () => 0.5, note);
}

function fail(targets: TargetRegistry, key: TargetKey, count: number, now: number): void {
  for (let round = 0; round < count; round++) targets.record({ key, kind: 'pass' }, 'failure', now);
}

test('targets that work leave no trace', () => {
  const targets = registry();
  targets.record({ key: KEY, kind: 'pass' }, 'success', 0);
  assert.equal(targets.isQuiet, true);
  fail(targets, KEY, 1, 0);
  assert.equal(targets.isQuiet, false);
  targets.record({ key: KEY, kind: 'pass' }, 'success', 31_000);
  assert.equal(targets.isQuiet, true, 'forgotten once the window is clean');
});

test('an open breaker stands in the way of its model only, whoever asks', () => {
  const changes: string[] = [];
  const targets = registry(changes);
  fail(targets, KEY, 5, 0);
  assert.match(targets.obstacle(KEY, 'gateway', 0)?.reason ?? '', /breaker is open/);
  assert.equal(targets.obstacle(OTHER, 'gateway', 0), undefined);
  assert.equal(targets.obstacle({ ...KEY, owner: 'caller' }, 'caller-1', 0), undefined);
  assert.deepEqual(changes, ['glm 4.7/x open']);
});

test('in the half-open state a target is ready until somebody has its probe', () => {
  const targets = registry();
  fail(targets, KEY, 5, 0);
  assert.equal(targets.obstacle(KEY, 'gateway', 16_000), undefined);
  const pass = targets.admit(KEY, 16_000);
  assert.equal(pass?.kind, 'probe');
  assert.match(targets.obstacle(KEY, 'gateway', 16_000)?.reason ?? '', /probe/);
  assert.equal(targets.admit(KEY, 16_000), undefined);
});

test('a cool-down belongs to one account, and to one model or all of them', () => {
  const targets = registry();
  const cooldown = { key: KEY, account: 'caller-1', until: 5_000, reason: 'it asked to wait' };
  targets.cool({ ...cooldown, scope: 'model' }, 0);
  assert.deepEqual(targets.obstacle(KEY, 'caller-1', 1_000), {
    reason: 'it asked to wait',
    readyInMs: 4_000,
  });
  assert.equal(targets.obstacle(KEY, 'caller-2', 1_000), undefined);
  assert.equal(targets.obstacle(OTHER, 'caller-1', 1_000), undefined);
  targets.cool({ ...cooldown, scope: 'account', until: 9_000 }, 0);
  assert.equal(targets.obstacle(OTHER, 'caller-1', 6_000)?.readyInMs, 3_000);
  assert.equal(targets.obstacle(OTHER, 'caller-1', 9_000), undefined);
  assert.equal(targets.obstacle(KEY, 'caller-1', 9_000), undefined);
  assert.equal(targets.isQuiet, true, 'what is over is forgotten when it is met');
});

test('a shorter cool-down does not replace a longer one', () => {
  const targets = registry();
  const cooldown = { key: KEY, account: 'gateway', scope: 'model', reason: 'r' } as const;
  targets.cool({ ...cooldown, until: 9_000 }, 0);
  targets.cool({ ...cooldown, until: 2_000 }, 0);
  assert.equal(targets.obstacle(KEY, 'gateway', 0)?.readyInMs, 9_000);
});

test('a reset closes what fits and leaves the rest', () => {
  const targets = registry();
  fail(targets, KEY, 5, 0);
  fail(targets, OTHER, 5, 0);
  targets.cool({ key: KEY, account: 'gateway', scope: 'model', until: 9_000, reason: 'r' }, 0);
  assert.equal(
    targets.reset(({ model }) => model === KEY.model, 0),
    2,
  );
  assert.equal(targets.obstacle(KEY, 'gateway', 0), undefined);
  assert.notEqual(targets.obstacle(OTHER, 'gateway', 0), undefined);
  assert.equal(
    targets.reset(() => true, 0),
    1,
  );
  assert.equal(targets.isQuiet, true);
});

test('a reset tells of those that were left alone, so that it is written down, and of no others', () => {
  const told: string[] = [];
  const targets = new TargetRegistry(
    DEFAULT_BREAKER_SETTINGS,
    () => 0.5,
    ({ key }) => told.push(key.model),
  );
  fail(targets, KEY, 5, 0);
  fail(targets, OTHER, 1, 0);
  const third = { ...KEY, model: 'cooling' };
  targets.cool({ key: third, account: 'gateway', scope: 'model', until: 9_000, reason: 'r' }, 0);
  told.length = 0;
  assert.equal(
    targets.reset(() => true, 0),
    3,
  );
  assert.deepEqual(told, [KEY.model, third.model]);
});

test('a flood of invented model names is not kept', () => {
  const targets = registry();
  for (let index = 0; index < 5_000; index++) fail(targets, { ...KEY, model: `m${index}` }, 1, 0);
  assert.ok(targets.list(0).length <= 2_000);
});

test('after a restart every open period goes on with what was left of it', () => {
  const before = registry();
  fail(before, KEY, 5, 1_000);
  before.cool({ key: OTHER, account: 'gateway', scope: 'account', until: 31_000, reason: 'window' }, 0);
  fail(before, { ...KEY, model: 'closed' }, 2, 1_000);
  const saved = JSON.stringify(saveState(before, { wall: 1e12, monotonic: 1_000 }));
  const after = registry();
  // Four seconds later, on a new monotonic clock.
  assert.equal(restoreState(after, saved, at({ wall: 1e12 + 4_000, monotonic: 77 })), 2);
  assert.equal(after.obstacle(KEY, 'gateway', 77)?.readyInMs, 11_000);
  assert.equal(after.obstacle(OTHER, 'gateway', 77)?.readyInMs, 26_000);
  assert.equal(after.admit({ ...KEY, model: 'closed' }, 77)?.kind, 'pass');
});

test('the same name at another origin is another target, before and after a restart', () => {
  const elsewhere = { ...KEY, origin: 'http://127.0.0.1:9' };
  const before = registry();
  fail(before, elsewhere, 5, 0);
  before.cool({ key: elsewhere, account: 'gateway', scope: 'account', until: 9_000, reason: 'window' }, 0);
  assert.equal(before.obstacle(KEY, 'gateway', 0), undefined);
  const saved = JSON.stringify(saveState(before, { wall: 1e12, monotonic: 0 }));
  const after = registry();
  restoreState(after, saved, at({ wall: 1e12, monotonic: 0 }));
  assert.match(after.obstacle(elsewhere, 'gateway', 0)?.reason ?? '', /breaker is open/);
  assert.equal(after.obstacle(KEY, 'gateway', 0), undefined);
});

test('a state saved without origins is that of the providers as they stand; those that are gone are dropped', () => {
  const open = { owner: 'gateway', model: KEY.model, open_until: 1e12 + 10_000, openings: 1 } as const;
  const cooling = {
    owner: 'gateway',
    model: '',
    account: 'gateway',
    scope: 'account',
    reason: 'window',
  } as const;
  const saved = JSON.stringify({
    version: 1,
    saved_at: 1e12,
    breakers: [
      { provider: 'zai', ...open },
      { provider: 'gone', ...open },
    ],
    cooldowns: [{ provider: 'gone', ...cooling, until: 1e12 + 10_000 }],
  });
  const targets = registry();
  assert.equal(restoreState(targets, saved, at({ wall: 1e12, monotonic: 0 })), 1);
  assert.equal(targets.obstacle(KEY, 'gateway', 0)?.readyInMs, 10_000);
});

test('a breaker whose time ran out while the gateway was down waits for its probe', () => {
  const before = registry();
  fail(before, KEY, 5, 0);
  const saved = JSON.stringify(saveState(before, { wall: 1e12, monotonic: 0 }));
  const after = registry();
  restoreState(after, saved, at({ wall: 1e12 + 3_600_000, monotonic: 0 }));
  assert.equal(after.obstacle(KEY, 'gateway', 0), undefined);
  assert.equal(after.admit(KEY, 0)?.kind, 'probe');
});

test('a clock that was set back a day stretches nothing', () => {
  const before = registry();
  fail(before, KEY, 5, 0);
  const saved = JSON.stringify(saveState(before, { wall: 1e12, monotonic: 0 }));
  const after = registry();
  restoreState(after, saved, at({ wall: 1e12 - 86_400_000, monotonic: 0 }));
  assert.equal(after.obstacle(KEY, 'gateway', 0)?.readyInMs, 15_000);
});

for (const text of [
  '',
  '{',
  'null',
  '{"version":2}',
  '{"version":1,"saved_at":"x","breakers":[],"cooldowns":[]}',
]) {
  test(`a saved state of ${JSON.stringify(text)} is told and changes nothing`, () => {
    const targets = registry();
    assert.equal(restoreState(targets, text, at({ wall: 0, monotonic: 0 })), undefined);
    assert.equal(targets.isQuiet, true);
  });
}

test("a predecessor's file opens what is left of it, for every target that asks for the model", () => {
  const now = 1_800_000_000_000;
  const file = {
    'glm-5': { state: 'open', failure_count: 3, last_failure_time: now / 1000 - 100, total_failures: 9 },
    'qwen/q': { state: 'HALF_OPEN', failure_count: 3, last_failure_time: now / 1000 - 10_000 },
    fine: { state: 'closed', failure_count: 1, last_failure_time: null },
    gone: { state: 'open', failure_count: 3, last_failure_time: now / 1000 },
  };
  const targets = [
    OTHER,
    { ...OTHER, provider: 'second' },
    { ...KEY, model: 'qwen/q' },
    { ...KEY, model: 'fine' },
  ];
  assert.deepEqual(importPredecessorState(file, targets, { timeout: 300_000, now }), [
    { key: OTHER, forMs: 200_000 },
    { key: { ...OTHER, provider: 'second' }, forMs: 200_000 },
    { key: { ...KEY, model: 'qwen/q' }, forMs: 0 },
  ]);
  for (const value of [undefined, [], { a: 5 }, { a: { state: 1 } }])
    assert.equal(importPredecessorState(value, targets, { timeout: 1, now }), undefined);
});
