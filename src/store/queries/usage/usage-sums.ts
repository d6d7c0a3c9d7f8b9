/**
 * The sums of a range of time. Whole days and hours come from the rollups; an hour that a range cuts through comes from
 * the attempts themselves, by the very view the rollups are made from. So every figure is the exact sum of the attempts
 * in its range, whichever way it is asked for.
 */
import type { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { TimeRange, UsageQuery } from '../../../domain/ledger.ts';
import { completeFrom } from '../../database/retention.ts';
import { allArraysOf } from '../builder.ts';
import { filterCondition } from '../filters.ts';
import { LANE_COLUMNS, MEASURES } from '../tables.ts';
import type { SumRow } from './sum-row.ts';

const HOUR_MS = 3_600_000;

/** By bucket, then what was spent, dearest first; the names settle a tie, so that pages never differ in their order. */
export function sumRows(
  database: DatabaseSync,
  query: UsageQuery,
  { limit, skip }: { readonly limit: number; readonly skip: number },
): SumRow[] {
  const keys = query.by.map((name) => sql`${sql.ref(`d.${name}`)} AS ${sql.ref(`by_${name}`)}`);
  const names = query.by.map((name) => sql.ref(`d.${name}`));
  const grouping = [bucketExpression(query.bucket), ...names];
  const order = [sql`bucket`, sql`sum(s.spent) DESC`, sql`sum(s.attempts) DESC`, ...names];
  const sums = MEASURES.map((name) =>
    name === 'list' || name === 'spent'
      ? sql`CAST(sum(${sql.ref(`s.${name}`)}) AS TEXT) AS ${sql.ref(name)}`
      : sql`sum(${sql.ref(`s.${name}`)}) AS ${sql.ref(name)}`,
  );
  const columns = [sql`${bucketExpression(query.bucket)} AS bucket`, ...sums, ...keys];
  const statement = sql`SELECT ${sql.join(columns)} FROM (${sources(database, query)}) AS s
    JOIN dimensions AS d ON d.id = s.dims WHERE ${filterCondition(query.filter)}
    GROUP BY ${sql.join(grouping)}
    ORDER BY ${sql.join(order)} LIMIT ${limit} OFFSET ${skip}`;
  return allArraysOf(database, statement);
}

/** From the first hour of which anything is known to the end of the last, in milliseconds; empty where nothing is. */
export function rolledUpRange(database: DatabaseSync): { readonly since: number; readonly until: number } {
  const statement = sql`SELECT (SELECT min(hour) FROM lane_hours), (SELECT max(hour) + 1 FROM lane_hours)`;
  const [[first, end] = []] = allArraysOf(database, statement);
  return { since: Number(first ?? 0) * HOUR_MS, until: Number(end ?? 0) * HOUR_MS };
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
