import type { UsageQuery, UsageRow, UsageTotals } from '../../../domain/ledger.ts';
import { MEASURES } from '../tables.ts';
import type { Measure } from '../tables.ts';

/** A row of sums as it comes out of SQL, by place: an answer may have thousands of them. */
export type SumRow = readonly (number | string | null)[];

/** In a row the bucket comes first, then the sums, then what it is split by. */
const PLACES = Object.fromEntries(MEASURES.map((name, index) => [name, index + 1])) as Record<
  Measure,
  number
>; // One entry for each name.
const FIRST_KEY = MEASURES.length + 1;

/** One row with the sums of all. Money is added as integers: a month's may be more than a double holds exactly. */
export function addUp(rows: readonly SumRow[]): SumRow {
  const sum = Array.from({ length: FIRST_KEY }, () => 0);
  let list = 0n;
  let spent = 0n;
  for (const row of rows) {
    for (let place = 1; place < FIRST_KEY; place += 1) sum[place] = (sum[place] ?? 0) + Number(row[place]);
    list += money(row, 'list');
    spent += money(row, 'spent');
  }
  return sum.map((value, place): SumRow[number] => {
    if (place === PLACES.list) return list.toString();
    return place === PLACES.spent ? spent.toString() : value;
  });
}

export function usageRow(row: SumRow, { by }: UsageQuery): UsageRow {
  const key: Record<string, string | null> = {};
  for (const [index, name] of by.entries()) key[name] = textOf(row[FIRST_KEY + index]);
  return { bucket: bucketOf(row), key, ...totalsOf(row) };
}

/** Start of the row's bucket, milliseconds. */
export function bucketOf([bucket]: SumRow): number | undefined {
  return typeof bucket === 'number' ? bucket : undefined;
}

function textOf(value: SumRow[number] | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

export function totalsOf(row: SumRow): UsageTotals {
  return {
    requests: count(row, 'requests'),
    attempts: count(row, 'attempts'),
    input: count(row, 'input'),
    output: count(row, 'output'),
    cacheRead: count(row, 'cache_read'),
    cacheWrite5m: count(row, 'cache_write_5m'),
    cacheWrite1h: count(row, 'cache_write_1h'),
    reasoning: count(row, 'reasoning'),
    serverToolCalls: count(row, 'server_tool_calls'),
    toolCalls: count(row, 'tool_calls'),
    failures: count(row, 'failures'),
    unpriced: count(row, 'unpriced'),
    inexact: count(row, 'inexact'),
    list: money(row, 'list'),
    spent: money(row, 'spent'),
    meanTtftMs: mean(count(row, 'ttft_us'), count(row, 'ttft_count')),
    meanTotalMs: mean(count(row, 'total_us'), count(row, 'total_count')),
  };
}

/** An empty range has no row of sums but one of nothing. */
function count(row: SumRow, name: Measure): number {
  const value = row[PLACES[name]];
  return typeof value === 'number' ? value : 0;
}

function money(row: SumRow, name: 'list' | 'spent'): bigint {
  return BigInt(row[PLACES[name]] ?? 0);
}

function mean(microseconds: number, times: number): number | undefined {
  return times === 0 ? undefined : microseconds / times / 1000;
}
