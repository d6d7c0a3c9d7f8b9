import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatTarget, parseTarget, type Target } from '../domain/target.ts';
import { orderTargets, type OrderInput } from './order-targets.ts';
import type { TargetList } from './route-settings.ts';
import type { RouteState, TargetObstacle } from './route-state.ts';
import { SessionMemory } from './session-memory.ts';

function target(text: string): Target {
  const parsed = parseTarget(text);
  assert.ok(parsed !== undefined);
  return parsed;
}

const [A, B, C] = [target('a/x'), target('b/x'), target('c/x')];
const ALL: TargetList = [A, B, C];

interface Moment {
  readonly obstacles?: Readonly<Record<string, TargetObstacle>>;
  readonly loads?: Readonly<Record<string, number>>;
  readonly windows?: Readonly<Record<string, number>>;
  readonly prices?: Readonly<Record<string, number>>;
  readonly toolless?: readonly string[];
  readonly warm?: Target;
  readonly cached?: number;
}

function state({
  obstacles = {},
  loads = {},
  windows = {},
  prices = {},
  toolless = [],
  warm,
  cached = 0,
}: Moment): RouteState {
  return {
    obstacle: ({ provider }) => obstacles[provider],
    load: ({ provider }) => loads[provider] ?? 0,
    contextWindow: ({ provider }) => windows[provider],
    lacksTools: ({ provider }) => toolless.includes(provider),
    // What is cached costs a tenth.
    price: ({ provider }, tokens, cachedTokens) =>
      prices[provider] && prices[provider] * (tokens - cachedTokens * 0.9),
    warmTarget: () => warm && { target: warm, cachedTokens: cached },
  };
}

function order(moment: Moment, changes: Partial<OrderInput> = {}): string[] {
  const input = {
    pick: { kind: 'priority' },
    route: 'r',
    targets: ALL,
    seed: 's',
    promptTokens: undefined,
  } as const;
  return orderTargets({ ...input, state: state(moment), ...changes }).targets.map(formatTarget);
}

const open = (readyInMs: number): TargetObstacle => ({ reason: 'its breaker is open', readyInMs });

test('targets are asked in their order, without those that have an obstacle', () => {
  assert.deepEqual(order({}), ['a/x', 'b/x', 'c/x']);
  assert.deepEqual(order({ obstacles: { a: open(1) } }), ['b/x', 'c/x']);
});

test('where all have an obstacle, the one that is ready first is asked, alone', () => {
  const obstacles = { a: open(9_000), b: open(2_000), c: open(5_000) };
  assert.deepEqual(order({ obstacles }), ['b/x']);
  const { skipped } = orderTargets({
    pick: { kind: 'priority' },
    route: 'r',
    targets: ALL,
    seed: 's',
    promptTokens: undefined,
    state: state({ obstacles }),
  });
  assert.deepEqual(skipped, [
    { target: A, reason: 'its breaker is open, for 9 s more' },
    { target: C, reason: 'its breaker is open, for 5 s more' },
  ]);
});

test('the only target of a route is never withheld', () => {
  const moment = { obstacles: { a: open(9_000) }, windows: { a: 10 } };
  assert.deepEqual(order(moment, { targets: [A], promptTokens: 1_000 }), ['a/x']);
});

test('a target whose model is too small is passed over; where all are, the largest is asked', () => {
  const windows = { a: 8_000, b: 128_000 };
  assert.deepEqual(order({ windows }, { promptTokens: 50_000 }), ['b/x', 'c/x']);
  assert.deepEqual(order({ windows: { a: 8_000, b: 16_000, c: 4_000 } }, { promptTokens: 50_000 }), ['b/x']);
  assert.deepEqual(
    order({ windows }, { promptTokens: 8_500 }),
    ['a/x', 'b/x', 'c/x'],
    'an estimate may be off',
  );
});

test('a model that calls no tools is passed over for a request that offers some, unless no other is left', () => {
  assert.deepEqual(order({ toolless: ['a'] }), ['b/x', 'c/x']);
  assert.deepEqual(order({ toolless: ['a', 'b', 'c'] }), ['a/x', 'b/x', 'c/x']);
  const small = { windows: { b: 10, c: 10 }, toolless: ['a'] };
  assert.deepEqual(
    order(small, { promptTokens: 1_000 }),
    ['b/x', 'c/x'],
    'the largest of those that call tools',
  );
});

test('the least busy is asked first, and the first of equals', () => {
  const pick = { kind: 'least-busy' } as const;
  assert.deepEqual(order({ loads: { a: 2, b: 1, c: 1 } }, { pick }), ['b/x', 'a/x', 'c/x']);
  assert.deepEqual(order({}, { pick }), ['a/x', 'b/x', 'c/x']);
});

test('lots fall by weight, always the same for the same exchange, and never on one that is not ready', () => {
  const pick = { kind: 'weighted', weights: [6, 3, 1] } as const;
  const first = (seed: string, moment: Moment = {}): string | undefined => order(moment, { pick, seed })[0];
  const drawn = Array.from({ length: 5_000 }, (_, index) => first(`01k${index}`));
  const share = (name: string): number => drawn.filter((one) => one === name).length / drawn.length;
  assert.ok(Math.abs(share('a/x') - 0.6) < 0.04, `a ${share('a/x')}`);
  assert.ok(Math.abs(share('b/x') - 0.3) < 0.04, `b ${share('b/x')}`);
  assert.ok(Math.abs(share('c/x') - 0.1) < 0.03, `c ${share('c/x')}`);
  assert.equal(first('01k7'), first('01k7'));
  for (let index = 0; index < 50; index++)
    assert.notEqual(first(`x${index}`, { obstacles: { a: open(1) } }), 'a/x');
});

test('a session stays with its warm target unless the route asks in order, and leaves it when it cools', () => {
  for (const kind of ['sticky', 'least-busy'] as const)
    assert.deepEqual(order({ warm: C, loads: { c: 5 } }, { pick: { kind } }), ['c/x', 'a/x', 'b/x'], kind);
  assert.deepEqual(order({ warm: C }), ['a/x', 'b/x', 'c/x']);
  assert.deepEqual(order({ warm: C, obstacles: { c: open(1) } }, { pick: { kind: 'sticky' } }), [
    'a/x',
    'b/x',
  ]);
});

test('a session is remembered for as long as a prompt cache lives, per route', () => {
  const sessions = new SessionMemory();
  sessions.noteServed('s', 'tiers.opus', { target: B, cachedTokens: 5, at: 1_000 });
  assert.equal(sessions.warmTarget('s', 'tiers.opus', 300_999)?.target, B);
  assert.equal(sessions.warmTarget('s', 'tiers.opus', 301_000), undefined);
  assert.equal(sessions.warmTarget('s', 'tiers.haiku', 1_000), undefined);
  assert.equal(sessions.warmTarget('t', 'tiers.opus', 1_000), undefined);
  sessions.noteTask('s', 'long_context');
  assert.equal(sessions.previousTask('s'), 'long_context');
  sessions.noteTask('s', undefined);
  assert.equal(sessions.previousTask('s'), undefined);
  assert.equal(sessions.warmTarget('s', 'tiers.opus', 2_000)?.target, B);
});

test('the cheapest comes first, then the others by price, those without a known price last', () => {
  const pick = { kind: 'cheapest' } as const;
  assert.deepEqual(order({ prices: { b: 2, c: 1 } }, { pick }), ['c/x', 'b/x', 'a/x']);
  assert.deepEqual(order({}, { pick }), ['a/x', 'b/x', 'c/x']);
  const { note } = orderTargets({
    pick,
    route: 'r',
    targets: ALL,
    seed: 's',
    promptTokens: 2_000,
    state: state({ prices: { a: 0.5, b: 0.000_001 } }),
  });
  assert.equal(note, 'b/x is the cheapest: $0.00200 for about 2000 prompt tokens');
});

test('a session stays with the cache that makes its target the cheapest, and leaves it where another is cheaper still', () => {
  const pick = { kind: 'cheapest' } as const;
  const long = { pick, promptTokens: 10_000 };
  const prices = { b: 2, c: 1 };
  assert.deepEqual(order({ prices, warm: B, cached: 9_000 }, long), ['b/x', 'c/x', 'a/x']);
  assert.deepEqual(
    order({ prices, warm: B, cached: 1_000 }, long),
    ['c/x', 'b/x', 'a/x'],
    'too little is cached',
  );
  assert.deepEqual(order({ prices: { b: 2, c: 0 }, warm: B, cached: 9_000 }, long), ['c/x', 'b/x', 'a/x']);
  assert.deepEqual(order({ warm: B, cached: 9_000 }, long), ['b/x', 'a/x', 'c/x'], 'no price is known');
  const { note } = orderTargets({
    ...long,
    route: 'r',
    targets: ALL,
    seed: 's',
    state: state({ prices: { b: 0.000_002, c: 0.000_001 }, warm: B, cached: 9_000 }),
  });
  assert.equal(
    note,
    'b/x is the cheapest: $0.00380 for about 10000 prompt tokens, of which about 9000 are cached',
  );
});
