import type { DatabaseSync } from 'node:sqlite';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const AT_ONCE = 5_000;

/**
 * Deletes a portion of the attempts and exchanges that are older than `keepDays` whole UTC days. Rollups stay.
 * The hour from which attempts are complete is remembered as `attempts_from`, for those who compare the two.
 * @returns whether there is more to delete
 */
export function deleteExpired(database: DatabaseSync, now: number, keepDays: number): boolean {
  const horizon = Math.floor(now / DAY_MS - keepDays) * DAY_MS;
  database.exec('BEGIN IMMEDIATE');
  try {
    const attempts = database
      .prepare(
        'DELETE FROM attempts WHERE seq IN (SELECT seq FROM attempts WHERE started_at < ? LIMIT ?) RETURNING 1',
      )
      .all(horizon, AT_ONCE).length;
    const exchanges = database
      .prepare(
        'DELETE FROM exchanges WHERE seq IN (SELECT seq FROM exchanges WHERE received_at < ? LIMIT ?) RETURNING 1',
      )
      .all(horizon, AT_ONCE).length;
    if (attempts > 0)
      database
        .prepare(
          "INSERT INTO meta VALUES ('attempts_from', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        )
        .run(String(horizon / HOUR_MS));
    database.exec('COMMIT');
    return attempts === AT_ONCE || exchanges === AT_ONCE;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** However young they are, no more are kept. */
const MOST_PAIRS = 100_000;
const PAIRS_AT_ONCE = 500;

/**
 * Deletes a portion of the pairs that are older than `keepDays` whole UTC days (0: none is too old) or too many.
 * @returns whether there is more to delete
 */
export function deleteExpiredPairs(database: DatabaseSync, now: number, keepDays: number): boolean {
  const horizon = keepDays === 0 ? 0 : Math.floor(now / DAY_MS - keepDays) * DAY_MS;
  const deleted = database
    .prepare(
      `DELETE FROM pairs WHERE seq IN (
         SELECT seq FROM pairs
         WHERE received_at < ? OR seq <= (SELECT max(seq) FROM pairs) - ${MOST_PAIRS} LIMIT ?
       ) RETURNING 1`,
    )
    .all(horizon, PAIRS_AT_ONCE).length;
  return deleted === PAIRS_AT_ONCE;
}

/** The first hour (hours since the epoch) from which all attempts are still stored; 0 when none was ever deleted. */
export function completeFrom(database: DatabaseSync): number {
  const value = database.prepare("SELECT value FROM meta WHERE key = 'attempts_from'").get()?.['value'];
  return typeof value === 'string' ? Number(value) : 0;
}
