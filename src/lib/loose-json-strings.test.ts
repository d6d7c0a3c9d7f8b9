import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assert as check, json, property, string } from 'fast-check';
import { looseJsonStrings } from './loose-json-strings.ts';

const seen = (text: string) =>
  looseJsonStrings(text).map(({ start, end, name, place }) => [name, text.slice(start, end), place.trim()]);

const CASES: readonly [string, string, string[][]][] = [
  ['a value under its name', '{"a":"x"}', [['a', 'x', '']]],
  ['the values of an array', '{"a":["x", "y"]}', [['a', 'x', ''], ['a', 'y', '']]], // prettier-ignore
  ['an empty one', '{"a":""}', [['a', '', '']]],
  ['escapes as they are', String.raw`{"a":"\"x\\"}`, [['a', String.raw`\"x\\`, '']]],
  [
    'the place, wherever its marks stand',
    '{"c":[{"delta":{"text":"x"},"index":2}],"item_id":"i"}',
    [
      ['text', 'x', 'item_id=i index=2'],
      ['item_id', 'i', 'item_id=i'],
    ],
  ],
  ['text that is cut off', '{"delta":{"text":"half', [['text', 'half', '']]],
  ['text that is cut off in an escape', '{"a":"x\\', [['a', 'x\\', '']]],
  ['lines of a frame', 'event: e\ndata: {"a":\ndata: "x"}', [['a', 'x', '']]],
  ['more ends than beginnings', ']}}{"a":"x"}}', [['a', 'x', '']]],
];

for (const [what, text, expected] of CASES)
  test(`sees ${what}`, () => assert.deepEqual(seen(text), expected));

test('every string of well-formed JSON is seen, in order', () => {
  const stringsOf = (value: unknown): string[] => {
    if (typeof value === 'string') return [value];
    return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsOf) : [];
  };
  check(
    property(json(), (text) => {
      const read = looseJsonStrings(text).map(({ start, end }): unknown =>
        JSON.parse(`"${text.slice(start, end)}"`),
      );
      // Reading back changes the order of members with numbers for names.
      assert.deepEqual(Map.groupBy(read, String), Map.groupBy(stringsOf(JSON.parse(text)), String));
    }),
  );
});

test('nothing is too broken to be looked at', () => {
  check(
    property(string({ unit: 'binary' }), json(), (noise, text) => {
      const broken = text.slice(0, text.length / 2) + noise + text.slice(text.length / 3);
      for (const { start, end } of looseJsonStrings(broken)) assert.ok(start <= end && end <= broken.length);
    }),
  );
});
