import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { exchangeRecord } from '../../../../test/store/records.ts';
import { createPriceBook } from '../../../pricing/price-book.ts';
import { Folder } from '../../fold/folder.ts';
import { answerQuery } from '../../queries/index.ts';
import { MIGRATIONS } from './index.ts';

const PRICES = createPriceBook(
  { configured: { anthropic: { input: 3, output: 15 } }, environment: {} },
  undefined,
);

function fold(database: DatabaseSync, ids: readonly string[]): void {
  const folder = new Folder({ database, prices: () => PRICES, onStored: () => {}, onPrices: () => {} });
  const entries = ids.map((id) => {
    const { client, ...rest } = exchangeRecord(id);
    const exchange = { ...rest, client: { ...client, session: `session "${id}"\u0001é` } };
    return { v: 1, kind: 'exchange', exchange, attempts: 1 } as const;
  });
  folder.fold(entries, 1);
}

const COPIED = ['dimensions', 'prices', 'attempts', 'exchanges', 'usage_hours', 'usage_days'];

/** The same rows as the first schema would hold them. */
function asFirstSchema(now: DatabaseSync): DatabaseSync {
  const first = new DatabaseSync(':memory:');
  first.exec(MIGRATIONS[0] ?? '');
  for (const table of COPIED) {
    const columns = first
      .prepare(`PRAGMA table_info(${table})`)
      .all()
      .map(({ name }) => String(name));
    const places = columns.map(() => '?').join(', ');
    const insert = first.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places})`);
    const condition = table === 'dimensions' ? `WHERE key NOT LIKE 'lane %'` : '';
    for (const row of now.prepare(`SELECT ${columns.join(', ')} FROM ${table} ${condition}`).all())
      insert.run(...columns.map((name) => row[name] ?? null));
  }
  return first;
}

test('rollups of lanes are made of what an older version has stored, and go on from there', () => {
  const now = new DatabaseSync(':memory:');
  for (const script of MIGRATIONS) now.exec(script);
  fold(now, ['a', 'b', 'c']);
  const migrated = asFirstSchema(now);
  for (const script of MIGRATIONS.slice(1)) migrated.exec(script);
  const lanes = () =>
    migrated.prepare("SELECT count(*) AS n FROM dimensions WHERE key LIKE 'lane %'").get()?.['n'];
  const before = lanes();
  fold(migrated, ['d']);
  assert.equal(lanes(), before);
  const context = { database: migrated, startedAt: 0, prices: PRICES };
  const audit = answerQuery(context, 'audit', {});
  assert.deepEqual([audit.equal, audit.differingHours], [true, []]);
  assert.equal(answerQuery(context, 'stats', {}).allTime.requests, 4);
  now.close();
  migrated.close();
});
