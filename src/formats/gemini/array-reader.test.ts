import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { cutAt } from '../../../fixtures/play.ts';
import { ArrayReader } from './array-reader.ts';

function read(chunks: readonly Buffer[]): unknown[] {
  const reader = new ArrayReader(1_000_000);
  return chunks.flatMap((chunk) => reader.push(chunk)).map((text): unknown => JSON.parse(text));
}

test('any array of objects, however written and cut, is read object by object', () => {
  const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue({ depthSize: 'small' })), {
    maxLength: 5,
  });
  const spaces = fc.constantFrom(undefined, 1, 2);
  fc.assert(
    fc.property(objects, spaces, fc.array(fc.nat(), { maxLength: 20 }), (list, space, cuts) => {
      const bytes = Buffer.from(JSON.stringify(list, undefined, space));
      // What JSON cannot tell apart (-0, __proto__) is told as JSON has it.
      assert.deepEqual(read(cutAt(bytes, cuts)), JSON.parse(bytes.toString()));
    }),
  );
});

test('an object is given as soon as it is whole', () => {
  const reader = new ArrayReader(100);
  assert.deepEqual(reader.push(Buffer.from('[{"a":"}]\\"{"}')), ['{"a":"}]\\"{"}']);
  assert.deepEqual(reader.push(Buffer.from('\n,\r\n{"b":')), []);
  assert.deepEqual(reader.push(Buffer.from('{}}]')), ['{"b":{}}']);
});

test('an object beyond the limit is known by its size, not held for ever', () => {
  const reader = new ArrayReader(10);
  reader.push(Buffer.from('[{"a":"0123456789'));
  assert.equal(reader.isOversized, true);
});

test('noise never throws', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 50 })), (chunks) => {
      const reader = new ArrayReader(1_000);
      for (const chunk of chunks) reader.push(Buffer.from(chunk));
    }),
  );
});
