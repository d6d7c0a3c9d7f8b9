import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN_USAGE } from '../../domain/usage.ts';
import { foldResponsesUsage } from './usage.ts';

test('T24: the input includes what was cached', () => {
  const usage = foldResponsesUsage(UNKNOWN_USAGE, {
    input_tokens: 5000,
    input_tokens_details: { cached_tokens: 4096, cache_write_tokens: 100 },
    output_tokens: 90,
    output_tokens_details: { reasoning_tokens: 64 },
    total_tokens: 5090,
  });
  const expected = { input: 804, cacheRead: 4096, cacheWrite5m: 100, output: 90, reasoning: 64 };
  assert.deepEqual(usage, { ...UNKNOWN_USAGE, ...expected });
});

test('T24: more cached than sent is clamped', () => {
  const usage = foldResponsesUsage(UNKNOWN_USAGE, {
    input_tokens: 10,
    input_tokens_details: { cached_tokens: 30 },
  });
  assert.deepEqual([usage.input, usage.cacheRead], [0, 30]);
});

test('missing details stay unknown and no usage is no news', () => {
  const known = foldResponsesUsage(UNKNOWN_USAGE, { input_tokens: 7, output_tokens: 2 });
  assert.deepEqual(known, { ...UNKNOWN_USAGE, input: 7, output: 2 });
  for (const reported of [null, undefined, 'x', []]) assert.equal(foldResponsesUsage(known, reported), known);
});
