/**
 * Totals and rollups. Whole days and hours come from the rollups; an hour that a range cuts through comes from the
 * attempts themselves, by the very view the rollups are made from. So every figure is the exact sum of the attempts
 * in its range, whichever way it is asked for.
 */
import type { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type {
  TimeRange,
  UsageDimension,
  UsageQuery,
  UsageReport,
  UsageRow,
  UsageTotals,
} from '../../domain/ledger.ts';
import { completeFrom } from '../database/retention.ts';
import { allRowsOf } from './builder.ts';
import { filterCondition } from './filters.ts';
import { MEASURES } from './tables.ts';
import type { Measure } from './tables.ts';

const HOUR_MS = 3_600_000;
const MOST_ROWS = 10_000;

/** Sums as they come out of SQL: money as text, as it may be larger than a double holds exactly. */
type SumRow = { readonly [Name in Measure]: number | string | null } & {
  readonly bucket: number | null;
} & { readonly [Dimension in `by_${UsageDimension}`]?: string | null };

export function queryUsage(database: DatabaseSync, query: UsageQuery): UsageReport {
  const limit = Math.max(1, query.limit ?? MOST_ROWS);
  const found = sumRows(database, query, limit + 1);
  const truncated = found.length > limit;
  const whole = truncated ? sumRows(database, { ...query, by: [], bucket: undefined }, 1) : found;
  return {
    rows: found.slice(0, limit).map((row) => usageRow(row, query)),
    total: totalsOf(addUp(whole)),
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
  const columns = [sql`${bucketExpression(query.bucket)} AS bucket`, ...keys, ...sums];
  const statement = sql<SumRow>`SELECT ${sql.join(columns)} FROM (${sources(database, query)}) AS s
    JOIN dimensions AS d ON d.id = s.dims WHERE ${filterCondition(query.filter)}
    GROUP BY ${sql.join(grouping)}
    ORDER BY bucket, sum(s.spent) DESC, sum(s.attempts) DESC LIMIT ${limit}`;
  return allRowsOf(database, statement);
}

/** A part of a range, and the table whose rows make it up. */
interface Part {
  readonly table: 'usage_days' | 'usage_hours' | 'attempt_measures';
  /** The time column of the table, and what one step of it is in milliseconds. */
  readonly column: string;
  readonly unit: number;
  readonly from: number;
  readonly to: number | undefined;
}

type Level = Pick<Part, 'table' | 'column' | 'unit'>;

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
  const levels = query.bucket === 'hour' ? [HOURS, ATTEMPTS] : [DAYS, HOURS, ATTEMPTS];
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

type Sums = Record<Measure, bigint>;

function addUp(rows: readonly SumRow[]): Sums {
  const entries = MEASURES.map((name) => [name, rows.reduce((sum, row) => sum + BigInt(row[name] ?? 0), 0n)]);
  return Object.fromEntries(entries) as Sums; // One entry for each name, just above.
}

function usageRow(row: SumRow, query: UsageQuery): UsageRow {
  const key = Object.fromEntries(query.by.map((name) => [name, row[`by_${name}`] ?? null]));
  return { bucket: row.bucket ?? undefined, key, ...totalsOf(addUp([row])) };
}

function totalsOf(sums: Sums): UsageTotals {
  return {
    requests: Number(sums.requests),
    attempts: Number(sums.attempts),
    input: Number(sums.input),
    output: Number(sums.output),
    cacheRead: Number(sums.cache_read),
    cacheWrite5m: Number(sums.cache_write_5m),
    cacheWrite1h: Number(sums.cache_write_1h),
    reasoning: Number(sums.reasoning),
    serverToolCalls: Number(sums.server_tool_calls),
    toolCalls: Number(sums.tool_calls),
    failures: Number(sums.failures),
    unpriced: Number(sums.unpriced),
    inexact: Number(sums.inexact),
    list: sums.list,
    spent: sums.spent,
    meanTtftMs: mean(sums.ttft_us, sums.ttft_count),
    meanTotalMs: mean(sums.total_us, sums.total_count),
  };
}

function mean(microseconds: bigint, count: bigint): number | undefined {
  return count === 0n ? undefined : Number(microseconds) / Number(count) / 1000;
}
