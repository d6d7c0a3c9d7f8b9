import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Usage } from '../../domain/usage.ts';
import { UNKNOWN_USAGE } from '../../domain/usage.ts';
import { foldChatUsage } from './usage.ts';

function fold(...reports: readonly unknown[]): Usage {
  return reports.reduce<Usage>(foldChatUsage, UNKNOWN_USAGE);
}

const cached = (count: number) => ({ prompt_tokens_details: { cached_tokens: count } });

describe('one report', () => {
  const cases: [name: string, reported: Record<string, unknown>, expected: Partial<Usage>][] = [
    [
      'T24: the prompt includes what was cached',
      { prompt_tokens: 1000, completion_tokens: 5, ...cached(800) },
      { input: 200, cacheRead: 800, output: 5 },
    ],
    [
      'T24: more cached than prompted is clamped',
      { prompt_tokens: 100, ...cached(300) },
      { input: 0, cacheRead: 300 },
    ],
    [
      'cache writes are part of the prompt too',
      { prompt_tokens: 100, prompt_tokens_details: { cached_tokens: 30, cache_write_tokens: 50 } },
      { input: 20, cacheRead: 30, cacheWrite5m: 50 },
    ],
    [
      'DeepSeek: hits and misses',
      { prompt_tokens: 339, ...cached(320), prompt_cache_hit_tokens: 320, prompt_cache_miss_tokens: 19 },
      { input: 19, cacheRead: 320 },
    ],
    [
      'DeepSeek: hits and misses alone',
      { prompt_cache_hit_tokens: 320, prompt_cache_miss_tokens: 19 },
      { input: 19, cacheRead: 320 },
    ],
    [
      'Moonshot: cached tokens at the top',
      { prompt_tokens: 50, cached_tokens: 20 },
      { input: 30, cacheRead: 20 },
    ],
    [
      'LiteLLM: names of Anthropic',
      { prompt_tokens: 90, cache_read_input_tokens: 60, cache_creation_input_tokens: 20 },
      { input: 10, cacheRead: 60, cacheWrite5m: 20 },
    ],
    [
      'reasoning is part of the output',
      { completion_tokens: 40, completion_tokens_details: { reasoning_tokens: 16 } },
      { output: 40, reasoning: 16 },
    ],
    [
      'xAI: reasoning stands beside the output',
      {
        prompt_tokens: 12,
        completion_tokens: 2,
        total_tokens: 354,
        completion_tokens_details: { reasoning_tokens: 340 },
      },
      { output: 342, reasoning: 340 },
    ],
    [
      'no cache field: unknown, not zero',
      { prompt_tokens: 12, completion_tokens: 2 },
      { input: 12, cacheRead: undefined },
    ],
    ['no count at all', { prompt_tokens: 'many' }, UNKNOWN_USAGE],
  ];
  for (const [name, reported, expected] of cases) {
    test(name, () => {
      const usage = fold(reported);
      for (const [key, value] of Object.entries(expected))
        assert.equal(usage[key as keyof Usage], value, key);
    });
  }
});

describe('several reports of one answer', () => {
  test('T25: the last one wins and nothing is added up', () => {
    const usage = fold({ prompt_tokens: 50, completion_tokens: 1 }, null, {
      prompt_tokens: 50,
      completion_tokens: 3,
      ...cached(30),
    });
    assert.deepEqual([usage.input, usage.cacheRead, usage.output], [20, 30, 3]);
  });

  test('a closing report of zeros wipes nothing', () => {
    const usage = fold(
      { prompt_tokens: 50, completion_tokens: 3 },
      { prompt_tokens: 0, completion_tokens: 0 },
    );
    assert.deepEqual([usage.input, usage.output], [50, 3]);
  });

  test('anything but an object is no news', () => {
    const known = fold({ prompt_tokens: 50, completion_tokens: 3 });
    for (const reported of [null, undefined, 5, 'x', []]) assert.equal(foldChatUsage(known, reported), known);
  });
});
