import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { ALL_MEASURES } from '../queries/tables.ts';

/**
 * Brings the rollups up to date with the attempts of a transaction: sums them once and adds the sums, which under
 * load costs a fraction of a trigger per row. Nothing else writes rollups, so that at every commit they are the sums
 * of the attempts.
 */
export class RollUp {
  readonly #highest: StatementSync;
  readonly #sums: StatementSync;
  readonly #addHour: StatementSync;
  readonly #addDay: StatementSync;

  constructor(database: DatabaseSync) {
    this.#highest = database.prepare('SELECT max(seq) AS seq FROM attempts');
    this.#sums = database.prepare(
      `SELECT started_at / ${HOUR_MS} AS hour, dims, ${SUMS} FROM attempt_measures WHERE seq > ? GROUP BY 1, 2`,
    );
    // A batch of dear requests may come to more pico-dollars than a double holds.
    this.#sums.setReadBigInts(true);
    this.#addHour = database.prepare(addition('usage_hours', 'hour'));
    this.#addDay = database.prepare(addition('usage_days', 'day'));
  }

  /** Runs `store`, which inserts attempts, and adds what it inserted. Call inside a transaction. */
  around(store: () => void): void {
    const before = this.#highest.get()?.['seq'] ?? 0;
    store();
    for (const { hour, dims, ...sums } of this.#sums.all(before)) {
      if (typeof hour !== 'bigint' || dims === undefined) continue;
      const values = ALL_MEASURES.map((name) => sums[name] ?? null);
      this.#addHour.run(hour, dims, ...values);
      this.#addDay.run(hour / 24n, dims, ...values);
    }
  }
}

const HOUR_MS = 3_600_000;
const SUMS = ALL_MEASURES.map((name) => `sum(${name}) AS ${name}`).join(', ');

function addition(table: string, bucket: string): string {
  const places = ALL_MEASURES.map(() => '?').join(', ');
  const added = ALL_MEASURES.map((name) => `${name} = ${name} + excluded.${name}`).join(', ');
  return `INSERT INTO ${table} (${bucket}, dims, ${ALL_MEASURES.join(', ')}) VALUES (?, ?, ${places})
    ON CONFLICT (${bucket}, dims) DO UPDATE SET ${added}`;
}
