/**
 * Makes a ledger of a million attempts and measures every question of the read side against it, with the plan SQLite
 * follows. Run it by hand: `node test/store/million.ts [directory] [attempts]`. It keeps the directory, so that a
 * second run measures only.
 */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { USAGE_DIMENSIONS, type UsageFilter } from '../../src/domain/ledger.ts';
import { NO_PRICE_SETTINGS, createPriceBook } from '../../src/pricing/price-book.ts';
import { openDatabase } from '../../src/store/database/open-database.ts';
import { Folder } from '../../src/store/fold/folder.ts';
import { lazyPriceBook } from '../../src/store/fold/lazy-prices.ts';
import type { EndedEntry } from '../../src/store/journal/entry.ts';
import { answerQuery } from '../../src/store/queries/index.ts';
import type { StoreQueries, StoreQueryName } from '../../src/store/queries/index.ts';
import { attemptRecord, exchangeRecord } from './records.ts';

const DAY_MS = 86_400_000;
const DAYS = 30;
const PER_SESSION = 100;
const START = Date.UTC(2026, 0, 1);
const MODELS = [
  ['anthropic', 'claude-sonnet-4-5-20250929', 'sonnet'],
  ['anthropic', 'claude-opus-4-5-20251101', 'opus'],
  ['zai', 'glm-4.7', 'haiku'],
  ['anthropic', 'claude-haiku-4-5-20251001', 'haiku'],
] as const;
const CLIENTS = ['claude-code', 'claude-code', 'codex', 'opencode'] as const;

/** A session lasts two hours, uses two models and now and then fails or counts tokens. */
function entry(index: number): EndedEntry {
  const session = Math.floor(index / PER_SESSION);
  const step = index % PER_SESSION;
  const sessions = Math.ceil(total / PER_SESSION);
  const startedAt = Math.floor(
    START + (session / sessions) * DAYS * DAY_MS + (step / PER_SESSION) * 7_200_000,
  );
  const [provider, model, tier] = MODELS[(session + (step % 4 === 0 ? 1 : 0)) % MODELS.length] ?? MODELS[0];
  const id = `e${String(index).padStart(9, '0')}`;
  const attempt = attemptRecord(`a${String(index).padStart(9, '0')}`, {
    exchange: id,
    provider,
    startedAt,
    requestedModel: model,
    sentModel: model,
    servedModel: model,
    outcome: step % 25 === 3 ? { kind: 'answered', status: 529 } : { kind: 'answered', status: 200 },
    usage: {
      input: (index * 7) % 900,
      output: (index * 13) % 2_000,
      cacheRead: (index * 31) % 90_000,
      cacheWrite5m: (index * 17) % 5_000,
      cacheWrite1h: 0,
      reasoning: undefined,
      serverToolCalls: undefined,
    },
  });
  const exchange = exchangeRecord(
    id,
    {
      receivedAt: startedAt,
      kind: { format: 'anthropic-messages', operation: step % 12 === 5 ? 'count-tokens' : 'generate' },
      client: {
        name: CLIENTS[session % CLIENTS.length] ?? 'other',
        version: '2.1.0',
        session: `session-${session}`,
        agentId: undefined,
        agentType: undefined,
      },
      labels: { project: `project-${session % 12}`, user: undefined },
    },
    [attempt],
  );
  const { decision } = exchange;
  return {
    v: 1,
    kind: 'exchange',
    exchange: { ...exchange, decision: decision && { ...decision, tier } },
    attempts: 1,
  };
}

function fill(database: DatabaseSync): void {
  const prices = lazyPriceBook({ configured: {}, environment: {} });
  const folder = new Folder({ database, prices: () => prices, onStored: () => {}, onPrices: () => {} });
  database.exec('PRAGMA synchronous = OFF');
  const began = performance.now();
  for (let from = 0; from < total; from += 20_000) {
    const entries = Array.from({ length: Math.min(20_000, total - from) }, (_, index) => entry(from + index));
    database.exec('BEGIN');
    folder.fold(entries, 1);
    database.exec('COMMIT');
  }
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  console.log(
    `${total} attempts in ${seconds(began)} s: ${((performance.now() - began) * 1000) / total} µs each`,
  );
}

type Question = {
  readonly [Name in StoreQueryName]: readonly [label: string, name: Name, input: StoreQueries[Name]['input']];
}[StoreQueryName];

const RARE: UsageFilter = { session: 'session-77' };
const ODD: UsageFilter = { outcome: 'error', client: 'codex', model: 'glm-4.7' };
const COMMON: UsageFilter = { provider: 'anthropic' };
const MIDNIGHT = START + 10 * DAY_MS;
const ACROSS = { since: MIDNIGHT - 5_400_000 - 1, until: MIDNIGHT + 5_400_001 };

/** What a chart may ask: each dimension over all thirty days. */
const CHARTS: readonly Question[] = USAGE_DIMENSIONS.flatMap((name): Question[] => [
  [`rollup hour x ${name}, all`, 'usage', { by: [name], bucket: 'hour' }],
  [`rollup day x ${name}, all`, 'usage', { by: [name], bucket: 'day' }],
]);

const QUESTIONS: readonly Question[] = [
  ['stats', 'stats', {}],
  ['usage by day, all', 'usage', { by: [], bucket: 'day' }],
  [
    'usage by hour, 7 days',
    'usage',
    { by: [], bucket: 'hour', since: MIDNIGHT, until: MIDNIGHT + 7 * DAY_MS },
  ],
  ['usage by model', 'usage', { by: ['model'] }],
  ['usage by client', 'usage', { by: ['client'] }],
  ['usage by session (top 100)', 'usage', { by: ['session'], limit: 100 }],
  ['usage by session', 'usage', { by: ['session'] }],
  [
    'rollup day x provider x model x tier x client',
    'usage',
    { by: ['provider', 'model', 'tier', 'client'], bucket: 'day' },
  ],
  ['rollup hour x lane x model, all', 'usage', { by: ['provider', 'model'], bucket: 'hour' }],
  [
    'rollup hour x session, a deep page',
    'usage',
    { by: ['session'], bucket: 'hour', cursor: `${START + 20 * DAY_MS}-3` },
  ],
  ['range across midnight, ragged edges', 'usage', { by: ['model'], ...ACROSS }],
  ['usage of one session', 'usage', { by: ['model'], filter: RARE }],
  ['samples, first page', 'samples', { since: MIDNIGHT }],
  ['samples of one session', 'samples', { filter: RARE }],
  ['exchanges, newest', 'exchanges', {}],
  ['exchanges, deep page', 'exchanges', { cursor: `${START + 2 * DAY_MS}-500` }],
  ['exchanges of one session', 'exchanges', { filter: RARE }],
  ['exchanges, odd combination', 'exchanges', { filter: ODD }],
  ['exchanges of a provider', 'exchanges', { filter: COMMON }],
  ['exchanges of no one', 'exchanges', { filter: { user: 'nobody' } }],
  ['one exchange', 'exchange', { id: 'e000000077' }],
  ['export, one page of 2000', 'exportPage', { format: 'csv', since: MIDNIGHT }],
  ['export, its first page', 'exportPage', { format: 'json' }],
  ['recent exchanges', 'recent', {}],
  ['prompt scale', 'promptScale', {}],
  ...CHARTS,
];

const NO_PRICES = createPriceBook(NO_PRICE_SETTINGS, undefined);

function measure(database: DatabaseSync): void {
  for (const [label, name, input] of QUESTIONS) {
    const context = { database, startedAt: START + 20 * DAY_MS, prices: NO_PRICES };
    const times = [1, 2, 3, 4, 5].map(() => {
      const began = process.cpuUsage();
      const wall = performance.now();
      answerQuery(context, name, input as never); // The table pairs each name with its own input.
      const { user, system } = process.cpuUsage(began);
      return { cpu: (user + system) / 1000, wall: performance.now() - wall };
    });
    const cpu = Math.max(...times.map((time) => time.cpu));
    const wall = times.map((time) => time.wall).sort((left, right) => left - right);
    console.log(
      `${label.padEnd(48)} median ${ms(wall[2])}  worst ${ms(wall[4])}  worst processor time ${ms(cpu)}`,
    );
  }
}

/** Prints the plan of every statement a question prepares. */
function explain(database: DatabaseSync): void {
  for (const [label, name, input] of QUESTIONS) {
    console.log(`\n${label}`);
    const spy = new Proxy(database, {
      get(target, property) {
        if (property !== 'prepare') return Reflect.get(target, property, target) as unknown;
        return (sql: string) => {
          if (!sql.startsWith('EXPLAIN') && sql.startsWith('SELECT')) {
            const parameters = Array.from({ length: sql.split('?').length - 1 }, () => 0);
            for (const row of target.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters))
              console.log(`    ${String(row['detail'])}`);
            console.log('    --');
          }
          return target.prepare(sql);
        };
      },
    });
    answerQuery({ database: spy, startedAt: START, prices: NO_PRICES }, name, input as never); // As in measure().
  }
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1);
}

function ms(value = 0): string {
  return `${value.toFixed(1).padStart(7)} ms`;
}

const [directory = join(tmpdir(), 'ledger-million'), count = '1000000', mode] = process.argv.slice(2);
const total = Number(count);
mkdirSync(directory, { recursive: true });
const path = join(directory, 'ledger.sqlite3');
const isNew = !existsSync(path);
const opening = performance.now();
const opened = openDatabase({ path, busyMs: 1_000, now: Date.now() });
if (opened.kind !== 'ready') throw new Error(opened.reason);
console.log(`opened, with its check, in ${seconds(opening)} s`);
if (isNew) fill(opened.database);
const sizes = opened.database
  .prepare(
    'SELECT (SELECT count(*) FROM usage_hours) AS rollups, (SELECT count(*) FROM dimensions) AS dimensions',
  )
  .get();
console.log(`${(statSync(path).size / 1e6).toFixed(0)} MB`, sizes);
measure(opened.database);
if (mode === 'plans') explain(opened.database);
opened.database.close();
