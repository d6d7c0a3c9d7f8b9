/**
 * Totals and rollups. Whole days and hours come from the rollups; an hour that a range cuts through comes from the
 * attempts themselves, by the very view the rollups are made from. So every figure is the exact sum of the attempts
 * in its range, whichever way it is asked for.
 */
import type { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { TimeRange, UsageQuery, UsageReport, UsageRow, UsageTotals } from '../../domain/ledger.ts';
import { completeFrom } from '../database/retention.ts';
import { allArraysOf } from './builder.ts';
import { filterCondition } from './filters.ts';
import { LANE_COLUMNS, MEASURES } from './tables.ts';
import type { Measure } from './tables.ts';

const HOUR_MS = 3_600_000;
const MOST_ROWS = 10_000;

/** A row of sums as it comes out of SQL, by place: an answer may have ten thousand of them. */
type SumRow = readonly (number | string | null)[];

export function queryUsage(database: DatabaseSync, query: UsageQuery): UsageReport {
  const limit = Math.max(1, query.limit ?? MOST_ROWS);
  const found = sumRows(database, query, limit + 1);
  const truncated = found.length > limit;
  return {
    rows: found.slice(0, limit).map((row) => usageRow(row, query)),
    total: truncated ? queryTotals(database, query) : totalsOf(addUp(found)),
    truncated,
  };
}

export function queryTotals(database: DatabaseSync, query: Omit<UsageQuery, 'by'>): UsageTotals {
  return queryUsage(database, { ...query, by: [], bucket: undefined }).total;
}

function sumRows(database: DatabaseSync, query: UsageQuery, limit: number): SumRow[] {
  const keys = query.by.map((name) => sql`${sql.ref(`d.${name}`)} AS ${sql.ref(`by_${name}`)}`);
  const grouping = [bucketExpression(query.bucket), ...query.by.map((name) => sql.ref(`d.${name}`))];
  const sums = MEASURES.map((name) =>
    name === 'list' || name === 'spent'
      ? sql`CAST(sum(${sql.ref(`s.${name}`)}) AS TEXT) AS ${sql.ref(name)}`
      : sql`sum(${sql.ref(`s.${name}`)}) AS ${sql.ref(name)}`,
  );
  const columns = [sql`${bucketExpression(query.bucket)} AS bucket`, ...sums, ...keys];
  const statement = sql`SELECT ${sql.join(columns)} FROM (${sources(database, query)}) AS s
    JOIN dimensions AS d ON d.id = s.dims WHERE ${filterCondition(query.filter)}
    GROUP BY ${sql.join(grouping)}
    ORDER BY bucket, sum(s.spent) DESC, sum(s.attempts) DESC LIMIT ${limit}`;
  return allArraysOf(database, statement);
}

/** A part of a range, and the table whose rows make it up. */
interface Part {
  readonly table: 'lane_days' | 'lane_hours' | 'usage_days' | 'usage_hours' | 'attempt_measures';
  /** The time column of the table, and what one step of it is in milliseconds. */
  readonly column: string;
  readonly unit: number;
  readonly from: number;
  readonly to: number | undefined;
}

type Level = Pick<Part, 'table' | 'column' | 'unit'>;

const LANE_DAYS: Level = { table: 'lane_days', column: 'day', unit: 24 * HOUR_MS };
const LANE_HOURS: Level = { table: 'lane_hours', column: 'hour', unit: HOUR_MS };
const DAYS: Level = { table: 'usage_days', column: 'day', unit: 24 * HOUR_MS };
const HOURS: Level = { table: 'usage_hours', column: 'hour', unit: HOUR_MS };
const ATTEMPTS: Level = { table: 'attempt_measures', column: 'started_at', unit: 1 };

/** Covers a range without gap or overlap: as much as fits by the coarsest level, its ends by the finer ones. */
function cover(from: number, to: number | undefined, levels: readonly Level[]): Part[] {
  const [level = ATTEMPTS, ...finer] = levels;
  const start = Math.ceil(from / level.unit) * level.unit;
  const end = to === undefined ? undefined : Math.floor(to / level.unit) * level.unit;
  if (end !== undefined && end <= start) return finer.length === 0 ? [] : cover(from, to, finer);
  return [
    ...(from < start ? cover(from, start, finer) : []),
    { ...level, from: start, to: end },
    ...(end !== undefined && to !== undefined && end < to ? cover(end, to, finer) : []),
  ];
}

/** The rows of a range that are to be summed, each once, with the time they belong to. */
function sources(database: DatabaseSync, query: UsageQuery): RawBuilder<unknown> {
  const { since, until } = wholeWhereDeleted(database, query);
  const [days, hours] = isAboutLanes(query) ? [LANE_DAYS, LANE_HOURS] : [DAYS, HOURS];
  const levels = query.bucket === 'hour' ? [hours, ATTEMPTS] : [days, hours, ATTEMPTS];
  const columns = sql.join(['dims', ...MEASURES].map((name) => sql.ref(name)));
  const parts = cover(since, until, levels).map(({ table, column, unit, from, to }) => {
    const time = sql.ref(column);
    const end = to === undefined ? sql`` : sql`AND ${time} < ${to / unit}`;
    return sql`SELECT ${time} * ${sql.lit(unit)} AS at, ${columns} FROM ${sql.table(table)}
      WHERE ${time} >= ${from / unit} ${end}`;
  });
  const none = sql`SELECT 0 AS at, ${columns} FROM usage_days WHERE FALSE`;
  return sql.join(parts.length === 0 ? [none] : parts, sql` UNION ALL `);
}

/** Whether the names that tell sessions and people apart do not matter; there are far fewer rows then. */
function isAboutLanes({ by, filter }: UsageQuery): boolean {
  return [...by, ...Object.keys(filter ?? {})].every((name) => LANE_NAMES.has(name));
}

const LANE_NAMES: ReadonlySet<string> = new Set(LANE_COLUMNS);

/** An hour whose attempts have been deleted can only be had whole. */
function wholeWhereDeleted(database: DatabaseSync, { since = 0, until }: TimeRange) {
  const complete = completeFrom(database) * HOUR_MS;
  return {
    since: since < complete ? Math.floor(since / HOUR_MS) * HOUR_MS : Math.ceil(since),
    until:
      until !== undefined && until < complete
        ? Math.ceil(until / HOUR_MS) * HOUR_MS
        : until === undefined
          ? undefined
          : Math.ceil(until),
  };
}

function bucketExpression(bucket: UsageQuery['bucket']): RawBuilder<number | null> {
  if (bucket === undefined) return sql`NULL`;
  const unit = sql.lit(bucket === 'hour' ? HOURS.unit : DAYS.unit);
  return sql`s.at / ${unit} * ${unit}`;
}

/** In a row the bucket comes first, then the sums, then what it is split by. */
const PLACES = Object.fromEntries(MEASURES.map((name, index) => [name, index + 1])) as Record<
  Measure,
  number
>; // One entry for each name.
const FIRST_KEY = MEASURES.length + 1;

/** One row with the sums of all. Money is added as integers: a month's may be more than a double holds exactly. */
function addUp(rows: readonly SumRow[]): SumRow {
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

function usageRow(row: SumRow, { by }: UsageQuery): UsageRow {
  const key: Record<string, string | null> = {};
  for (const [index, name] of by.entries()) key[name] = textOf(row[FIRST_KEY + index]);
  const [bucket] = row;
  return { bucket: typeof bucket === 'number' ? bucket : undefined, key, ...totalsOf(row) };
}

function textOf(value: SumRow[number] | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function totalsOf(row: SumRow): UsageTotals {
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
