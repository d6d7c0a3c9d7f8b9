import assert from 'node:assert/strict';
import { test } from 'node:test';
import { estimateTokens } from './estimate-tokens.ts';

function estimate(value: unknown): number {
  return estimateTokens(Buffer.from(JSON.stringify(value)));
}

test('text counts a token for four characters, in messages, system and tools alike', () => {
  const text = 'word '.repeat(400);
  const alone = estimate({ messages: [{ role: 'user', content: text }] });
  assert.ok(alone >= 500 && alone < 520, String(alone));
  const everywhere = estimate({
    system: text,
    tools: [{ name: 't', description: text }],
    messages: [{ role: 'user', content: text }],
  });
  assert.ok(everywhere >= 1_500 && everywhere < 1_540, String(everywhere));
});

test('an image counts as an image, not as its base64 text', () => {
  const data = Buffer.alloc(300_000, 7).toString('base64');
  const tokens = estimate({
    messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'base64', data } }] }],
  });
  assert.ok(tokens >= 1_600 && tokens < 1_700, String(tokens));
});

test('signatures and ids are not prompt text', () => {
  const tokens = estimate({
    messages: [{ role: 'assistant', content: [{ type: 'thinking', signature: 'x y '.repeat(9_000) }] }],
  });
  assert.ok(tokens < 30, String(tokens));
});

test('what is not JSON counts by its size, and nothing counts as one', () => {
  assert.equal(estimateTokens(Buffer.from('not json')), 2);
  assert.equal(estimateTokens(Buffer.alloc(0)), 1);
});

test('a body nested a hundred thousand times is counted without a stack', () => {
  const body = Buffer.from('['.repeat(100_000) + '"abcd"' + ']'.repeat(100_000));
  assert.equal(estimateTokens(body), 1);
});
