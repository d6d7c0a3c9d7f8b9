import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import {
  countOf,
  isObject,
  largestOf,
  listOf,
  objectOf,
  parseJson,
  parseJsonBytes,
  sumOf,
  textOf,
} from './foreign-json.ts';

test('text that is no JSON has no value', () => {
  for (const text of ['', '{', 'data', '{"a":1}{', '['.repeat(1_000_000)])
    assert.equal(parseJson(text), undefined);
  assert.deepEqual(parseJson('{"a":1}'), { a: 1 });
});

test('bytes are read as UTF-8, within their range only', () => {
  const bytes = Buffer.from('xx{"é":"漢"}yy');
  assert.deepEqual(parseJsonBytes(bytes, 2, bytes.length - 2), { é: '漢' });
});

test('an object is neither null nor an array', () => {
  for (const value of [null, undefined, [], 'a', 1]) {
    assert.equal(isObject(value), false);
    assert.deepEqual(objectOf(value), {});
  }
  assert.deepEqual(objectOf({ a: 1 }), { a: 1 });
  assert.deepEqual(listOf([1]), [1]);
  assert.deepEqual(listOf({ 0: 1 }), []);
});

test('blank text counts as none', () => {
  for (const value of ['', '  ', null, 5, undefined]) assert.equal(textOf(value), undefined);
  assert.equal(textOf(' a '), ' a ');
});

test('a count is a number from zero up', () => {
  for (const value of [-1, Number.NaN, Number.POSITIVE_INFINITY, '5', null, undefined, {}])
    assert.equal(countOf(value), undefined);
  assert.equal(countOf(0), 0);
  assert.equal(countOf(7.6), 8);
});

test('sum and maximum skip what is unknown and are unknown without anything known', () => {
  assert.equal(sumOf(1, null, 2, 'x'), 3);
  assert.equal(largestOf(1, null, 2, 'x'), 2);
  assert.equal(sumOf(null), undefined);
  assert.equal(largestOf(undefined), undefined);
});

test('no value makes a question fail', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      const answers = [
        textOf(value),
        countOf(value),
        listOf(value),
        objectOf(value),
        sumOf(value),
        largestOf(value),
      ];
      assert.equal(answers.length, 6);
    }),
  );
});
