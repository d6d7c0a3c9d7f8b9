import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN_USAGE } from '../../domain/usage.ts';
import { foldGeminiUsage } from './usage.ts';

test('cached content is part of the prompt; thoughts come on top of the candidates', () => {
  const usage = foldGeminiUsage(UNKNOWN_USAGE, {
    promptTokenCount: 600,
    cachedContentTokenCount: 512,
    candidatesTokenCount: 12,
    thoughtsTokenCount: 30,
    totalTokenCount: 642,
  });
  assert.deepEqual(usage, { ...UNKNOWN_USAGE, input: 88, cacheRead: 512, output: 42, reasoning: 30 });
});

test("results of Google's own tools are input beside the prompt", () => {
  const usage = foldGeminiUsage(UNKNOWN_USAGE, { promptTokenCount: 10, toolUsePromptTokenCount: 25 });
  assert.equal(usage.input, 35);
});

test('reports are cumulative: the last one wins, its gaps keep what is known', () => {
  const first = foldGeminiUsage(UNKNOWN_USAGE, { promptTokenCount: 10, thoughtsTokenCount: 9 });
  const second = foldGeminiUsage(first, {
    promptTokenCount: 10,
    candidatesTokenCount: 4,
    thoughtsTokenCount: 9,
  });
  assert.deepEqual([first.output, second.output, second.input], [9, 13, 10]);
  assert.deepEqual(foldGeminiUsage(second, {}), second);
  assert.equal(foldGeminiUsage(second, null), second);
});

test('more cached than prompted is clamped', () => {
  const usage = foldGeminiUsage(UNKNOWN_USAGE, { promptTokenCount: 5, cachedContentTokenCount: 9 });
  assert.deepEqual([usage.input, usage.cacheRead], [0, 9]);
});
