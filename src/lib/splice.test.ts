import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { deletion, splice } from './splice.ts';

test('no edits give the very same buffer back', () => {
  const body = Buffer.from('{}');
  assert.equal(splice(body, []), body);
});

test('edits replace, insert and delete, and may touch each other', () => {
  const body = Buffer.from('0123456789');
  const edits = [
    { start: 0, end: 2, replacement: Buffer.from('ab') },
    deletion(2, 4),
    { start: 6, end: 6, replacement: Buffer.from('inserted') },
    { start: 9, end: 10, replacement: Buffer.from('') },
  ];
  assert.equal(splice(body, edits).toString(), 'ab45inserted678');
  assert.equal(body.toString(), '0123456789');
});

test('any edits give what slicing and joining gives', () => {
  const pieces = fc.array(fc.record({ keep: fc.string(), cut: fc.string(), put: fc.option(fc.string()) }), {
    maxLength: 8,
  });
  fc.assert(
    fc.property(pieces, (parts) => {
      let position = 0;
      const edits = parts.flatMap(({ keep, cut, put }) => {
        const start = position + Buffer.byteLength(keep);
        position = start + Buffer.byteLength(cut);
        return put === null ? [] : [{ start, end: position, replacement: Buffer.from(put) }];
      });
      const before = parts.map(({ keep, cut }) => keep + cut).join('');
      const after = parts.map(({ keep, cut, put }) => keep + (put ?? cut)).join('');
      assert.equal(splice(Buffer.from(before), edits).toString(), after);
    }),
  );
});

for (const [fault, edits] of [
  ['overlap', [deletion(0, 3), deletion(2, 4)]],
  ['come out of order', [deletion(3, 4), deletion(0, 1)]],
  ['end before they start', [deletion(3, 2)]],
  ['leave the body', [deletion(3, 6)]],
] as const) {
  test(`edits that ${fault} are refused`, () => {
    assert.throws(() => splice(Buffer.from('12345'), edits), RangeError);
  });
}
