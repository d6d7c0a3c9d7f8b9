import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createResolver } from './lookup.ts';
import type { ResolveAll, Resolver } from './lookup.ts';

type Answer = Parameters<Parameters<ResolveAll>[1]>;

function harness(): {
  resolver: Resolver;
  asked: ((...answer: Answer) => void)[];
  pass: (milliseconds: number) => void;
} {
  const asked: ((...answer: Answer) => void)[] = [];
  let now = 0;
  const clock = { now: () => now, monotonic: () => now };
  const resolver = createResolver(clock, (_, done) => asked.push(done));
  return { resolver, asked, pass: (milliseconds) => (now += milliseconds) };
}

function look(resolver: Resolver, all = true): Promise<unknown> {
  return new Promise((resolve) => {
    resolver.lookup('a.test', { all }, (error, address) => resolve(error?.message ?? address));
  });
}

describe('names', () => {
  const first = [{ address: '192.0.2.1', family: 4 }];
  const second = [{ address: '2001:db8::1', family: 6 }];

  test('questions asked at the same time share one lookup, and its answer is kept for 30 seconds', async () => {
    const { resolver, asked, pass } = harness();
    const both = [look(resolver), look(resolver, false)];
    assert.equal(asked.length, 1);
    asked[0]?.(null, first);
    assert.deepEqual(await Promise.all(both), [first, '192.0.2.1']);
    pass(29_999);
    assert.deepEqual(await look(resolver), first);
    pass(1);
    const renewed = look(resolver);
    asked[1]?.(null, second);
    assert.deepEqual(await renewed, second);
  });

  test('a failure is not remembered, and an answer can be forgotten', async () => {
    const { resolver, asked } = harness();
    const failing = look(resolver);
    asked[0]?.(new Error('SERVFAIL'), []);
    assert.equal(await failing, 'SERVFAIL');
    const working = look(resolver);
    asked[1]?.(null, first);
    assert.deepEqual(await working, first);
    resolver.forget('a.test');
    const moved = look(resolver);
    asked[2]?.(null, second);
    assert.deepEqual(await moved, second);
  });
});
