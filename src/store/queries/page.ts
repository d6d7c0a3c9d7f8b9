/**
 * One page of a table in order of time, filtered by dimensions. Two plans answer it, and the rollups, which know how
 * many rows match, choose: few matches are looked up combination by combination and sorted, many are met soon enough
 * by walking along time. Both walk covering indexes and touch the table for the rows of the page alone.
 */
import type { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { TimeRange, UsageFilter } from '../../domain/ledger.ts';
import { allRowsOf } from './builder.ts';
import type { Place } from './cursor.ts';
import { matchingDimensions } from './filters.ts';

export interface PageQuery extends TimeRange {
  readonly table: 'attempts' | 'exchanges';
  readonly newestFirst: boolean;
  readonly filter: UsageFilter | undefined;
  readonly after: Place | undefined;
  readonly limit: number;
  /** Rows stored later than this are left out. */
  readonly through?: number | undefined;
}

/** Sorting this many index entries takes some 20 ms. */
const FEW = 20_000;

/** The places of the rows of a page, in order; one more than asked for tells that there is a next page. */
export function queryPlaces(database: DatabaseSync, query: PageQuery): Place[] {
  const time = sql.ref(query.table === 'attempts' ? 'started_at' : 'received_at');
  const index = sql.ref(`${query.table}_${isRare(database, query.filter) ? 'dims' : 'time'}`);
  const direction = query.newestFirst ? sql`DESC` : sql`ASC`;
  const conditions = [sql`dims IN ${matchingDimensions(query.filter)}`, ...bounds(query, time)];
  return allRowsOf(
    database,
    sql<Place>`SELECT ${time} AS time, seq FROM ${sql.table(query.table)} INDEXED BY ${index}
      WHERE ${sql.join(conditions, sql` AND `)}
      ORDER BY ${time} ${direction}, seq ${direction} LIMIT ${query.limit + 1}`,
  );
}

function bounds({ since, until, after, newestFirst, through }: PageQuery, time: RawBuilder<unknown>) {
  const conditions: RawBuilder<unknown>[] = [];
  if (since !== undefined) conditions.push(sql`${time} >= ${since}`);
  if (until !== undefined) conditions.push(sql`${time} < ${until}`);
  if (through !== undefined) conditions.push(sql`seq <= ${through}`);
  if (after !== undefined) {
    const comparison = newestFirst ? sql`<` : sql`>`;
    conditions.push(sql`(${time}, seq) ${comparison} (${after.time}, ${after.seq})`);
  }
  return conditions;
}

function isRare(database: DatabaseSync, filter: UsageFilter | undefined): boolean {
  if (filter === undefined || Object.keys(filter).length === 0) return false;
  const [row] = allRowsOf(
    database,
    sql<{ matches: number | null }>`SELECT sum(attempts) AS matches FROM usage_days
      WHERE dims IN ${matchingDimensions(filter)}`,
  );
  return (row?.matches ?? 0) <= FEW;
}
