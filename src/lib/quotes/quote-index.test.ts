import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { JsonCursor } from '../json-cursor.ts';
import { indexQuotes } from './quote-index.ts';
import { PIECE_BYTES } from './quote-program.ts';

/** What a walk over the whole text ends with: where, or why it stops. */
function walk(text: Buffer, how: 'byte by byte' | 'by index'): string {
  try {
    const cursor = new JsonCursor(text, how === 'by index' ? indexQuotes(text) : undefined);
    const spans: number[] = [];
    if (cursor.kind() === 'object') {
      cursor.enterObject();
      while (cursor.nextMember()) {
        spans.push(cursor.keyStart, cursor.keyEnd);
        const { start, end } = cursor.skipValue();
        spans.push(start, end);
      }
    } else cursor.skipValue();
    cursor.expectEnd();
    return spans.join(' ');
  } catch (error) {
    return String(error);
  }
}

function sameBothWays(text: Buffer): void {
  assert.equal(walk(text, 'by index'), walk(text, 'byte by byte'));
}

/** Long enough to be indexed, with `inside` in a string that begins `at` bytes into the text. */
function around(inside: Buffer, at: number): Buffer {
  const before = Buffer.from(`{"a":"${'x'.repeat(Math.max(0, at - 12))}","b":"`);
  return Buffer.concat([before, inside, Buffer.from(`","c":["${'y'.repeat(3_000)}", {"d": "\\\\"}]}`)]);
}

test('strings are found as a closer look finds them', () => {
  const text = Buffer.from(
    JSON.stringify({ a: 'x "y" \\ z\n', b: ['\\', '"', '\\"', ''], c: 'é\u0001'.repeat(999) }),
  );
  const index = indexQuotes(text);
  assert.ok(index !== undefined);
  assert.equal(index.endOf(1), 4);
  sameBothWays(text);
});

test('short texts are not indexed', () => {
  assert.equal(indexQuotes(Buffer.from('{"a":"b"}')), undefined);
});

test('an older index answers nothing any more, and texts may be walked at once all the same', () => {
  const text = around(Buffer.from('one'), 100);
  const older = indexQuotes(text);
  indexQuotes(around(Buffer.from('two'), 200));
  assert.equal(older?.endOf(1), -1);
});

test('an older index answers nothing either when something was wrong with a string of the newer text', () => {
  const older = indexQuotes(around(Buffer.from('one'), 100));
  assert.equal(indexQuotes(around(Buffer.from('\\x'), 200)), undefined);
  assert.equal(older?.endOf(1), -1);
});

test('what is asked for out of turn is not known', () => {
  const index = indexQuotes(around(Buffer.from('one'), 100));
  assert.equal(index?.endOf(1), 4);
  assert.equal(index?.endOf(1), -1, 'behind');
  assert.equal(index?.endOf(2), -1, 'no quote stands there');
});

const ESCAPES = ['\\"', '\\\\', '\\/', '\\b', '\\f', '\\n', '\\r', '\\t', '\\u00e9', '\\uD83D\\uDE00'];
const WRONG = [
  '\\x',
  '\\ ',
  '\\0',
  '\\u12',
  '\\u12g4',
  '\\uu123',
  '\n',
  '\t',
  '\u0000',
  '\u001f',
  '\\u',
  '"',
  '\\',
];

for (const piece of [...ESCAPES, ...WRONG]) {
  test(`${JSON.stringify(piece)} is judged alike wherever in a block or piece it stands`, () => {
    for (let at = 64; at < 64 + 70; at += 1) sameBothWays(around(Buffer.from(piece), at));
    for (let at = PIECE_BYTES - 8; at < PIECE_BYTES + 8; at += 1)
      sameBothWays(around(Buffer.from(piece), at));
  });
}

test('a text that ends in the middle of a string, an escape or a piece is judged alike', () => {
  const text = around(Buffer.from('\\u00e9 \\" \\\\'), PIECE_BYTES - 20);
  for (let length = PIECE_BYTES - 40; length < PIECE_BYTES + 80; length += 1)
    sameBothWays(text.subarray(0, length));
});

test('more strings than there is room for are read byte by byte', () => {
  const text = Buffer.from(JSON.stringify(Array.from({ length: 70_000 }, () => '')));
  assert.equal(indexQuotes(text), undefined);
  sameBothWays(text);
});

test('any JSON text, and any damage to it, is judged alike', () => {
  const awkward = fc.constantFrom(
    '"',
    '\\',
    '\\\\',
    '\n',
    '\u0001',
    'é',
    '\u2028',
    ' ',
    'a',
    '\\u',
    '{',
    ':',
  );
  const string = fc.array(awkward, { maxLength: 40 }).map((parts) => parts.join(''));
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      string,
      fc.integer(),
      fc.array(tie('value')),
      fc.dictionary(string, tie('value')),
    ),
  })).value;
  const damage = fc.record({
    at: fc.nat(),
    byte: fc.constantFrom(0x22, 0x5c, 0x0a, 0x7b, 0x2c, 0x75, 0x20, 0xc3),
  });
  fc.assert(
    fc.property(fc.dictionary(string, value), fc.option(damage), fc.nat(200), (members, damaged, length) => {
      const text = Buffer.from(JSON.stringify({ filler: 'f'.repeat(2_048 + length), ...members }));
      if (damaged !== null) text[damaged.at % text.length] = damaged.byte;
      sameBothWays(text);
    }),
    { numRuns: 500 },
  );
});
