import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { JsonWords } from './json-words.ts';

const WORDS = ['user', 'text', 'tool_use', 'assistant', 'system'];
const words = new JsonWords(WORDS);

test('a token is the word that it spells, and nothing else', () => {
  const texts = fc.oneof(fc.constantFrom(...WORDS), fc.string());
  fc.assert(
    fc.property(texts, fc.nat(5), (text, before) => {
      const token = JSON.stringify(text);
      const bytes = Buffer.from(' '.repeat(before) + token);
      const span = { start: before, end: bytes.length };
      assert.equal(words.at(bytes, span), WORDS.includes(text) ? text : undefined);
    }),
  );
});
