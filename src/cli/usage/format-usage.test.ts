import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatUsage } from './format-usage.ts';

type Usage = Parameters<typeof formatUsage>[1];

const TOTALS: Usage['total'] = {
  requests: 1_240,
  attempts: 1_250,
  failures: 10,
  input_tokens: 3_300,
  output_tokens: 1_200,
  cache_read_tokens: 5_400_000,
  cache_write_5m_tokens: 660,
  cache_write_1h_tokens: 0,
  reasoning_tokens: 0,
  server_tool_calls: 0,
  tool_calls: 0,
  cost_usd: 0.0242,
  list_cost_usd: 12.5,
  unpriced: 0,
  inexact: 0,
  mean_ttft_ms: 1_700,
  mean_total_ms: 2_000,
};

function usageBy(name: string, totals: Partial<Usage['total']> = {}): Usage {
  const total = { ...TOTALS, ...totals };
  return {
    granularity: 'all',
    rollups: [{ ...total, bucket: null, time: null, by: { model: name } }],
    total,
    truncated: false,
    next: null,
  };
}

test('where there is room each title is one line, and figures stand under it', () => {
  assert.deepEqual(formatUsage('model', usageBy('glm-4.7')), [
    'model    requests  failed tries  input  cache read  cache write  output  first token  list price    spent',
    'glm-4.7      1240            10   3.3k        5.4M          660    1.2k        1.7 s      $12.50  $0.0242',
    'total        1240            10   3.3k        5.4M          660    1.2k        1.7 s      $12.50  $0.0242',
    '100 % of the prompt tokens came from a cache.',
  ]);
});

test('the share of cached prompt tokens is told where there were some', () => {
  const shareOf = (cached: number): string | undefined =>
    formatUsage('model', usageBy('m', { cache_read_tokens: cached })).find((line) => line.includes('%'));
  assert.equal(shareOf(990), '20 % of the prompt tokens came from a cache.');
  assert.equal(shareOf(0), undefined);
});

test('where there is less room titles take two lines', () => {
  assert.deepEqual(formatUsage('model', usageBy('2026-01-15'), 90), [
    'model       requests  failed  input  cache  cache  output  first    list    spent',
    '                       tries          read  write          token   price',
    '2026-01-15      1240      10   3.3k   5.4M    660    1.2k  1.7 s  $12.50  $0.0242',
    'total           1240      10   3.3k   5.4M    660    1.2k  1.7 s  $12.50  $0.0242',
    '100 % of the prompt tokens came from a cache.',
  ]);
});

for (const name of ['2026-01-15 13:00', 'claude-haiku-4-5-20251001', 'a-provider/with-a-rather-long-name'])
  test(`no line about ${name} is longer than 80 characters, and what is left out is told`, () => {
    const lines = formatUsage('model', usageBy(name), 80);
    for (const line of lines) assert.ok(line.length <= 80, line);
    assert.match(lines.at(-2) ?? '', /^Not shown for want of room: first token/);
    assert.match(lines.join('\n'), /spent/);
  });

test('what no try has a price for is a dash, what some have none for at least so much', () => {
  const unknown = usageBy('m', { cost_usd: null, list_cost_usd: null, unpriced: 1_250 });
  assert.match(formatUsage('model', unknown)[1] ?? '', / — +—$/);
  assert.match(formatUsage('model', usageBy('m', { unpriced: 3 }))[1] ?? '', /≥ \$12\.50 +≥ \$0\.0242$/);
});
