import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { ALL_MEASURES } from '../queries/tables.ts';

/**
 * Brings the rollups up to date with the attempts of a transaction: sums them once and adds the sums, which under
 * load costs a fraction of a trigger per row. Nothing else writes rollups, so that at every commit they are the sums
 * of the attempts. There are four: by hour and by day, of whole combinations and of their lanes.
 */
export class RollUp {
  readonly #highest: StatementSync;
  readonly #sums: StatementSync;
  readonly #add: { readonly [Table in RollUpTable]: StatementSync };

  constructor(database: DatabaseSync) {
    this.#highest = database.prepare('SELECT max(seq) AS seq FROM attempts');
    this.#sums = database.prepare(
      `SELECT started_at / ${HOUR_MS} AS hour, dims, lane, ${SUMS}
       FROM attempt_measures JOIN dimensions ON id = dims WHERE seq > ? GROUP BY 1, 2`,
    );
    // A batch of dear requests may come to more pico-dollars than a double holds.
    this.#sums.setReadBigInts(true);
    this.#sums.setReturnArrays(true);
    this.#add = {
      usage_hours: database.prepare(addition('usage_hours', 'hour')),
      usage_days: database.prepare(addition('usage_days', 'day')),
      lane_hours: database.prepare(addition('lane_hours', 'hour')),
      lane_days: database.prepare(addition('lane_days', 'day')),
    };
  }

  /** Runs `store`, which inserts attempts, and adds what it inserted. Call inside a transaction. */
  around(store: () => void): void {
    const before = this.#highest.get()?.['seq'] ?? 0;
    store();
    const sums = new SumsOfBatch();
    for (const row of this.#sums.all(before)) {
      const [hour, dims, lane, ...measures] = row as unknown as bigint[]; // Arrays of integers, as asked for.
      if (hour === undefined || dims === undefined || lane === undefined) continue;
      this.#add.usage_hours.run(hour, dims, ...measures);
      sums.add('usage_days', hour / 24n, dims, measures);
      sums.add('lane_hours', hour, lane, measures);
      sums.add('lane_days', hour / 24n, lane, measures);
    }
    for (const { table, bucket, dims, measures } of sums.all())
      this.#add[table].run(bucket, dims, ...measures);
  }
}

type RollUpTable = 'usage_hours' | 'usage_days' | 'lane_hours' | 'lane_days';

interface Sum {
  readonly table: RollUpTable;
  readonly bucket: bigint;
  readonly dims: bigint;
  readonly measures: bigint[];
}

/** A batch has few hours and days, and fewer lanes than combinations: each row is written once. */
class SumsOfBatch {
  readonly #sums = new Map<string, Sum>();

  all(): Iterable<Sum> {
    return this.#sums.values();
  }

  add(table: RollUpTable, bucket: bigint, dims: bigint, measures: readonly bigint[]): void {
    const key = `${table} ${bucket} ${dims}`;
    const known = this.#sums.get(key);
    if (known === undefined) {
      this.#sums.set(key, { table, bucket, dims, measures: [...measures] });
      return;
    }
    for (const [index, value] of measures.entries())
      known.measures[index] = (known.measures[index] ?? 0n) + value;
  }
}

const HOUR_MS = 3_600_000;
const SUMS = ALL_MEASURES.map((name) => `sum(${name}) AS ${name}`).join(', ');

function addition(table: RollUpTable, bucket: string): string {
  const places = ALL_MEASURES.map(() => '?').join(', ');
  const added = ALL_MEASURES.map((name) => `${name} = ${name} + excluded.${name}`).join(', ');
  return `INSERT INTO ${table} (${bucket}, dims, ${ALL_MEASURES.join(', ')}) VALUES (?, ?, ${places})
    ON CONFLICT (${bucket}, dims) DO UPDATE SET ${added}`;
}
