import assert from 'node:assert/strict';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { recordAndKill } from '../../test/store/kill-suite.ts';
import { exchangeRecord, intentOf } from '../../test/store/records.ts';
import { openLedger, temporaryDirectory, until } from '../../test/store/workbench.ts';
import type { Workbench } from '../../test/store/workbench.ts';
import { LedgerUnavailable } from '../domain/ledger.ts';
import { MIGRATIONS } from './database/migrations/index.ts';

function recordMany({ ledger }: Workbench, prefix: string, count: number): void {
  for (let index = 0; index < count; index += 1) {
    const exchange = exchangeRecord(`${prefix}${index}`);
    for (const attempt of exchange.attempts) ledger.recordIntent(intentOf(attempt), exchange);
    ledger.record(exchange);
  }
}

async function storedRequests({ ledger }: Workbench): Promise<number> {
  await ledger.settle();
  return (await ledger.query('stats', {})).allTime.requests;
}

/** A directory with a cleanly closed ledger of 300 exchanges, some pages long. */
async function filledDirectory(context: TestContext): Promise<string> {
  const bench = openLedger(context, temporaryDirectory(context));
  recordMany(bench, 'old', 300);
  await bench.ledger.close();
  return bench.directory;
}

function overwrite(path: string, offset: number, bytes: Buffer): void {
  writeSync(openSync(path, 'r+'), bytes, 0, bytes.length, offset);
}

const GARBAGE = Buffer.alloc(2_048, 0xa5);

const DAMAGES: readonly { name: string; inflict: (path: string) => void }[] = [
  { name: 'a garbled header', inflict: (path) => overwrite(path, 0, GARBAGE.subarray(0, 100)) },
  { name: 'garbled pages', inflict: (path) => overwrite(path, 4_096, Buffer.alloc(12_288, 0x5a)) },
  { name: 'a file cut in half', inflict: (path) => truncateSync(path, Math.floor(statSync(path).size / 2)) },
  {
    name: 'a file that is no database',
    inflict: (path) => writeFileSync(path, 'What is this?\n'.repeat(99)),
  },
];

for (const { name, inflict } of DAMAGES) {
  test(`${name} is set aside, not deleted, and recording goes on in a new file`, async (context) => {
    const directory = await filledDirectory(context);
    inflict(join(directory, 'ledger.sqlite3'));
    const bench = openLedger(context, directory);
    recordMany(bench, 'new', 5);
    assert.equal(await storedRequests(bench), 5);
    assert.deepEqual(
      bench.events.map(({ kind }) => kind),
      ['quarantined'],
    );
    assert.equal(
      readdirSync(directory).filter((file) => /sqlite3\.damaged-[^.]+\.\d+Z$/.test(file)).length,
      1,
    );
  });
}

test('the database of another program is set aside whole', async (context) => {
  const directory = temporaryDirectory(context);
  const path = join(directory, 'ledger.sqlite3');
  const foreign = new DatabaseSync(path);
  foreign.exec("CREATE TABLE photos (name TEXT); INSERT INTO photos VALUES ('holiday')");
  foreign.close();
  const bench = openLedger(context, directory);
  recordMany(bench, 'new', 2);
  assert.equal(await storedRequests(bench), 2);
  const aside = readdirSync(directory).find((file) => file.includes('.damaged-')) ?? '';
  const kept = new DatabaseSync(join(directory, aside), { readOnly: true });
  assert.equal(kept.prepare('SELECT name FROM photos').get()?.['name'], 'holiday');
  kept.close();
});

test('a file of no bytes is begun anew', async (context) => {
  const directory = temporaryDirectory(context);
  writeFileSync(join(directory, 'ledger.sqlite3'), '');
  const bench = openLedger(context, directory);
  recordMany(bench, 'new', 2);
  assert.equal(await storedRequests(bench), 2);
  assert.deepEqual(bench.events, []);
});

test('a garbled write-ahead log loses nothing: the journal still has what it held', async (context) => {
  const directory = temporaryDirectory(context);
  const taken = await recordAndKill(directory, 'k', 400);
  const log = join(directory, 'ledger.sqlite3-wal');
  if (existsSync(log)) {
    const { size } = statSync(log);
    for (let offset = 32; offset < size; offset += 8_192) overwrite(log, offset, GARBAGE.subarray(0, 64));
  }
  const bench = openLedger(context, directory);
  await bench.ledger.settle();
  for (const id of [taken.exchanges[0], taken.exchanges.at(-1)])
    assert.ok((await bench.ledger.query('exchange', { id: id ?? '' })) !== undefined, `${id} is lost`);
  const { allTime } = (await bench.ledger.query('stats', {})) ?? {};
  assert.ok(allTime.requests >= taken.exchanges.length);
  assert.equal((await bench.ledger.query('audit', {})).integrity, 'ok');
});

test('a database of a newer version is refused and left untouched, and recording goes on', async (context) => {
  const directory = await filledDirectory(context);
  const path = join(directory, 'ledger.sqlite3');
  const newer = new DatabaseSync(path);
  newer.exec('PRAGMA user_version = 99');
  newer.close();
  copyFileSync(path, join(directory, 'copy'));
  const bench = openLedger(context, directory);
  recordMany(bench, 'new', 3);
  await bench.ledger.settle();
  assert.equal(bench.ledger.health().state, 'refused');
  assert.match(bench.ledger.health().reason, /schema 99/);
  await assert.rejects(bench.ledger.query('stats', {}), LedgerUnavailable);
  await bench.ledger.close();
  const untouched = new DatabaseSync(path);
  assert.equal(untouched.prepare('PRAGMA user_version').get()?.['user_version'], 99);
  untouched.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
  untouched.close();
  const again = openLedger(context, directory);
  assert.equal(await storedRequests(again), 303, 'what waited in the journal is folded by the right version');
});

test('while another process locks the database, recording goes on and all rows land afterwards', async (context) => {
  const bench = openLedger(context, temporaryDirectory(context));
  await bench.ledger.settle();
  const other = new DatabaseSync(bench.databasePath);
  other.exec('BEGIN EXCLUSIVE');
  const began = performance.now();
  recordMany(bench, 'a', 200);
  const spent = performance.now() - began;
  await until(() => bench.events.some(({ kind }) => kind === 'store-failing'), 'the lock is noticed');
  assert.equal(bench.ledger.health().state, 'failing');
  assert.equal(bench.ledger.health().lagRows, 400);
  other.exec('ROLLBACK');
  other.close();
  await until(() => bench.ledger.health().state === 'ready', 'the store is ready again');
  assert.equal(await storedRequests(bench), 200);
  assert.ok(spent < 1_000, `recording took ${spent} ms`);
  assert.deepEqual(
    bench.events.map(({ kind }) => kind),
    ['store-failing', 'store-recovered'],
  );
});

test('a second ledger on the same directory is refused by name, and the first goes on', async (context) => {
  const bench = openLedger(context, temporaryDirectory(context));
  assert.throws(() => openLedger(context, bench.directory), {
    name: 'LedgerInUse',
    message: new RegExp(`in use by process ${process.pid}\\b`),
  });
  recordMany(bench, 'a', 1);
  assert.equal(await storedRequests(bench), 1);
  await bench.ledger.close();
  const next = openLedger(context, bench.directory);
  assert.equal(await storedRequests(next), 1);
});

test('a state directory that cannot be made stops no traffic, and is used as soon as it can', async (context) => {
  const parent = temporaryDirectory(context);
  const blocked = join(parent, 'blocked');
  writeFileSync(blocked, 'a file stands where the directory should be');
  const bench = openLedger(context, join(blocked, 'state'));
  recordMany(bench, 'a', 50);
  assert.equal(bench.ledger.health().state, 'failing');
  assert.equal(bench.events.filter(({ kind }) => kind === 'journal-failing').length, 1);
  await bench.ledger.close();
  assert.equal(bench.ledger.health().dropped, 100);
});

test('a journal full of nonsense is counted, reported and survived', async (context) => {
  const directory = temporaryDirectory(context);
  mkdirSync(join(directory, 'journal'), { recursive: true });
  writeFileSync(join(directory, 'journal', '000000000001-00000000.journal'), GARBAGE);
  const bench = openLedger(context, directory);
  recordMany(bench, 'a', 2);
  assert.equal(await storedRequests(bench), 2);
  assert.deepEqual(
    bench.events.map(({ kind }) => kind),
    ['journal-damaged'],
  );
  assert.equal(bench.ledger.health().damaged, 1);
});
