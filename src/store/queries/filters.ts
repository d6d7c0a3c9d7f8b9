import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { USAGE_DIMENSIONS } from '../../domain/ledger.ts';
import type { UsageFilter } from '../../domain/ledger.ts';

const USUAL: UsageFilter = { operation: 'generate', role: 'primary' };

/**
 * The condition on `dimensions` columns that a filter means. The usual question is about the client's own requests
 * for an answer: counting tokens and shadow answers are left out unless they are asked for; `any` lifts a condition.
 */
export function filterCondition(filter: UsageFilter | undefined): RawBuilder<boolean> {
  const wanted = { ...USUAL, ...filter };
  const conditions = USAGE_DIMENSIONS.flatMap((name) => {
    const value = wanted[name];
    if (value === undefined || value === 'any') return [];
    const column = sql.ref(name);
    return value === null ? [sql<boolean>`${column} IS NULL`] : [sql<boolean>`${column} = ${value}`];
  });
  return conditions.length === 0 ? sql<boolean>`TRUE` : sql<boolean>`(${sql.join(conditions, sql` AND `)})`;
}

/** The ids of all combinations that match. */
export function matchingDimensions(filter: UsageFilter | undefined): RawBuilder<number> {
  return sql<number>`(SELECT id FROM dimensions WHERE ${filterCondition(filter)})`;
}
