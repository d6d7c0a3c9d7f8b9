/**
 * Totals and rollups. Whole hours come from `usage_hours`; an hour that a range cuts through comes from the attempts
 * themselves, by the very expressions the rollups are made with. So every figure is the exact sum of the attempts in
 * its range, whichever way it is asked for.
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
type SumRow = { readonly [Name in Measure | 'failures']: number | string | null } & {
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
  const columns = [
    sql`${bucketExpression(query.bucket)} AS bucket`,
    ...keys,
    ...sums,
    sql`sum(iif(d.outcome = 'ok', 0, s.attempts)) AS failures`,
  ];
  const statement = sql<SumRow>`SELECT ${sql.join(columns)} FROM (${sources(database, query)}) AS s
    JOIN dimensions AS d ON d.id = s.dims WHERE ${filterCondition(query.filter)}
    GROUP BY ${sql.join(grouping)}
    ORDER BY bucket, sum(s.spent) DESC, sum(s.attempts) DESC LIMIT ${limit}`;
  return allRowsOf(database, statement);
}

/** The rows of a range that are to be summed, each once. */
function sources(database: DatabaseSync, range: TimeRange): RawBuilder<unknown> {
  const columns = sql.join(['hour', 'dims', ...MEASURES].map((name) => sql.ref(name)));
  const { since = 0, until } = range;
  // An hour whose attempts have been deleted can only be had whole.
  const isKept = Math.floor(since / HOUR_MS) >= completeFrom(database);
  const firstWhole = isKept ? Math.ceil(since / HOUR_MS) : Math.floor(since / HOUR_MS);
  const lastWhole = until === undefined ? undefined : Math.floor(until / HOUR_MS);
  const part = (from: number, to: number): RawBuilder<unknown> =>
    sql`SELECT ${columns} FROM attempt_measures WHERE started_at >= ${from} AND started_at < ${to}`;
  if (lastWhole !== undefined && until !== undefined && lastWhole < firstWhole) return part(since, until);
  const parts = [
    sql`SELECT ${columns} FROM usage_hours WHERE hour >= ${firstWhole}
      ${lastWhole === undefined ? sql`` : sql`AND hour < ${lastWhole}`}`,
  ];
  if (firstWhole * HOUR_MS > since) parts.push(part(since, firstWhole * HOUR_MS));
  if (lastWhole !== undefined && until !== undefined && lastWhole * HOUR_MS < until)
    parts.push(part(lastWhole * HOUR_MS, until));
  return sql.join(parts, sql` UNION ALL `);
}

function bucketExpression(bucket: UsageQuery['bucket']): RawBuilder<number | null> {
  if (bucket === 'hour') return sql`s.hour * 3600000`;
  return bucket === 'day' ? sql`s.hour / 24 * 86400000` : sql`NULL`;
}

type Sums = Record<Measure | 'failures', bigint>;

function addUp(rows: readonly SumRow[]): Sums {
  const names: readonly (Measure | 'failures')[] = [...MEASURES, 'failures'];
  const entries = names.map((name) => [name, rows.reduce((sum, row) => sum + BigInt(row[name] ?? 0), 0n)]);
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
