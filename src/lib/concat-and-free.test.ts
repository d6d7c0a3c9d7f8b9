import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concatAndFree } from './concat-and-free.ts';

function block(text: string): Buffer {
  const piece = Buffer.allocUnsafeSlow(text.length);
  piece.write(text);
  return piece;
}

test('pieces are joined in order and their memory is given back', () => {
  const pieces = [block('one '), block('two '), block('three')];
  assert.equal(concatAndFree(pieces, 13).toString(), 'one two three');
  assert.deepEqual(
    pieces.map(({ length }) => length),
    [0, 0, 0],
  );
});

test('a single piece is the result itself', () => {
  const piece = block('alone');
  assert.equal(concatAndFree([piece], 5), piece);
  assert.equal(piece.toString(), 'alone');
});

test('nothing joins to nothing', () => {
  assert.equal(concatAndFree([], 0).length, 0);
});

test('a piece that shares its memory with others is left alone', () => {
  const shared = block('abcdef');
  assert.equal(concatAndFree([shared.subarray(0, 2), shared.subarray(2, 4)], 4).toString(), 'abcd');
  assert.equal(shared.toString(), 'abcdef');
});
