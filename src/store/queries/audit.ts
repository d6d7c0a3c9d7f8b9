import type { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import type { AuditReport, PromptScale, TimeRange } from '../../domain/ledger.ts';
import { completeFrom } from '../database/retention.ts';
import { allRowsOf } from './builder.ts';
import { MEASURES } from './tables.ts';

const HOUR_MS = 3_600_000;

/** Compares every hour of the rollups with the attempts it was made of. Takes seconds on large ledgers. */
export function queryAudit(database: DatabaseSync): AuditReport {
  const from = completeFrom(database);
  const sums = sql.join(MEASURES.map((name) => sql`sum(${sql.ref(name)}) AS ${sql.ref(name)}`));
  const side = (table: string): ReturnType<typeof sql> =>
    sql`SELECT hour, dims, ${sums} FROM ${sql.table(table)} WHERE hour >= ${from} GROUP BY hour, dims`;
  const difference = (left: string, right: string): number[] =>
    allRowsOf(
      database,
      sql<{ hour: number }>`SELECT DISTINCT hour FROM (${side(left)} EXCEPT ${side(right)})`,
    ).map(({ hour }) => hour * HOUR_MS);
  const differingHours = [
    ...new Set([
      ...difference('usage_hours', 'attempt_measures'),
      ...difference('attempt_measures', 'usage_hours'),
    ]),
  ].sort((left, right) => left - right);
  const [count] = allRowsOf(
    database,
    sql<{ hours: number }>`SELECT count(DISTINCT hour) AS hours FROM usage_hours WHERE hour >= ${from}`,
  );
  const integrity = String(database.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check']);
  return { equal: differingHours.length === 0, hours: count?.hours ?? 0, differingHours, integrity };
}

/** Bytes of requests and prompt tokens in them, by provider and model, where the provider told the count. */
export function queryPromptScale(database: DatabaseSync, { since, until }: TimeRange): PromptScale[] {
  const from = since === undefined ? 0 : Math.floor(since / HOUR_MS);
  const to = until === undefined ? Number.MAX_SAFE_INTEGER : Math.ceil(until / HOUR_MS);
  return allRowsOf(
    database,
    sql<PromptScale>`SELECT d.provider AS provider, d.model AS model, sum(u.scale_count) AS attempts,
        sum(u.scale_bytes) AS bytes, sum(u.scale_tokens) AS tokens
      FROM usage_hours AS u JOIN dimensions AS d ON d.id = u.dims
      WHERE u.hour >= ${from} AND u.hour < ${to} AND u.scale_tokens > 0 AND d.operation = 'generate'
      GROUP BY d.provider, d.model ORDER BY attempts DESC`,
  );
}
