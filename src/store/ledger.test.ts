import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { attemptRecord, exchangeRecord, intentOf } from '../../test/store/records.ts';
import { openLedger, temporaryDirectory, until } from '../../test/store/workbench.ts';
import { LedgerUnavailable } from '../domain/ledger.ts';
import { createLedger } from './ledger.ts';

test('an exchange is there, with its price, as soon as the ledger has settled', async (context) => {
  const { ledger } = openLedger(context, temporaryDirectory(context));
  const exchange = exchangeRecord('a');
  for (const attempt of exchange.attempts) ledger.recordIntent(intentOf(attempt), exchange);
  ledger.record(exchange);
  await ledger.settle();
  const detail = await ledger.query('exchange', { id: 'a' });
  assert.equal(detail?.exchange.spent, 330_000_000n);
  assert.equal(detail?.evidence, 'model claude-sonnet-4-5 names tier sonnet');
  assert.deepEqual(
    detail?.samples.map(({ id, verdict }) => [id, verdict]),
    [['a-0', 'ok']],
  );
  const { lagRows, lagBytes, state, dropped } = ledger.health();
  assert.deepEqual(
    { lagRows, lagBytes, state, dropped },
    { lagRows: 0, lagBytes: 0, state: 'ready', dropped: 0 },
  );
});

test('records are folded without being asked for', async (context) => {
  const { ledger } = openLedger(context, temporaryDirectory(context));
  ledger.record(exchangeRecord('a'));
  await until(() => ledger.health().lagRows === 0, 'the record is folded');
  assert.ok((await ledger.query('exchange', { id: 'a' })) !== undefined);
});

test('each attempt of a fail-over is recorded once, whether it was recorded by itself or with its exchange', async (context) => {
  const { ledger } = openLedger(context, temporaryDirectory(context));
  for (const early of [0, 1, 2]) {
    const id = `x${early}`;
    const attempts = [900, 200].map((ttftMs, ordinal) =>
      attemptRecord(`${id}-${ordinal}`, { exchange: id, ordinal, ttftMs }),
    );
    const exchange = exchangeRecord(id, {}, attempts);
    for (const [index, attempt] of attempts.entries()) {
      ledger.recordIntent(intentOf(attempt), exchange);
      if (index < early) ledger.recordAttempt(attempt, exchange);
    }
    ledger.record(exchange);
  }
  await ledger.settle();
  const { allTime } = await ledger.query('stats', {});
  assert.deepEqual([allTime.requests, allTime.attempts, allTime.input], [3, 6, 60]);
  for (const id of ['x0', 'x1', 'x2']) {
    const detail = await ledger.query('exchange', { id });
    assert.deepEqual(
      detail?.samples.map((sample) => sample.id),
      [`${id}-0`, `${id}-1`],
    );
    assert.equal(detail?.exchange.model, 'claude-sonnet-4-5-20250929');
    assert.equal(detail?.exchange.attempts, 2);
    assert.equal(detail?.exchange.ttftMs, 200, 'of the answer the client got');
  }
});

test('five thousand exchanges come to the sums their maker kept', async (context) => {
  const settings = { segmentBytes: 100_000, backlog: { bytes: 1e8, records: 1e6 } };
  const { ledger, directory } = openLedger(context, temporaryDirectory(context), { settings });
  const own = { attempts: 0, input: 0, output: 0 };
  for (let index = 0; index < 5_000; index += 1) {
    const usage = {
      ...attemptRecord('u').usage,
      input: (index * 7_919) % 1_000,
      output: (index * 104_729) % 500,
    };
    const id = `e${index}`;
    const attempts = Array.from({ length: 1 + (index % 3 === 0 ? 1 : 0) }, (_, ordinal) =>
      attemptRecord(`${id}-${ordinal}`, { exchange: id, ordinal, usage }),
    );
    const exchange = exchangeRecord(id, {}, attempts);
    for (const attempt of attempts) {
      ledger.recordIntent(intentOf(attempt), exchange);
      own.attempts += 1;
      own.input += usage.input;
      own.output += usage.output;
    }
    ledger.record(exchange);
  }
  await ledger.settle();
  const { attempts, input, output } = (await ledger.query('stats', {})).allTime;
  assert.deepEqual({ attempts, input, output }, own);
  assert.equal((await ledger.query('audit', {})).equal, true);
  await ledger.close();
  assert.deepEqual(readdirSync(join(directory, 'journal')), [], 'a closed ledger leaves no journal');
});

test('the statistics since start leave out what earlier runs recorded', async (context) => {
  const directory = temporaryDirectory(context);
  const before = openLedger(context, directory);
  before.ledger.record(exchangeRecord('old'));
  await before.ledger.close();
  const { ledger } = openLedger(context, directory);
  const startedAt = Date.now();
  ledger.record(exchangeRecord('new', {}, [attemptRecord('new-0', { exchange: 'new', startedAt })]));
  await ledger.settle();
  const { sinceStart, allTime } = await ledger.query('stats', {});
  assert.deepEqual([sinceStart.requests, allTime.requests], [1, 2]);
});

test('a subscription is worth its list price and costs no dollars', async (context) => {
  const { ledger } = openLedger(context, temporaryDirectory(context));
  const attempts = [attemptRecord('s-0', { exchange: 's', billing: 'subscription' })];
  ledger.record(exchangeRecord('s', {}, attempts));
  ledger.record(exchangeRecord('m'));
  await ledger.settle();
  const { rows } = await ledger.query('usage', { by: ['billing'] });
  assert.deepEqual(
    rows.map(({ key, list, spent }) => [key.billing, list, spent]),
    [
      ['metered', 330_000_000n, 330_000_000n],
      ['subscription', 330_000_000n, 0n],
    ],
  );
});

test('a model nobody has a price for is flagged and is in no sum of money', async (context) => {
  const { ledger } = openLedger(context, temporaryDirectory(context));
  const attempts = [attemptRecord('u-0', { exchange: 'u', provider: 'laptop', servedModel: 'homegrown' })];
  const origin = attempts.map((attempt) => ({
    ...attempt,
    origin: 'http://127.0.0.1:1' as typeof attempt.origin,
  }));
  const nameless = origin.map((attempt) => ({ ...attempt, sentModel: undefined, requestedModel: undefined }));
  ledger.record(exchangeRecord('u', {}, nameless));
  await ledger.settle();
  const { allTime } = await ledger.query('stats', {});
  assert.deepEqual([allTime.unpriced, allTime.spent, allTime.input], [1, 0n, 10]);
  const detail = await ledger.query('exchange', { id: 'u' });
  assert.equal(detail?.exchange.spent, null);
  assert.equal(detail?.samples[0]?.costFlags, 'price_unknown');
});

test('the export streams every row once', async (context) => {
  const { ledger } = openLedger(context, temporaryDirectory(context));
  for (let index = 0; index < 4_500; index += 1) ledger.record(exchangeRecord(`e${index}`));
  await ledger.settle();
  const pieces: string[] = [];
  for await (const piece of ledger.export({ format: 'json' })) pieces.push(piece);
  const rows = JSON.parse(pieces.join('')) as { attempt: string }[];
  assert.equal(pieces.length, 3);
  assert.equal(new Set(rows.map(({ attempt }) => attempt)).size, 4_500);
});

test('nothing of a conversation and no secret is written', async (context) => {
  const { ledger, directory } = openLedger(context, temporaryDirectory(context));
  const exchange = exchangeRecord('a');
  const loose = { ...exchange, body: 'PRIVATE WORDS', headers: ['authorization', 'Bearer sk-secret'] };
  for (const attempt of exchange.attempts) ledger.recordIntent(intentOf(attempt), loose);
  ledger.record(loose);
  const [name = ''] = readdirSync(join(directory, 'journal'));
  assert.doesNotMatch(readFileSync(join(directory, 'journal', name), 'utf8'), /PRIVATE|sk-secret/);
  await ledger.settle();
});

test('closing writes everything down, twice does no harm, and what comes later is counted as lost', async (context) => {
  const { ledger, directory } = openLedger(context, temporaryDirectory(context));
  for (let index = 0; index < 500; index += 1) ledger.record(exchangeRecord(`e${index}`));
  await Promise.all([ledger.close(), ledger.close()]);
  ledger.record(exchangeRecord('late'));
  assert.equal(ledger.health().dropped, 1);
  assert.equal(ledger.health().state, 'closed');
  await assert.rejects(ledger.query('stats', {}), LedgerUnavailable);
  const again = openLedger(context, directory);
  await again.ledger.settle();
  assert.equal((await again.ledger.query('stats', {})).allTime.requests, 500);
});

test('switched off, the ledger makes no file, takes everything and answers nothing', async (context) => {
  const directory = temporaryDirectory(context);
  const { ledger } = openLedger(context, directory, { enabled: false });
  const exchange = exchangeRecord('a');
  for (const attempt of exchange.attempts) {
    ledger.recordIntent(intentOf(attempt), exchange);
    ledger.recordAttempt(attempt, exchange);
  }
  ledger.record(exchange);
  await ledger.settle();
  assert.equal(ledger.health().state, 'off');
  await assert.rejects(ledger.query('stats', {}), /CCP_PERSIST/);
  await assert.rejects(async () => {
    for await (const piece of ledger.export({ format: 'csv' })) assert.fail(piece);
  }, LedgerUnavailable);
  await ledger.close();
  assert.deepEqual(readdirSync(directory), []);
});

test('recording takes microseconds of the event loop', (context) => {
  const { ledger } = openLedger(context, temporaryDirectory(context), {
    settings: { backlog: { bytes: 1e9, records: 1e9 }, foldMs: 60_000 },
  });
  const count = 2_000;
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round += 1) {
    const began = performance.now();
    for (let index = 0; index < count; index += 1) {
      const exchange = exchangeRecord(`r${round}-${index}`);
      for (const attempt of exchange.attempts) ledger.recordIntent(intentOf(attempt), exchange);
      ledger.record(exchange);
    }
    best = Math.min(best, ((performance.now() - began) * 1_000) / count);
  }
  context.diagnostic(`${best.toFixed(1)} µs per exchange`);
  assert.ok(best < 150, `${best} µs per exchange`);
});

test('an idle ledger has no thread, one with a past has', async (context) => {
  const directory = temporaryDirectory(context);
  const clock = { now: () => Date.now(), monotonic: () => performance.now() };
  const options = { directory, enabled: true, clock, report: () => {} };
  let threads = 0;
  const count = (): void => void (threads += 1);
  process.on('worker', count);
  context.after(() => process.off('worker', count));
  const fresh = createLedger(options);
  fresh.resume();
  await setImmediate();
  assert.equal(threads, 0, 'nothing has ever been recorded');
  fresh.record(exchangeRecord('a'));
  await fresh.settle();
  assert.equal(threads, 1);
  await fresh.close();
  const used = createLedger(options);
  context.after(() => used.close());
  used.resume();
  await setImmediate();
  assert.equal(threads, 2);
});
