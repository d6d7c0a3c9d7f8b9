import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GrowingBytes } from './growing-bytes.ts';

function textOf(bytes: GrowingBytes): string {
  return bytes.storage.toString('latin1', 0, bytes.length);
}

test('pieces are joined in order, and only the ranges asked for', () => {
  const bytes = new GrowingBytes(100);
  assert.equal(bytes.append(Buffer.from('--one--'), 2, 5), true);
  assert.equal(bytes.append(Buffer.from('two'), 0, 3), true);
  assert.equal(textOf(bytes), 'onetwo');
});

test('what was collected does not change when the piece it came from does', () => {
  const bytes = new GrowingBytes(100);
  const piece = Buffer.from('before');
  bytes.append(piece, 0, piece.length);
  piece.fill('x');
  assert.equal(textOf(bytes), 'before');
});

test('a piece beyond the limit is refused as a whole and what is there stays', () => {
  const bytes = new GrowingBytes(5);
  bytes.append(Buffer.from('abc'), 0, 3);
  assert.equal(bytes.append(Buffer.from('def'), 0, 3), false);
  assert.equal(textOf(bytes), 'abc');
  assert.equal(bytes.append(Buffer.from('de'), 0, 2), true);
  assert.equal(textOf(bytes), 'abcde');
});

test('many small pieces survive the growing of the storage', () => {
  const bytes = new GrowingBytes(10_000);
  for (let index = 0; index < 5000; index++) bytes.append(Buffer.from([65 + (index % 26)]), 0, 1);
  assert.equal(bytes.length, 5000);
  assert.equal(textOf(bytes).slice(0, 26), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ');
});

test('clearing gives large storage back and keeps small storage for the next frame', () => {
  const bytes = new GrowingBytes(1_000_000);
  bytes.append(Buffer.alloc(100), 0, 100);
  bytes.clear();
  assert.equal(bytes.length, 0);
  assert.ok(bytes.storage.length > 0);
  bytes.append(Buffer.alloc(500_000), 0, 500_000);
  bytes.clear();
  assert.equal(bytes.storage.length, 0);
});

test('what is taken has memory of its own, of its own size, and the next piece begins anew', () => {
  const bytes = new GrowingBytes(10_000);
  bytes.append(Buffer.from('x'.repeat(700)), 0, 700);
  bytes.append(Buffer.from('yz'), 0, 2);
  const taken = bytes.take();
  assert.equal(Buffer.from(taken).toString(), `${'x'.repeat(700)}yz`);
  assert.equal(taken.buffer.byteLength, 702);
  assert.deepEqual([bytes.length, bytes.take().length], [0, 0]);
  bytes.append(Buffer.from('new'), 0, 3);
  assert.equal(textOf(bytes), 'new');
  assert.equal(taken.length, 702);
});

test('storage that has become too small gives its memory back', () => {
  const bytes = new GrowingBytes(10_000);
  bytes.append(Buffer.from('a'), 0, 1);
  const first = bytes.storage;
  bytes.append(Buffer.alloc(5_000), 0, 5_000);
  assert.equal(first.length, 0);
  assert.equal(bytes.length, 5_001);
});

test('what is empty can be read after others have grown', () => {
  new GrowingBytes(10).append(Buffer.from('abc'), 0, 3);
  assert.equal(new GrowingBytes(10).storage.subarray(0, 0).length, 0);
});
