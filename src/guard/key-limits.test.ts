import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeyUsage, type KeyLimits } from './key-limits.ts';

const NONE: KeyLimits = { requestsPerMinute: undefined, concurrent: undefined, tokensPerDay: undefined };
const NOON = Date.UTC(2026, 0, 1, 12);

test('so many at once, and room again when one has ended', () => {
  const usage = new KeyUsage();
  const limits = { ...NONE, concurrent: 2 };
  const begin = () => usage.begin('laptop', limits, NOON).kind;
  assert.deepEqual([begin(), begin(), begin()], ['admitted', 'admitted', 'refused']);
  assert.equal(usage.begin('other', limits, NOON).kind, 'admitted', 'each key has its own');
  usage.end('laptop', 0);
  assert.equal(begin(), 'admitted');
});

test('so many a minute, growing back evenly, with the time to wait', () => {
  const usage = new KeyUsage();
  const limits = { ...NONE, requestsPerMinute: 2 };
  const begin = (now: number) => {
    const admission = usage.begin('laptop', limits, now);
    if (admission.kind === 'admitted') usage.end('laptop', 0);
    return admission.kind === 'admitted' ? 0 : admission.retryAfter;
  };
  assert.deepEqual([begin(NOON), begin(NOON), begin(NOON)], [0, 0, 30]);
  assert.deepEqual([begin(NOON + 15_000), begin(NOON + 30_000), begin(NOON + 31_000)], [15, 0, 29]);
  assert.deepEqual([begin(NOON - 60_000)], [0], 'a clock that was set back takes nothing away');
});

test('so many tokens a day, and another day another count', () => {
  const usage = new KeyUsage();
  const limits = { ...NONE, tokensPerDay: 100 };
  const begin = (now: number) => usage.begin('laptop', limits, now);
  assert.equal(begin(NOON).kind, 'admitted');
  usage.end('laptop', 120);
  assert.deepEqual(begin(NOON), {
    kind: 'refused',
    reason: 'has used its 100 tokens of today (UTC)',
    retryAfter: 43_200,
  });
  assert.equal(begin(NOON + 43_200_000).kind, 'admitted');
});

test('a limit per minute that comes later does not count what was sent before it', () => {
  const usage = new KeyUsage();
  const begin = (limits: KeyLimits) => {
    const { kind } = usage.begin('laptop', limits, NOON);
    if (kind === 'admitted') usage.end('laptop', 0);
    return kind;
  };
  for (let count = 0; count < 1_000; count += 1) begin({ ...NONE, concurrent: 2 });
  const limited = { ...NONE, requestsPerMinute: 2 };
  assert.deepEqual([begin(limited), begin(limited), begin(limited)], ['admitted', 'admitted', 'refused']);
});
