import assert from 'node:assert/strict';
import { test } from 'node:test';
import { array, assert as check, integer, property, uint8Array } from 'fast-check';
import { BodyCopy } from './body-copy.ts';
import { MemoryBudget } from '../../lib/memory-budget.ts';

const text = (copy: BodyCopy): string => Buffer.from(copy.body(undefined).bytes).toString();

test('a copy is its own memory: what it was made from may be overwritten or freed', () => {
  const copy = new BodyCopy(100, new MemoryBudget(100));
  const pooled = Buffer.from('short, from the pool');
  copy.add(pooled);
  pooled.fill(0);
  const { bytes, size, cutBy } = copy.body(undefined);
  assert.deepEqual([Buffer.from(bytes).toString(), size, cutBy], ['short, from the pool', 20, undefined]);
  assert.notEqual(bytes.buffer, pooled.buffer);
});

test('of a long body the beginning is kept, without a gap', () => {
  const copy = new BodyCopy(7, new MemoryBudget(100));
  for (const piece of ['abcde', 'fghij', 'k']) copy.add(Buffer.from(piece));
  const { size, cutBy } = copy.body(undefined);
  assert.deepEqual([text(copy), size, cutBy], ['abcdefg', 11, 'limit']);
});

test('when memory runs out no later piece follows a missing one, and what is cleared is there for others', () => {
  const budget = new MemoryBudget(6);
  const [one, other] = [new BodyCopy(100, budget), new BodyCopy(100, budget)];
  for (const piece of ['abcd', 'efgh', 'i']) one.add(Buffer.from(piece));
  assert.deepEqual([text(one), one.body(undefined).cutBy, one.body(undefined).size], ['abcd', 'memory', 9]);
  other.add(Buffer.from('xyz'));
  assert.equal(other.body(undefined).cutBy, 'memory');
  one.clear();
  other.clear();
  other.add(Buffer.from('abcdef'));
  assert.deepEqual([text(other), other.body(undefined).cutBy], ['abcdef', undefined]);
});

test('however bytes come, the budget is charged with what is kept, and gets all of it back', () => {
  check(
    property(
      array(array(uint8Array({ maxLength: 30 }), { maxLength: 8 }), { maxLength: 5 }),
      integer({ min: 1, max: 60 }),
      (bodies, limit) => {
        const budget = new MemoryBudget(100);
        const copies = bodies.map((pieces) => {
          const copy = new BodyCopy(limit, budget);
          for (const piece of pieces) copy.add(Buffer.from(piece));
          const { bytes, size, cutBy } = copy.body(undefined);
          const whole = Buffer.concat(pieces);
          assert.deepEqual(Buffer.from(bytes), whole.subarray(0, bytes.length));
          assert.equal(size, whole.length);
          assert.equal(cutBy === undefined, bytes.length === whole.length);
          return copy;
        });
        for (const copy of copies) copy.clear();
        assert.equal(budget.take(100), true);
      },
    ),
  );
});
