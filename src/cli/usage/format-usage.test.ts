import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ResponseOf } from '../../contract/endpoints.ts';
import { formatUsage } from './format-usage.ts';

type Rollups = ResponseOf<'rollups'>;

const TOTAL: Rollups['total'] = {
  requests: 12,
  attempts: 14,
  failures: 2,
  input_tokens: 12_400,
  output_tokens: 310,
  cache_read_tokens: 1_200_000,
  cache_write_5m_tokens: 700,
  cache_write_1h_tokens: 300,
  reasoning_tokens: 0,
  server_tool_calls: 0,
  tool_calls: 3,
  cost_usd: 1.25,
  list_cost_usd: 2.5,
  unpriced: 0,
  inexact: 0,
  mean_ttft_ms: 812,
  mean_total_ms: 2_000,
};

function rollups(changes: Partial<Rollups> = {}, total: Partial<Rollups['total']> = {}): Rollups {
  const sums = { ...TOTAL, ...total };
  const row = { ...sums, bucket: 1_768_435_200, time: '2026-01-15T00:00:00.000Z', by: {} };
  return { granularity: 'day', rollups: [row], total: sums, truncated: false, next: null, ...changes };
}

test('a day is one line, the total the last, and the columns stand in line', () => {
  assert.deepEqual(formatUsage('day', rollups()), [
    'day         requests  failed tries  input  cache read  cache write  output  first token  list price  spent',
    '2026-01-15        12             2  12.4k        1.2M         1.0k     310       812 ms       $2.50  $1.25',
    'total             12             2  12.4k        1.2M         1.0k     310       812 ms       $2.50  $1.25',
  ]);
});

test('hours carry their time, names stand for themselves, and nothing is a dash', () => {
  const [row] = rollups().rollups;
  assert.ok(row !== undefined);
  const named = (by: Record<string, string | null>) => ({ ...row, time: null, bucket: null, by });
  const rows = [
    { ...row, time: '2026-01-15T13:00:00.000Z' },
    named({ session: 's1' }),
    named({ session: null }),
  ];
  const lines = formatUsage('x', rollups({ rollups: rows }));
  assert.deepEqual(
    lines.slice(1, 4).map((line) => line.split('  ')[0]),
    ['2026-01-15 13:00', 's1', '—'],
  );
});

test('where prices are unknown the sum is a lower bound and says so; where all are, it is a dash', () => {
  const some = formatUsage('day', rollups({}, { unpriced: 3, inexact: 2 }));
  assert.match(some[1] ?? '', /≥ \$2\.50 {2}≥ \$1\.25$/);
  assert.deepEqual(some.slice(3), [
    '3 tries have no known price and are in no sum of money.',
    '2 tries have a partial or estimated cost.',
  ]);
  assert.match(formatUsage('day', rollups({}, { unpriced: 14 }))[1] ?? '', / — +—$/);
});

test('a list that is cut off says that its total is not', () => {
  assert.match(formatUsage('day', rollups({ truncated: true })).at(-1) ?? '', /total is of everything/);
});

test('a session name cannot write escape sequences to the terminal', () => {
  const [row] = rollups().rollups;
  assert.ok(row !== undefined);
  const hostile = { ...row, time: null, bucket: null, by: { session: 'x\u001b[2J' } };
  assert.ok(
    !formatUsage('session', rollups({ rollups: [hostile] }))
      .join('')
      .includes('\u001b'),
  );
});
