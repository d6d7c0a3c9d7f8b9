import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { NOON, attemptRecord, exchangeRecord, intentOf } from '../../test/store/records.ts';
import { temporaryDirectory } from '../../test/store/workbench.ts';
import type { ExchangeRecord } from '../domain/exchange.ts';
import type { StoreEvent } from './database/store-events.ts';
import { encodeEntry } from './journal/entry.ts';
import type { JournalEntry } from './journal/entry.ts';
import { FrameEncoder } from './journal/frame.ts';
import { answerQuery } from './queries/index.ts';
import type { StoreQueries, StoreQueryName } from './queries/index.ts';
import { StoreEngine } from './store-engine.ts';
import { DEFAULT_STORE_SETTINGS } from './store-settings.ts';
import type { StoreSettings } from './store-settings.ts';
import { MIGRATIONS } from './database/migrations/index.ts';

const DAY_MS = 86_400_000;

/** An engine on journal segments written by hand, with a clock turned by hand. */
class Bench {
  readonly directory: string;
  readonly events: StoreEvent['kind'][] = [];
  readonly time = { now: NOON, monotonic: 0 };
  readonly engine: StoreEngine;

  constructor(context: TestContext, settings: Partial<StoreSettings> = {}, directory?: string) {
    this.directory = directory ?? temporaryDirectory(context);
    mkdirSync(this.journal, { recursive: true });
    this.engine = new StoreEngine({
      databasePath: this.databasePath,
      journalDirectory: this.journal,
      firstSegment: 5,
      settings: { ...DEFAULT_STORE_SETTINGS, keepDays: 0, busyMs: 0, ...settings },
      clock: { now: () => this.time.now, monotonic: () => this.time.monotonic },
      report: ({ kind }) => this.events.push(kind),
    });
    context.after(() => this.engine.close());
  }

  get journal(): string {
    return join(this.directory, 'journal');
  }

  get databasePath(): string {
    return join(this.directory, 'ledger.sqlite3');
  }

  segment(number: number, entries: readonly JournalEntry[], extra = ''): void {
    const encoder = new FrameEncoder();
    const frames = entries.map((entry) => Buffer.from(encoder.encode(encodeEntry(entry))));
    const name = `${String(number).padStart(12, '0')}-0000000${number}.journal`;
    writeFileSync(join(this.journal, name), Buffer.concat([...frames, Buffer.from(extra)]));
  }

  fold(active: number): void {
    while (this.engine.step(active).more);
  }

  ask<Name extends StoreQueryName>(name: Name, input: StoreQueries[Name]['input']) {
    const { database } = this.engine;
    assert.ok(database !== undefined, 'the database is open');
    return answerQuery({ database, startedAt: NOON, prices: this.engine.prices }, name, input);
  }
}

function ended(exchange: ExchangeRecord): JournalEntry {
  return { v: 1, kind: 'exchange', exchange, attempts: exchange.attempts.length };
}

function begun(exchange: ExchangeRecord): JournalEntry {
  const [attempt] = exchange.attempts;
  assert.ok(attempt !== undefined);
  return { v: 1, kind: 'intent', id: attempt.id, attempt: intentOf(attempt), context: exchange };
}

function exchangeAt(id: string, startedAt: number): ExchangeRecord {
  return exchangeRecord(id, {}, [attemptRecord(`${id}-0`, { exchange: id, startedAt })]);
}

test('complete segments are folded and removed, the one being written is folded and kept', (context) => {
  const bench = new Bench(context);
  bench.segment(5, [ended(exchangeRecord('a'))]);
  bench.segment(6, [ended(exchangeRecord('b'))], '0000');
  bench.fold(6);
  assert.equal(bench.ask('stats', {}).allTime.requests, 2);
  assert.deepEqual(readdirSync(bench.journal), ['000000000006-00000006.journal']);
  assert.deepEqual(bench.events, [], 'a record in the making is no damage');
});

test('folding everything again changes nothing', (context) => {
  const bench = new Bench(context);
  const entries = [begun(exchangeRecord('a')), ended(exchangeRecord('a')), begun(exchangeRecord('b'))];
  bench.segment(5, entries);
  bench.fold(6);
  const before = bench.ask('usage', { by: ['model', 'outcome'] });
  bench.segment(7, entries);
  bench.fold(8);
  assert.deepEqual(bench.ask('usage', { by: ['model', 'outcome'] }), before);
  assert.equal(bench.ask('audit', {}).equal, true);
});

test('what earlier processes began and never ended is interrupted; what this one began is not', (context) => {
  const bench = new Bench(context);
  bench.segment(4, [
    begun(exchangeRecord('dead')),
    begun(exchangeRecord('done')),
    ended(exchangeRecord('done')),
  ]);
  bench.segment(5, [begun(exchangeRecord('alive'))]);
  bench.fold(5);
  assert.deepEqual(bench.events, ['interrupted']);
  const { exchanges } = bench.ask('exchanges', { filter: { outcome: 'interrupted' } });
  assert.deepEqual(
    exchanges.map(({ id, outcome, provider, list, spent, totalMs }) => ({
      id,
      outcome,
      provider,
      list,
      spent,
      totalMs,
    })),
    [{ id: 'dead', outcome: 'interrupted', provider: 'anthropic', list: null, spent: null, totalMs: null }],
  );
  assert.equal(bench.ask('stats', {}).allTime.unpriced, 1, 'what it cost is unknown, not nothing');
  assert.equal(bench.ask('exchange', { id: 'alive' }), undefined);
  bench.segment(6, [ended(exchangeRecord('alive'))]);
  bench.fold(7);
  assert.equal(bench.ask('exchange', { id: 'alive' })?.exchange.outcome, 'answered');
});

test('a failed first attempt and an interrupted second one make one interrupted exchange', (context) => {
  const bench = new Bench(context);
  const first = attemptRecord('x-0', {
    exchange: 'x',
    outcome: { kind: 'failed', error: 'upstream_unreachable', sent: 'not-sent' },
  });
  const second = attemptRecord('x-1', { exchange: 'x', ordinal: 1 });
  const exchange = exchangeRecord('x', {}, [first, second]);
  bench.segment(4, [
    { v: 1, kind: 'attempt', attempt: first, context: exchange },
    { v: 1, kind: 'intent', id: second.id, attempt: intentOf(second), context: exchange },
  ]);
  bench.fold(5);
  const detail = bench.ask('exchange', { id: 'x' });
  assert.deepEqual(
    detail?.samples.map(({ verdict, error }) => [verdict, error]),
    [
      ['error', 'upstream_unreachable'],
      ['interrupted', null],
    ],
  );
  assert.equal(detail?.exchange.attempts, 2);
});

test('attempts fall into UTC hours and days, on both sides of midnight and whatever the local zone', (context) => {
  const bench = new Bench(context);
  const midnight = Date.UTC(2026, 2, 29); // Europe changes its clocks on this day, at one o'clock UTC.
  const times = [midnight - 1, midnight, midnight + 3_599_999, midnight + 3_600_000, midnight + 7_200_000];
  bench.segment(
    5,
    times.map((time, index) => ended(exchangeAt(`e${index}`, time))),
  );
  bench.fold(6);
  const buckets = (bucket: 'hour' | 'day') =>
    bench.ask('usage', { by: [], bucket }).rows.map((row) => [row.bucket, row.attempts]);
  assert.deepEqual(buckets('day'), [
    [midnight - DAY_MS, 1],
    [midnight, 4],
  ]);
  assert.deepEqual(buckets('hour'), [
    [midnight - 3_600_000, 1],
    [midnight, 2],
    [midnight + 3_600_000, 1],
    [midnight + 7_200_000, 1],
  ]);
});

test('a clock that jumps makes no negative time and loses no row', (context) => {
  const bench = new Bench(context);
  const jumped = attemptRecord('j-0', { exchange: 'j', totalMs: -5_000, ttftMs: -1, startedAt: NOON });
  bench.segment(5, [
    ended(exchangeAt('later', NOON + 366 * DAY_MS)),
    ended(exchangeRecord('j', { totalMs: -7 }, [jumped])),
    ended(exchangeAt('earlier', NOON - 366 * DAY_MS)),
  ]);
  bench.time.now = NOON - 10 * DAY_MS;
  bench.fold(6);
  assert.equal(bench.ask('stats', {}).allTime.requests, 3);
  const detail = bench.ask('exchange', { id: 'j' });
  assert.deepEqual(
    [detail?.exchange.totalMs, detail?.samples[0]?.totalMs, detail?.samples[0]?.ttftMs],
    [0, 0, 0],
  );
});

test('a record that cannot be stored costs itself and nothing else', (context) => {
  const bench = new Bench(context);
  const broken = exchangeRecord('bad', {}, [
    // What a defect elsewhere could have written.
    { ...attemptRecord('bad-0'), ordinal: 'first' as unknown as number },
  ]);
  bench.segment(5, [ended(exchangeRecord('a')), ended(broken), ended(exchangeRecord('b'))]);
  bench.fold(6);
  assert.equal(bench.ask('stats', {}).allTime.requests, 2);
  assert.deepEqual(bench.events, ['journal-damaged']);
  assert.deepEqual(readdirSync(bench.journal), []);
});

test('entries of a later version are passed over and reported', (context) => {
  const bench = new Bench(context);
  const future = new FrameEncoder().encode('{"v":2,"kind":"hologram"}').toString();
  bench.segment(5, [ended(exchangeRecord('a'))], future);
  bench.fold(6);
  assert.equal(bench.ask('stats', {}).allTime.requests, 1);
  assert.deepEqual(bench.events, ['journal-damaged']);
});

test('a record larger than a piece is read whole', (context) => {
  const bench = new Bench(context);
  const large = exchangeRecord('large');
  const evidence = 'why '.repeat(400_000);
  bench.segment(5, [
    ended({ ...large, decision: large.decision && { ...large.decision, evidence } }),
    ended(exchangeRecord('small')),
  ]);
  bench.fold(6);
  assert.equal(bench.ask('exchange', { id: 'large' })?.evidence, evidence);
  assert.equal(bench.ask('stats', {}).allTime.requests, 2);
});

test('when reading finds the database damaged, it is set aside and the journal that is left is folded again', (context) => {
  const bench = new Bench(context);
  bench.segment(5, [ended(exchangeRecord('a'))]);
  bench.fold(5);
  bench.engine.distrust(Object.assign(new Error('database disk image is malformed'), { errcode: 11 }));
  bench.fold(5);
  assert.deepEqual(bench.events, ['quarantined', 'store-recovered']);
  assert.equal(bench.ask('stats', {}).allTime.requests, 1);
});

test('a fault is retried with growing pauses and reported once', (context) => {
  const bench = new Bench(context);
  bench.segment(5, [ended(exchangeRecord('a'))]);
  mkdirSync(bench.databasePath); // A directory stands where the file should be.
  const pauses: (number | undefined)[] = [];
  for (let round = 0; round < 8; round += 1) {
    bench.fold(6);
    pauses.push(bench.engine.retryIn);
    bench.time.monotonic += bench.engine.retryIn ?? 0;
  }
  assert.deepEqual(pauses, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  assert.deepEqual(bench.events, ['store-failing']);
});

test('attempts older than the retention go, their totals stay, and ranges still add up', (context) => {
  const bench = new Bench(context, { keepDays: 10 });
  const old = NOON - 20 * DAY_MS;
  bench.segment(5, [ended(exchangeAt('old', old)), ended(exchangeAt('new', NOON - DAY_MS))]);
  bench.fold(6);
  assert.equal(bench.ask('exchange', { id: 'old' }), undefined);
  assert.ok(bench.ask('exchange', { id: 'new' }) !== undefined);
  assert.equal(bench.ask('stats', {}).allTime.requests, 2);
  const cut = bench.ask('usage', { by: [], since: old + 60_000, until: NOON });
  assert.equal(cut.total.requests, 2, 'an hour whose attempts are gone can only be had whole');
  assert.equal(bench.ask('audit', {}).equal, true);
});

test('prices change with their place in the journal, whenever it is folded, and each row keeps its version', (context) => {
  const bench = new Bench(context);
  const prices_ = { configured: { anthropic: { input: 1, output: 1 } }, environment: {} };
  bench.engine.usePrices(prices_);
  const change: JournalEntry = { v: 1, kind: 'prices', prices: prices_ };
  bench.segment(5, [ended(exchangeRecord('a')), change, ended(exchangeRecord('b'))]);
  bench.fold(6);
  const prices = ['a', 'b'].map((id) => bench.ask('exchange', { id })?.samples[0]);
  assert.match(prices[0]?.priceVersion ?? '', /^catalogue:/);
  assert.match(prices[1]?.priceVersion ?? '', /^config:/);
  assert.deepEqual(
    prices.map((sample) => sample?.list),
    [330_000_000n, 30_000_000n],
  );
});

test('usage.jsonl has one line per attempt, also for those that were interrupted', (context) => {
  const directory = temporaryDirectory(context);
  const path = join(directory, 'logs', 'usage.jsonl');
  const usageLog = { path, maxBytes: 1_000_000, keepDays: 1, keepFiles: 1 };
  const bench = new Bench(context, { usageLog }, directory);
  bench.segment(4, [begun(exchangeRecord('dead'))]);
  bench.segment(5, [ended(exchangeRecord('a')), ended(exchangeRecord('a'))]);
  bench.fold(6);
  assert.ok(existsSync(path));
  const lines = readLines(path);
  assert.deepEqual(
    lines.map(({ attempt, lane, status, outcome, decision }) => [attempt, lane, status, outcome, decision]),
    [
      ['dead-0', 'anthropic', null, 'interrupted', 'tier'],
      ['a-0', 'anthropic', 200, 'ok', 'tier'],
    ],
  );
});

test('a usage log that cannot be written is reported once and costs the database nothing', (context) => {
  const directory = temporaryDirectory(context);
  const path = join(directory, 'usage.jsonl');
  mkdirSync(path); // A directory stands where the file should be.
  const usageLog = { path, maxBytes: 1_000_000, keepDays: 1, keepFiles: 1 };
  const bench = new Bench(context, { usageLog }, directory);
  for (const number of [5, 6, 7]) {
    bench.segment(number, [ended(exchangeRecord(`e${number}`))]);
    bench.fold(8);
    bench.engine.close();
  }
  bench.fold(8);
  assert.deepEqual(bench.events, ['usage-log-failing']);
  assert.equal(bench.ask('stats', {}).allTime.requests, 3);
});

test('lines of a transaction that never was are cut off when the log is opened again', (context) => {
  const directory = temporaryDirectory(context);
  const path = join(directory, 'usage.jsonl');
  const usageLog = { path, maxBytes: 1_000_000, keepDays: 1, keepFiles: 1 };
  const bench = new Bench(context, { usageLog }, directory);
  bench.segment(5, [ended(exchangeRecord('a'))]);
  bench.fold(6);
  bench.engine.close();
  writeFileSync(path, '{"attempt":"half', { flag: 'a' });
  const again = new Bench(context, { usageLog }, directory);
  again.time.now = Date.now(); // The file's own time tells its day.
  again.segment(7, [ended(exchangeRecord('b'))]);
  again.fold(8);
  assert.deepEqual(
    readLines(path).map(({ attempt }) => attempt),
    ['a-0', 'b-0'],
  );
});

function readLines(path: string): Record<string, unknown>[] {
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('a database left by this version opens again, with its rows', (context) => {
  const bench = new Bench(context);
  bench.segment(5, [ended(exchangeRecord('a'))]);
  bench.fold(6);
  bench.engine.close();
  const database = new DatabaseSync(bench.databasePath, { readOnly: true });
  assert.equal(database.prepare('PRAGMA user_version').get()?.['user_version'], MIGRATIONS.length);
  assert.equal(database.prepare('PRAGMA journal_mode').get()?.['journal_mode'], 'wal');
  database.close();
  const again = new Bench(context, {}, bench.directory);
  again.fold(5);
  assert.equal(again.ask('stats', {}).allTime.requests, 1);
});

test('a copy that was under way when the process died is interrupted, and no request of a client', (context) => {
  const bench = new Bench(context);
  const exchange = exchangeRecord('a');
  const shadow = attemptRecord('a.shadow', { exchange: 'a', ordinal: 1, role: 'shadow' });
  const copy = {
    v: 1,
    kind: 'intent',
    id: shadow.id,
    attempt: { ...intentOf(shadow), role: 'shadow' },
    context: exchange,
  } as const;
  bench.segment(3, [begun(exchange), copy, ended(exchange)]);
  const orphan = {
    ...copy,
    id: 'b.shadow',
    attempt: { ...copy.attempt, id: 'b.shadow', exchange: 'b' },
    context: { ...exchange, id: 'b' },
  };
  bench.segment(4, [orphan]);
  bench.fold(5);
  const { samples } = bench.ask('samples', { filter: { role: 'shadow' } });
  const verdicts = Object.fromEntries(samples.map(({ id, verdict }) => [id, verdict]));
  assert.deepEqual(verdicts, { 'a.shadow': 'interrupted', 'b.shadow': 'interrupted' });
  assert.deepEqual(
    bench.ask('exchanges', {}).exchanges.map(({ id, attempts }) => [id, attempts]),
    [['a', 1]],
  );
  assert.equal(bench.ask('stats', {}).allTime.requests, 1);
  assert.equal(bench.ask('audit', {}).equal, true);
});
