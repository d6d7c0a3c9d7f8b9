import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import * as fc from 'fast-check';
import { attemptRecord, exchangeRecord } from '../../../test/store/records.ts';
import type { AttemptRecord } from '../../domain/attempt.ts';
import type { ExchangeRecord } from '../../domain/exchange.ts';
import { LedgerUnavailable } from '../../domain/ledger.ts';
import type { UsageFilter } from '../../domain/ledger.ts';
import { parseDollars } from '../../domain/money.ts';
import { createPriceBook } from '../../pricing/price-book.ts';
import { MIGRATIONS } from '../database/migrations/index.ts';
import { Folder } from '../fold/folder.ts';
import { queryExportPage } from './export.ts';
import { answerQuery } from './index.ts';
import type { StoreQueries, StoreQueryName } from './index.ts';

const HOUR_MS = 3_600_000;
const MIDNIGHT = Date.UTC(2026, 5, 1);

function openMemory(context: TestContext | undefined): DatabaseSync {
  const database = new DatabaseSync(':memory:');
  for (const script of MIGRATIONS) database.exec(script);
  context?.after(() => database.close());
  return database;
}

function store(database: DatabaseSync, exchanges: readonly ExchangeRecord[]): void {
  const folder = new Folder({ database, prices: () => PRICES, onStored: () => {}, onPrices: () => {} });
  folder.fold(
    exchanges.map((exchange) => ({ v: 1, kind: 'exchange', exchange, attempts: exchange.attempts.length })),
    1,
  );
}

const PRICES = createPriceBook(
  { configured: { anthropic: { input: 3, output: 15 } }, environment: {} },
  undefined,
);

function ask<Name extends StoreQueryName>(
  database: DatabaseSync,
  name: Name,
  input: StoreQueries[Name]['input'],
): StoreQueries[Name]['output'] {
  return answerQuery({ database, startedAt: MIDNIGHT, prices: PRICES }, name, input);
}

const attempts = fc.record({
  offset: fc.integer({ min: -30 * HOUR_MS, max: 30 * HOUR_MS }),
  provider: fc.constantFrom('anthropic', 'zai', 'local'),
  session: fc.constantFrom<string>('s1', 's2', 's3'),
  operation: fc.constantFrom<'generate' | 'count-tokens'>('generate', 'generate', 'generate', 'count-tokens'),
  role: fc.constantFrom<'primary' | 'shadow'>('primary', 'primary', 'shadow'),
  billing: fc.constantFrom<'metered' | 'subscription'>('metered', 'subscription'),
  status: fc.constantFrom(200, 200, 429),
  input: fc.option(fc.nat(300_000), { nil: undefined }),
  output: fc.option(fc.nat(9_000), { nil: undefined }),
});

type Shape = typeof attempts extends fc.Arbitrary<infer Value> ? Value : never;

function exchangeOf(shape: Shape, index: number): ExchangeRecord {
  const id = `e${index}`;
  const attempt: AttemptRecord = attemptRecord(`a${index}`, {
    exchange: id,
    provider: shape.provider,
    startedAt: MIDNIGHT + shape.offset,
    role: shape.role,
    billing: shape.billing,
    outcome: { kind: 'answered', status: shape.status },
    usage: {
      input: shape.input,
      output: shape.output,
      cacheRead: undefined,
      cacheWrite5m: undefined,
      cacheWrite1h: undefined,
      reasoning: undefined,
      serverToolCalls: undefined,
    },
  });
  const client = { ...exchangeRecord(id).client, session: shape.session };
  const kind = { format: 'anthropic-messages' as const, operation: shape.operation };
  return exchangeRecord(id, { client, kind }, [attempt]);
}

/** Sums over the export's own text, as a person with a spreadsheet would make them. */
function sumsOfCsv(database: DatabaseSync, range: { since?: number; until?: number }, filter: UsageFilter) {
  const lines: string[] = [];
  let page = queryExportPage(database, { format: 'csv', ...range, filter });
  lines.push(page.text);
  while (page.next !== undefined) {
    const { next: cursor, through } = page;
    page = queryExportPage(database, { format: 'csv', ...range, filter, cursor, through });
    lines.push(page.text);
  }
  const [header = '', ...rows] = lines.join('').trimEnd().split('\r\n');
  const names = header.split(',');
  const cells = rows.map((row) => row.split(','));
  const column = (name: string) => cells.map((row) => row[names.indexOf(name)] ?? '');
  const money = (name: string) => column(name).reduce((sum, cell) => sum + (parseDollars(cell) ?? 0n), 0n);
  const count = (name: string) => column(name).reduce((sum, cell) => sum + Number(cell), 0);
  return {
    attempts: rows.length,
    input: count('input_tokens'),
    output: count('output_tokens'),
    list: money('list_cost_usd'),
    spent: money('cost_usd'),
  };
}

const FILTERS: readonly UsageFilter[] = [
  {},
  { session: 's1' },
  { provider: 'zai', billing: 'subscription' },
  { operation: 'any', role: 'any' },
  { outcome: 'error' },
];

test('rollups, samples and the export add up to the same totals, whatever the range and the filter', () => {
  const offsets = fc.integer({ min: -32 * HOUR_MS, max: 32 * HOUR_MS });
  fc.assert(
    fc.property(
      fc.array(attempts, { maxLength: 40 }),
      fc.tuple(fc.option(offsets), fc.option(offsets)),
      fc.constantFrom(...FILTERS),
      (shapes, [left, right], filter) => {
        const database = openMemory(undefined);
        store(database, shapes.map(exchangeOf));
        const range = {
          ...(left === null ? {} : { since: MIDNIGHT + left }),
          ...(right === null ? {} : { until: MIDNIGHT + right }),
        };
        const csv = sumsOfCsv(database, range, filter);
        for (const bucket of [undefined, 'hour', 'day'] as const) {
          for (const by of [[], ['provider'], ['session', 'model', 'outcome']] as const) {
            const report = ask(database, 'usage', { by, bucket, filter, ...range });
            const { attempts: count, input, output, list, spent } = report.total;
            assert.deepEqual({ attempts: count, input, output, list, spent }, csv);
            const inRows = report.rows.reduce((sum, row) => sum + row.spent, 0n);
            assert.equal(inRows, csv.spent);
          }
        }
        assert.equal(ask(database, 'audit', {}).equal, true);
        database.close();
      },
    ),
    { numRuns: 60 },
  );
});

test('more than ten thousand rows across midnight come to equal totals by all three ways', (context) => {
  const database = openMemory(context);
  const shape: Shape = {
    offset: 0,
    provider: 'anthropic',
    session: 's1',
    operation: 'generate',
    role: 'primary',
    billing: 'metered',
    status: 200,
    input: 7,
    output: 11,
  };
  const exchanges = Array.from({ length: 12_000 }, (_, index) =>
    exchangeOf({ ...shape, offset: (index - 6_000) * 1_111, session: `s${index % 700}` }, index),
  );
  store(database, exchanges);
  const range = { since: MIDNIGHT - 5_555_555, until: MIDNIGHT + 6_543_210 };
  const expected = exchanges.filter(({ attempts: [attempt] }) => {
    const at = attempt?.startedAt ?? 0;
    return at >= range.since && at < range.until;
  }).length;
  const csv = sumsOfCsv(database, range, {});
  const { total } = ask(database, 'usage', { by: ['session'], bucket: 'hour', ...range });
  const limited = ask(database, 'usage', { by: ['session'], bucket: 'hour', limit: 10, ...range });
  assert.ok(expected > 10_000);
  for (const sums of [csv, total, limited.total]) {
    assert.deepEqual(
      [sums.attempts, sums.input, sums.output, sums.spent],
      [expected, expected * 7, expected * 11, BigInt(expected) * (7n * 3_000_000n + 11n * 15_000_000n)],
    );
  }
  assert.equal(limited.rows.length, 10);
  assert.ok(limited.next !== undefined);
});

test('pages of rollups, put together, are the rows of one answer, and each page has the total of all', () => {
  fc.assert(
    fc.property(
      fc.array(attempts, { maxLength: 40 }),
      fc.constantFrom(undefined, 'hour', 'day'),
      fc.constantFrom([] as const, ['provider'] as const, ['session', 'model', 'outcome'] as const),
      fc.record({ since: fc.constantFrom(0, MIDNIGHT - 12_345_678), limit: fc.integer({ min: 1, max: 5 }) }),
      (shapes, bucket, by, { since, limit }) => {
        const database = openMemory(undefined);
        store(database, shapes.map(exchangeOf));
        const whole = ask(database, 'usage', { by, bucket, since });
        assert.equal(whole.next, undefined);
        const rows: unknown[] = [];
        let cursor: string | undefined;
        do {
          const page = ask(database, 'usage', { by, bucket, since, limit, cursor });
          assert.ok(page.rows.length <= limit);
          assert.deepEqual(page.total, whole.total);
          rows.push(...page.rows);
          cursor = page.next;
        } while (cursor !== undefined);
        assert.deepEqual(rows, whole.rows);
        database.close();
      },
    ),
    { numRuns: 60 },
  );
});

test('walking through pages meets every exchange once, newest first, also while new ones arrive', (context) => {
  const database = openMemory(context);
  const shapes = Array.from({ length: 57 }, (_, index) => ({ offset: (index % 9) * 1_000 }));
  const base = exchangeOf(sample(), 0);
  const make = (id: string, offset: number) =>
    exchangeRecord(id, { client: base.client }, [
      attemptRecord(`${id}-0`, { exchange: id, startedAt: MIDNIGHT + offset }),
    ]);
  store(
    database,
    shapes.map(({ offset }, index) => make(`p${index}`, offset)),
  );
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = ask(database, 'exchanges', { limit: 10, cursor });
    seen.push(...page.exchanges.map(({ id }) => id));
    cursor = page.next;
    store(database, [make(`late${seen.length}`, 60_000)]);
  } while (cursor !== undefined);
  assert.equal(seen.length, 57);
  assert.equal(new Set(seen).size, 57);
  const offsets = seen.map((id) => shapes[Number(id.slice(1))]?.offset ?? -1);
  assert.deepEqual(
    offsets,
    offsets.toSorted((left, right) => right - left),
  );
});

function sample(): Shape {
  const [shape] = fc.sample(attempts, { numRuns: 1, seed: 7 });
  assert.ok(shape !== undefined);
  return shape;
}

test('both plans of a list give the same page', (context) => {
  const database = openMemory(context);
  store(database, fc.sample(attempts, { numRuns: 400, seed: 3 }).map(exchangeOf));
  const filter = { provider: 'zai', session: 's2' };
  const rare = ask(database, 'exchanges', { filter, limit: 500 }).exchanges.map(({ id }) => id);
  database.exec('UPDATE usage_days SET attempts = attempts + 30000'); // Makes the filter look common.
  const common = ask(database, 'exchanges', { filter, limit: 500 }).exchanges.map(({ id }) => id);
  assert.ok(rare.length > 5);
  assert.deepEqual(common, rare);
});

test('rows of the export are safe in a spreadsheet and in JSON', (context) => {
  const database = openMemory(context);
  const hostile = '=HYPERLINK("http://x"),\n"quoted"';
  store(database, [exchangeRecord('h', { labels: { project: hostile, user: undefined } })]);
  const { text: csv } = queryExportPage(database, { format: 'csv' });
  assert.ok(csv.includes(`"'=HYPERLINK(""http://x""),\n""quoted"""`));
  const { text: json } = queryExportPage(database, { format: 'json' });
  const [row] = JSON.parse(json) as Record<string, unknown>[];
  assert.equal(row?.['project'], hostile);
  assert.equal(row?.['cost_usd'], 0.00033);
});

test('an empty ledger answers every question', (context) => {
  const database = openMemory(context);
  assert.deepEqual(ask(database, 'usage', { by: ['model'], bucket: 'day' }).rows, []);
  assert.equal(ask(database, 'stats', {}).allTime.spent, 0n);
  assert.deepEqual(ask(database, 'exchanges', {}), { exchanges: [], next: undefined });
  assert.equal(ask(database, 'exchange', { id: 'x' }), undefined);
  assert.equal(JSON.parse(ask(database, 'exportPage', { format: 'json' }).text).length, 0);
  assert.equal(ask(database, 'audit', {}).equal, true);
});

test('an exchange that asked nobody is listed and counts as no request', (context) => {
  const database = openMemory(context);
  const outcome = { kind: 'refused', status: 400, error: 'model_missing' } as const;
  store(database, [exchangeRecord('r', { outcome, decision: undefined }, [])]);
  const [refused] = ask(database, 'exchanges', {}).exchanges;
  assert.deepEqual(
    [refused?.id, refused?.outcome, refused?.status, refused?.error, refused?.provider, refused?.attempts],
    ['r', 'refused', 400, 'model_missing', null, 0],
  );
  assert.equal(ask(database, 'stats', {}).allTime.requests, 0);
});

test('a fail-over is one request with two attempts, and both are paid for', (context) => {
  const database = openMemory(context);
  const first = attemptRecord('f-0', { exchange: 'f', outcome: { kind: 'aborted', status: 200 } });
  const second = attemptRecord('f-1', { exchange: 'f', ordinal: 1, reason: 'net_fallback' });
  store(database, [exchangeRecord('f', {}, [first, second])]);
  const { allTime } = ask(database, 'stats', {});
  assert.deepEqual([allTime.requests, allTime.attempts, allTime.failures], [1, 2, 1]);
  assert.equal(allTime.spent, 660_000_000n);
  assert.equal(ask(database, 'exchange', { id: 'f' })?.samples[1]?.reason, 'net_fallback');
});

test('what estimates learn from is bytes and exact prompt tokens by model', (context) => {
  const database = openMemory(context);
  const guessed = attemptRecord('g', { usageQuality: 'estimated' });
  store(database, [exchangeRecord('a'), exchangeRecord('b'), exchangeRecord('g', {}, [guessed])]);
  assert.deepEqual(
    ask(database, 'promptScale', {}).map((row) => ({ ...row })),
    [
      {
        provider: 'anthropic',
        model: 'claude-sonnet-4-5-20250929',
        attempts: 2,
        bytes: 148_000,
        tokens: 20,
      },
    ],
  );
});

for (const table of ['usage_hours', 'usage_days', 'lane_hours', 'lane_days'])
  test(`a row of ${table} that does not match its attempts is found`, (context) => {
    const database = openMemory(context);
    store(database, [exchangeRecord('a')]);
    assert.equal(ask(database, 'audit', {}).equal, true);
    database.exec(`UPDATE ${table} SET input = input + 1`);
    const audit = ask(database, 'audit', {});
    assert.equal(audit.equal, false);
    assert.equal(audit.differingHours.length, 1);
  });

test('a cursor that no list has given is refused', (context) => {
  const database = openMemory(context);
  for (const cursor of ['', 'x', '1', '1-', "1-1' OR 1"])
    assert.throws(() => ask(database, 'exchanges', { cursor }), LedgerUnavailable);
});
