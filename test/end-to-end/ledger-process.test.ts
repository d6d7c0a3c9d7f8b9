import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createAdminClient } from '../../src/admin-client/admin-client.ts';
import { AdminClientError } from '../../src/admin-client/admin-client-error.ts';
import { ENDPOINTS } from '../../src/contract/endpoints.ts';
import { call, message } from '../support/call.ts';
import { oneProvider } from '../support/gateway.ts';
import { ledgerHome } from '../support/ledger-home.ts';
import { startScriptedUpstream, type ScriptedUpstream } from '../support/scripted-upstream.ts';
import { startThreeTiers } from '../support/three-tiers.ts';
import { attemptRecord, exchangeRecord } from '../store/records.ts';
import { openLedger } from '../store/workbench.ts';

let upstream: ScriptedUpstream;

before(async () => {
  upstream = await startScriptedUpstream();
});
after(() => upstream.close());

test('a second gateway on the same state directory is refused with the pid of the first', async (context) => {
  const home = ledgerHome(context, oneProvider(upstream.url));
  const first = await home.start();
  const { code, stderr, stdout } = await home.run('start', '--port', '0');
  assert.deepEqual([code, stdout], [1, '']);
  const { pid } = await createAdminClient({ url: first.url }).call('status');
  assert.match(stderr, new RegExp(`The ledger in \\S+ is in use by process ${pid}\\.`));
  assert.match(stderr, /next: .*SWITCHYARD_STATE_DIR=/);
  const port = new URL(first.url).port;
  const same = await home.run('start', '--port', port, '--config', join(home.path, 'switchyard.yaml'));
  assert.match(same.stderr, /already runs on/, 'a taken port is told as such, whatever the ledger says');
});

test('CCP_PERSIST=0 keeps nothing, and the traffic does not notice', async (context) => {
  const home = ledgerHome(context, oneProvider(upstream.url));
  const gateway = await home.start({ CCP_PERSIST: '0' });
  const answered = await call(gateway.url, '/v1/messages', { body: message('claude-haiku-5-5') });
  assert.equal(answered.status, 200);
  const client = createAdminClient({ url: gateway.url });
  const stats = await client.call('stats');
  assert.deepEqual([stats.total_requests, stats.all_time, stats.cost_usd], [1, null, null]);
  assert.equal((await client.call('status')).ledger.state, 'off');
  await assert.rejects(client.call('samples'), (error) => {
    assert.ok(error instanceof AdminClientError && error.code === 'ledger_unavailable');
    return /switched off/.test(error.message);
  });
  const ok = await home.run('ok');
  assert.equal(ok.code, 0, ok.stderr);
  assert.match(ok.stdout, /not stored: the ledger is switched off/);
  assert.deepEqual([existsSync(home.ledger), existsSync(home.usageLog)], [false, false]);
});

const DAMAGES: readonly [string, Buffer][] = [
  ['a foreign file', Buffer.from('this is no database '.repeat(500))],
  ['a broken header', Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(8_000, 0xff)])],
];

for (const [what, bytes] of DAMAGES)
  test(`${what} in place of the database is set aside, and the gateway serves and records`, async (context) => {
    const home = ledgerHome(context, oneProvider(upstream.url));
    mkdirSync(home.ledger, { recursive: true });
    writeFileSync(join(home.ledger, 'ledger.sqlite3'), bytes);
    const gateway = await home.start();
    const { status } = await call(gateway.url, '/v1/messages', { body: message('claude-haiku-5-5') });
    assert.equal(status, 200);
    const { samples } = await createAdminClient({ url: gateway.url }).call('samples');
    assert.equal(samples.length, 1);
    const aside = readdirSync(home.ledger).find((name) => name.includes('damaged'));
    assert.ok(aside !== undefined, 'nothing was set aside');
    assert.deepEqual(readFileSync(join(home.ledger, aside)), bytes, 'what was set aside is untouched');
    assert.match(gateway.output(), /database was damaged: it was set aside/);
  });

test('ok shows the stored row and the line of the usage log', async (context) => {
  const home = ledgerHome(context, oneProvider(upstream.url));
  await home.start();
  const { code, stdout } = await home.run('ok', '--json');
  assert.equal(code, 0);
  const tiers = JSON.parse(stdout) as { tier: string; ledger: string; log: string; row: { lane: string } }[]; // As ok.ts writes it.
  assert.deepEqual(
    tiers.map(({ ledger, log, row }) => [ledger, log, row.lane]),
    [1, 2, 3].map(() => ['stored', 'found', 'standin']),
  );
  const text = await home.run('ok');
  assert.match(text.stdout, /stored \S+\.0: standin 200, .* in usage\.jsonl/);
});

test("ok fails when a row cannot be stored, although the provider's answer was fine", async (context) => {
  const home = ledgerHome(context, oneProvider(upstream.url));
  mkdirSync(join(home.ledger, 'ledger.sqlite3'), { recursive: true });
  await home.start();
  const { code, stdout } = await home.run('ok');
  assert.equal(code, 1);
  assert.match(stdout, /haiku +standin +200 .*\n.*NOT stored/);
});

const HOUR = 3_600_000;
/** The day before yesterday: rows older than store.keep_days would be deleted at once. */
const MIDNIGHT = Math.floor(Date.now() / (24 * HOUR) - 2) * 24 * HOUR;

test('totals of API, CSV and CLI are equal over a ragged range across midnight with 12,000 rows', async (context) => {
  const home = ledgerHome(context, oneProvider(upstream.url));
  const { ledger } = openLedger(context, home.ledger);
  for (let index = 0; index < 12_000; index += 1) {
    const startedAt = MIDNIGHT - 3 * HOUR + index * 1_800;
    const usage = { ...USAGE, output: index % 977, cacheRead: (index * 31) % 40_000 };
    ledger.record(
      exchangeRecord(`x${index}`, {}, [
        attemptRecord(`x${index}.0`, { exchange: `x${index}`, startedAt, usage }),
      ]),
    );
  }
  await ledger.close();
  const gateway = await home.start();
  const range = {
    since: String((MIDNIGHT - 2.4 * HOUR) / 1000),
    until: String((MIDNIGHT + 2.9 * HOUR) / 1000),
  };
  const { total } = await createAdminClient({ url: gateway.url }).call('rollups', { query: range });
  assert.equal(total.attempts, 10_600);

  const cli = await home.run('usage', 'hour', '--json', '--since', range.since, '--until', range.until);
  const told = ENDPOINTS.rollups.response.parse(JSON.parse(cli.stdout));
  assert.deepEqual(told.total, total);
  assert.equal(sum(told.rollups.map((row) => row.output_tokens)), total.output_tokens);
  const byDay = await createAdminClient({ url: gateway.url }).call('rollups', {
    query: { ...range, granularity: 'day', by: 'lane,model' },
  });
  assert.deepEqual([byDay.rollups.length, byDay.total], [2, total]);

  const csv = (await home.run('export', 'csv', '--since', range.since, '--until', range.until)).stdout;
  const [header = '', ...lines] = csv.trimEnd().split('\r\n');
  const column = (name: string) =>
    lines.map((line) => line.split(',')[header.split(',').indexOf(name)] ?? '');
  assert.equal(lines.length, total.attempts);
  assert.equal(sum(column('output_tokens').map(Number)), total.output_tokens);
  assert.equal(sum(column('cache_read_tokens').map(Number)), total.cache_read_tokens);
  assert.equal(
    column('cost_usd').reduce((cost, text) => cost + picoDollars(text), 0n),
    BigInt(Math.round((total.cost_usd ?? 0) * 1e12)),
  );
});

const USAGE = attemptRecord('any').usage;

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function picoDollars(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole) * 1_000_000_000_000n + BigInt(fraction.padEnd(12, '0'));
}

test("a subscription's traffic is worth its list price and costs nothing", async () => {
  const tiers = await startThreeTiers();
  try {
    const headers = {
      authorization: `Bearer ${tiers.callerToken}`,
      'anthropic-beta': 'oauth-2025-04-20',
      'anthropic-version': '2023-06-01',
    };
    for (const model of ['claude-sonnet-5-5', 'claude-haiku-5-5'])
      assert.equal(
        (await call(tiers.gateway.url, '/v1/messages', { headers, body: message(model) })).status,
        200,
      );
    const { samples } = await createAdminClient({ url: tiers.gateway.url }).call('samples');
    const [own, metered] = samples;
    assert.deepEqual([own?.lane, own?.billing, own?.cost_usd], ['anthropic', 'subscription', 0]);
    assert.ok((own?.list_cost_usd ?? 0) > 0);
    assert.deepEqual([metered?.lane, metered?.billing], ['zai', 'metered']);
    assert.equal(metered?.cost_usd, metered?.list_cost_usd);
  } finally {
    await tiers.close();
  }
});
