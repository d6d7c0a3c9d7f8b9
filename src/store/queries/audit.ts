import type { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import type { AuditReport, PromptScale, TimeRange } from '../../domain/ledger.ts';
import { completeFrom } from '../database/retention.ts';
import { allRowsOf } from './builder.ts';
import { MEASURES } from './tables.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Compares every hour and day of the rollups with the attempts they were made of. Takes seconds on large ledgers. */
export function queryAudit(database: DatabaseSync): AuditReport {
  const from = completeFrom(database) * HOUR_MS;
  const differingHours = [
    ...differences(database, { table: 'usage_hours', column: 'hour', unit: HOUR_MS, of: 'dims', from }),
    ...differences(database, { table: 'usage_days', column: 'day', unit: DAY_MS, of: 'dims', from }),
    ...differences(database, { table: 'lane_hours', column: 'hour', unit: HOUR_MS, of: 'lane', from }),
    ...differences(database, { table: 'lane_days', column: 'day', unit: DAY_MS, of: 'lane', from }),
  ].sort((left, right) => left - right);
  const [count] = allRowsOf(
    database,
    sql<{ hours: number }>`SELECT count(DISTINCT hour) AS hours FROM usage_hours
      WHERE hour >= ${from / HOUR_MS}`,
  );
  const integrity = String(database.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check']);
  return { equal: differingHours.length === 0, hours: count?.hours ?? 0, differingHours, integrity };
}

interface RollUp {
  readonly table: string;
  readonly column: string;
  readonly unit: number;
  /** What its rows are about: whole combinations, or their lanes. */
  readonly of: 'dims' | 'lane';
  readonly from: number;
}

/** Starts of the buckets in which a rollup is not the sum of its attempts, in either direction. */
function differences(database: DatabaseSync, { table, column, unit, of, from }: RollUp): number[] {
  const measures = sql.join(MEASURES.map((name) => sql.ref(name)));
  const sums = sql.join(MEASURES.map((name) => sql`sum(${sql.ref(name)})`));
  const rolledUp = sql`SELECT ${sql.ref(column)} AS bucket, dims, ${measures} FROM ${sql.table(table)}
    WHERE ${sql.ref(column)} >= ${from / unit}`;
  const summed = sql`SELECT started_at / ${sql.lit(unit)} AS bucket, ${sql.ref(of)}, ${sums}
    FROM attempt_measures JOIN dimensions ON id = dims
    WHERE started_at >= ${from} GROUP BY 1, 2`;
  const rows = allRowsOf(
    database,
    sql<{ bucket: number }>`SELECT DISTINCT bucket FROM (
      SELECT * FROM (${rolledUp} EXCEPT ${summed})
      UNION SELECT * FROM (${summed} EXCEPT ${rolledUp}))`,
  );
  return rows.map(({ bucket }) => bucket * unit);
}

/** Bytes of requests and prompt tokens in them, by provider and model and in whole days, where the count is exact. */
export function queryPromptScale(database: DatabaseSync, { since, until }: TimeRange): PromptScale[] {
  const from = since === undefined ? 0 : Math.floor(since / DAY_MS);
  const to = until === undefined ? Number.MAX_SAFE_INTEGER : Math.ceil(until / DAY_MS);
  return allRowsOf(
    database,
    sql<PromptScale>`SELECT d.provider AS provider, d.model AS model, sum(u.scale_count) AS attempts,
        sum(u.scale_bytes) AS bytes, sum(u.scale_tokens) AS tokens
      FROM lane_days AS u JOIN dimensions AS d ON d.id = u.dims
      WHERE u.day >= ${from} AND u.day < ${to} AND u.scale_tokens > 0 AND d.operation = 'generate'
      GROUP BY d.provider, d.model ORDER BY attempts DESC`,
  );
}
