import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TokenScale } from './token-scale.ts';

const prompt = { textBytes: 40_000, attachments: 0 };

test('four bytes are a token until a provider has counted, and an attachment has its price', () => {
  const scale = new TokenScale();
  assert.equal(scale.estimate('m', prompt), 10_000);
  assert.equal(scale.estimate('m', { textBytes: 40_000, attachments: 2 }), 13_200);
});

test('what providers count moves the estimate of that model towards it, and of no other', () => {
  const scale = new TokenScale();
  for (let answer = 0; answer < 30; answer++) scale.learn('m', prompt, 16_000);
  const learned = scale.estimate('m', prompt);
  assert.ok(Math.abs(learned - 16_000) < 100, String(learned));
  assert.equal(scale.estimate('other', prompt), 10_000);
});

test('one odd answer moves it a little, an impossible or tiny one not at all', () => {
  const scale = new TokenScale();
  scale.learn('m', prompt, 1);
  scale.learn('m', prompt, 1_000_000);
  scale.learn('m', { textBytes: 100, attachments: 0 }, 50);
  scale.learn('m', { textBytes: 40_000, attachments: 10 }, 12_000);
  assert.equal(scale.estimate('m', prompt), 10_000);
  scale.learn('m', prompt, 20_000);
  assert.ok(scale.estimate('m', prompt) < 12_000);
});
