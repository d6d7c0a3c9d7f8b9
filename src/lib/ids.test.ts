import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { createIdSource } from './ids.ts';

function source(times: number[]): () => string {
  let index = 0;
  const clock = { now: () => times[Math.min(index++, times.length - 1)] ?? 0, monotonic: () => 0 };
  return createIdSource(clock, randomBytes);
}

test('ids of later milliseconds sort after earlier ones', () => {
  const next = source([1_000, 1_001, 2_000_000_000_000]);
  const ids = [next(), next(), next()];
  assert.deepEqual([...ids].sort(), ids);
});

test('ids of one millisecond differ', () => {
  const next = source([5]);
  const ids = new Set(Array.from({ length: 10_000 }, () => next()));
  assert.equal(ids.size, 10_000);
});

test('every id is 26 characters of the same alphabet', () => {
  const next = source([Date.UTC(2026, 10, 20)]);
  for (let count = 0; count < 100; count += 1) assert.match(next(), /^[0-9a-hjkmnp-tv-z]{26}$/);
});
