/**
 * Runs the queries of the read side. Kysely composes the SQL and its parameters for a dialect; the rows come from the
 * worker's own connection, without promises in between.
 */
import type { DatabaseSync } from 'node:sqlite';
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { RawBuilder } from 'kysely';

const builder = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

/** All rows of a statement written as SQL text with typed parameters. */
export function allRowsOf<Row>(database: DatabaseSync, statement: RawBuilder<Row>): Row[] {
  const { sql, parameters } = statement.compile(builder);
  const values = parameters.map(bindable);
  // The statement names the columns of its row type; STRICT tables vouch for their types.
  return database.prepare(sql).all(...values) as Row[];
}

/** The same with rows as arrays, which for many rows of many columns takes half the time. */
export function allArraysOf(
  database: DatabaseSync,
  statement: RawBuilder<unknown>,
): (number | string | null)[][] {
  const { sql, parameters } = statement.compile(builder);
  const prepared = database.prepare(sql);
  prepared.setReturnArrays(true);
  // Told to return arrays, and neither blobs nor integers too large for a number are asked for.
  return prepared.all(...parameters.map(bindable)) as unknown as (number | string | null)[][];
}

function bindable(value: unknown): string | number | bigint | null {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return value;
  if (value === null) return null;
  throw new TypeError(`a query parameter of type ${typeof value}`);
}
