import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { createIdSource } from '../../lib/ids.ts';
import { attemptSpanId, spanIdsOf } from './span-ids.ts';

test('the trace id is the exchange id in hexadecimal digits, and the span id its random end', () => {
  assert.deepEqual(spanIdsOf('01jd7z3w5kq8r2m4n6p9s1t3v5'), {
    trace: hexOf('01jd7z3w5kq8r2m4n6p9s1t3v5'),
    root: hexOf('01jd7z3w5kq8r2m4n6p9s1t3v5').slice(16),
  });
});

test('every exchange has ids of its own, and so has every try', () => {
  const newId = createIdSource({ now: () => 1_790_000_000_000, monotonic: () => 0 }, randomBytes);
  const ids = Array.from({ length: 500 }, newId);
  const traces = ids.map((id) => spanIdsOf(id));
  assert.deepEqual(
    traces.map(({ trace }) => trace),
    ids.map(hexOf),
  );
  for (const trace of traces.slice(0, 20)) {
    const tries = Array.from({ length: 8 }, (_, ordinal) => attemptSpanId(trace, ordinal));
    assert.equal(new Set([trace.root, ...tries]).size, 9);
    for (const id of tries) assert.match(id, /^[0-9a-f]{16}$/);
  }
});

test('what is no exchange id has no trace', () => {
  assert.throws(() => spanIdsOf('exchange-1'));
});

function hexOf(id: string): string {
  const digits = '0123456789abcdefghjkmnpqrstvwxyz';
  const value = Array.from(id).reduce((sum, digit) => sum * 32n + BigInt(digits.indexOf(digit)), 0n);
  return value.toString(16).padStart(32, '0');
}
