import assert from 'node:assert/strict';
import test from 'node:test';
import { didYouMean } from './did-you-mean.ts';

const KNOWN = ['base_url', 'format', 'auth', 'http', 'clocks', 'zai', 'anthropic', 'openrouter'];

test('a mistyped word brings the one that was meant, and a strange one brings none', () => {
  const table: [string, string | undefined][] = [
    ['bas_url', 'base_url'],
    ['base-url', 'base_url'],
    ['baseUrl', 'base_url'],
    ['zia', 'zai'],
    ['Anthropic', 'anthropic'],
    ['antropic', 'anthropic'],
    ['open_router', 'openrouter'],
    ['htpp', 'http'],
    ['xyzzy', undefined],
    ['', undefined],
    ['a', undefined],
  ];
  for (const [word, expected] of table) assert.equal(didYouMean(word, KNOWN), expected, word);
});

test('nothing is suggested when nothing is known', () => {
  assert.equal(didYouMean('zai', []), undefined);
});
