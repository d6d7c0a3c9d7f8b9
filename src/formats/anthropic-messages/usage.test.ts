import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Usage } from '../../domain/usage.ts';
import { promptTokens, UNKNOWN_USAGE } from '../../domain/usage.ts';
import { foldAnthropicUsage } from './usage.ts';

function fold(...reports: readonly unknown[]): Usage {
  return reports.reduce<Usage>(foldAnthropicUsage, UNKNOWN_USAGE);
}

const SPLIT = { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 1000 };

describe('one report', () => {
  test('the three parts of the prompt are disjoint already', () => {
    const usage = fold({
      input_tokens: 3,
      cache_creation_input_tokens: 12_304,
      cache_read_input_tokens: 7,
      output_tokens: 550,
    });
    assert.deepEqual(usage, {
      ...UNKNOWN_USAGE,
      input: 3,
      cacheRead: 7,
      cacheWrite5m: 12_304,
      cacheWrite1h: 0,
      output: 550,
    });
    assert.equal(promptTokens(usage), 12_314);
  });

  test('cache writes are split by lifetime; a remainder nobody names lives five minutes', () => {
    const usage = fold({ cache_creation_input_tokens: 1500, cache_creation: SPLIT });
    assert.deepEqual([usage.cacheWrite5m, usage.cacheWrite1h], [500, 1000]);
  });

  test('a split without a total is enough', () => {
    const usage = fold({ cache_creation: { ephemeral_5m_input_tokens: 40, ephemeral_1h_input_tokens: 2 } });
    assert.deepEqual([usage.cacheWrite5m, usage.cacheWrite1h], [40, 2]);
  });

  test('server tools and thinking are read', () => {
    const usage = fold({
      output_tokens: 9,
      server_tool_use: { web_search_requests: 2, web_fetch_requests: 1 },
      output_tokens_details: { thinking_tokens: 4 },
    });
    assert.deepEqual([usage.serverToolCalls, usage.reasoning], [3, 4]);
  });

  test('what is missing, null or no count stays unknown', () => {
    for (const reported of [undefined, null, 'x', [], {}, { input_tokens: null }, { output_tokens: '5' }])
      assert.deepEqual(fold(reported), UNKNOWN_USAGE);
  });
});

describe('E3: several reports of one answer', () => {
  const start = {
    input_tokens: 43,
    cache_creation_input_tokens: 1000,
    cache_read_input_tokens: 5,
    output_tokens: 1,
  };
  const cases: [name: string, reports: unknown[], expected: Partial<Usage>][] = [
    [
      'T26: nulls overwrite nothing',
      [start, { input_tokens: null, output_tokens: 9 }],
      { input: 43, output: 9 },
    ],
    [
      'T26: repeated reports are not added up',
      [start, start, start],
      { input: 43, cacheWrite5m: 1000, output: 1 },
    ],
    ['output is the largest seen', [start, { output_tokens: 90 }, { output_tokens: 50 }], { output: 90 }],
    [
      'zeros at the end wipe nothing',
      [start, { input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 0 }],
      { input: 43, cacheRead: 5, output: 1 },
    ],
    [
      'T23: zeros at the start are replaced',
      [
        { input_tokens: 0, output_tokens: 0 },
        { input_tokens: 321, output_tokens: 8 },
      ],
      { input: 321, output: 8 },
    ],
    [
      'T23: an estimate gives way to the count, with its cached part',
      [{ input_tokens: 5000 }, { input_tokens: 150, cache_read_input_tokens: 4700 }],
      { input: 150, cacheRead: 4700 },
    ],
    [
      'a larger input at the end is the right one',
      [{ input_tokens: 43 }, { input_tokens: 61 }],
      { input: 61 },
    ],
    [
      'an unsplit total keeps the known one-hour share',
      [{ cache_creation_input_tokens: 1000, cache_creation: SPLIT }, { cache_creation_input_tokens: 1000 }],
      { cacheWrite5m: 0, cacheWrite1h: 1000 },
    ],
    [
      'an unsplit total that grew adds five-minute writes',
      [{ cache_creation_input_tokens: 1000, cache_creation: SPLIT }, { cache_creation_input_tokens: 1200 }],
      { cacheWrite5m: 200, cacheWrite1h: 1000 },
    ],
    [
      'a prompt of nothing is known to be nothing',
      [{ input_tokens: 0, output_tokens: 0 }],
      { input: 0, output: 0 },
    ],
  ];
  for (const [name, reports, expected] of cases) {
    test(name, () => {
      const usage = fold(...reports);
      for (const [key, value] of Object.entries(expected))
        assert.equal(usage[key as keyof Usage], value, key);
    });
  }
});
