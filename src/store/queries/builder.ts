/**
 * Builds and runs the queries of the read side. Kysely only writes SQL here, typed by {@link Tables}; the rows come
 * from the worker's own connection, without promises in between.
 */
import type { DatabaseSync } from 'node:sqlite';
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { CompiledQuery, RawBuilder } from 'kysely';
import type { Tables } from './tables.ts';

export const builder = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

/** All rows of a query written as SQL text with parameters. */
export function allRowsOf<Row>(database: DatabaseSync, statement: RawBuilder<Row>): Row[] {
  return allRows(database, { compile: () => statement.compile(builder) });
}

/** All rows of a query. */
export function allRows<Row>(database: DatabaseSync, query: { compile(): CompiledQuery<Row> }): Row[] {
  const { sql, parameters } = query.compile();
  const values = parameters.map(bindable);
  // The columns are those the query was typed with; STRICT tables vouch for their types.
  return database.prepare(sql).all(...values) as Row[];
}

function bindable(value: unknown): string | number | bigint | null {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return value;
  if (value === null) return null;
  throw new TypeError(`a query parameter of type ${typeof value}`);
}
