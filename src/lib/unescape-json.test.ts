import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assert as check, property, string } from 'fast-check';
import { unescapeJson } from './unescape-json.ts';

const latin1 = (text: string): string => Buffer.from(text).toString('latin1');
const everyEscape = (text: string): string =>
  Array.from({ length: text.length }, (_, at) => text.charCodeAt(at))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('');

test('whatever JSON writes is read as the bytes it stands for', () => {
  check(
    property(string({ unit: 'grapheme' }), (text) => {
      assert.equal(unescapeJson(latin1(JSON.stringify(text).slice(1, -1))).text, latin1(text));
      assert.equal(unescapeJson(everyEscape(text)).text, latin1(text));
    }),
  );
});

test('each character knows where it came from', () => {
  const raw = String.raw`a\nb\u0063d`;
  const { text, rawIndex } = unescapeJson(raw);
  assert.equal(text, 'a\nbcd');
  assert.deepEqual([0, 1, 2, 3, 4, 5].map(rawIndex), [0, 1, 3, 4, 10, 11]);
});
