import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createAdminClient, type AdminClient } from '../../src/admin-client/admin-client.ts';
import { fetchAllRollups } from '../../src/cli/usage/all-rollups.ts';
import { originOf } from '../../src/domain/origin.ts';
import { Secret } from '../../src/lib/secret.ts';
import { text } from '../support/answers.ts';
import { call, message } from '../support/call.ts';
import { exampleProvider } from '../support/example-provider.ts';
import { startInProcess, type InProcessGateway } from '../support/in-process-gateway.ts';
import { startScriptedUpstream, type ScriptedUpstream } from '../support/scripted-upstream.ts';

const directory = mkdtempSync(join(tmpdir(), 'switchyard-usage-api-'));
const REQUESTS = 30;
const CLIENT_KEY = 'sy-a-client-key-of-the-test-0123456789';

let upstream: ScriptedUpstream;
let gateway: InProcessGateway;
let admin: AdminClient;

before(async () => {
  const bill = { input: 10, output: 20, cacheRead: 0, cacheWrite: 0 };
  upstream = await startScriptedUpstream({ answer: text('some words', bill) });
  const provider = exampleProvider({ name: 'one', origin: originOf(new URL(upstream.url)) });
  gateway = await startInProcess({
    server: { clientKeys: [{ name: 'laptop', secret: new Secret(CLIENT_KEY) }] },
    providers: [provider, { ...provider, name: 'two' }],
    routes: { mappings: [{ match: 'two-*', targets: [{ provider: 'two', model: undefined }] }] },
    ledger: directory,
    prices: { configured: { one: { input: 3, output: 15 } }, environment: {} },
  });
  admin = createAdminClient({ url: gateway.url });
  for (let index = 0; index < REQUESTS; index += 1) {
    const headers = { 'x-switchyard-project': `p${index % 3}`, ...whoseTurn(index) };
    const body = message(`${index % 5 === 0 ? 'two' : 'one'}-${index}`);
    await call(gateway.url, '/v1/messages', { headers, body });
  }
  await gateway.record(REQUESTS);
});

/** Some show a key, some say who they are, some do both, most do neither. */
function whoseTurn(index: number): Record<string, string> {
  if (index % 10 === 1) return { 'x-switchyard-key': CLIENT_KEY };
  if (index % 10 === 2) return { 'x-switchyard-key': CLIENT_KEY, 'x-switchyard-user': 'kim' };
  return index % 10 === 3 ? { 'x-switchyard-user': 'kim' } : {};
}

after(async () => {
  await gateway.stop();
  await upstream.close();
  rmSync(directory, { recursive: true });
});

test('pages of exchanges, put together, are every exchange once, newest first', async () => {
  const ids: string[] = [];
  let cursor: string | undefined;
  let pages = 0;
  do {
    const page = await admin.call('exchanges', { query: { limit: '7', cursor } });
    ids.push(...page.exchanges.map(({ id }) => id));
    cursor = page.next ?? undefined;
    pages += 1;
  } while (cursor !== undefined);
  const recorded = gateway.records.map(({ id }) => id);
  assert.deepEqual([pages, ids], [5, recorded.toReversed()]);
});

const FILTERS: readonly [Record<string, string>, number][] = [
  [{ lane: 'two' }, 6],
  [{ provider: 'two' }, 6],
  [{ project: 'p1' }, 10],
  [{ project: 'p1', lane: 'two' }, 2],
  [{ user: 'laptop' }, 3],
  [{ user: 'kim' }, 6],
  [{ user: '' }, 21],
  [{ model: 'one-1' }, 1],
  [{ session: '' }, 30],
  [{ session: 'nobody' }, 0],
  [{ operation: 'count-tokens' }, 0],
  [{ operation: 'any' }, 30],
];

for (const [query, count] of FILTERS)
  test(`${JSON.stringify(query)} finds ${count}, as exchanges, samples, sums and lines`, async () => {
    const { exchanges } = await admin.call('exchanges', { query });
    const { samples } = await admin.call('samples', { query });
    const { total } = await admin.call('rollups', { query });
    const { body } = await call(gateway.url, `/api/export?${new URLSearchParams(query).toString()}`, {
      method: 'GET',
    });
    const lines = body.toString().trimEnd().split('\r\n').length - 1;
    assert.deepEqual([exchanges.length, samples.length, total.requests, lines], [count, count, count, count]);
  });

test('sums are split by what is asked for, and unknown prices are no zeros in disguise', async () => {
  const { rollups, total } = await admin.call('rollups', { query: { granularity: 'all', by: 'lane' } });
  assert.deepEqual(
    rollups.map(({ by, requests, unpriced, cost_usd }) => [by['lane'], requests, unpriced, cost_usd]),
    [
      ['one', 24, 0, (24 * (10 * 3 + 20 * 15)) / 1e6],
      ['two', 6, 6, null],
    ],
  );
  assert.deepEqual([total.requests, total.unpriced, total.output_tokens], [30, 6, 600]);
  const { all_time, total_requests } = await admin.call('stats');
  assert.deepEqual([all_time?.total_requests, all_time?.unpriced, total_requests], [30, 6, 30]);
});

test('rollups come in pages where there are many, and the command line asks for all of them', async () => {
  const query = { granularity: 'hour', by: 'model' } as const;
  const whole = await admin.call('rollups', { query });
  const page = await admin.call('rollups', { query: { ...query, limit: '7' } });
  assert.deepEqual([whole.next, whole.truncated, page.truncated], [null, false, true]);
  assert.deepEqual([page.rollups, page.total], [whole.rollups.slice(0, 7), whole.total]);
  assert.deepEqual(await fetchAllRollups(admin, { ...query, limit: '7' }), whole);
});

test('who asks for what is new gets it once, in the order of ending', async () => {
  const first = await admin.call('recent', { query: { limit: '3' } });
  assert.deepEqual(
    first.exchanges.map(({ id }) => id),
    gateway.records.slice(-3).map(({ id }) => id),
  );
  const after_ = String(first.last);
  assert.deepEqual((await admin.call('recent', { query: { after: after_ } })).exchanges, []);
  const older = await admin.call('recent', { query: { after: String(first.last - 2), limit: '1' } });
  assert.deepEqual([older.exchanges.length, older.last], [1, first.last - 1]);
});

test('the export as JSON is one array of all tries', async () => {
  const { headers, body } = await call(gateway.url, '/api/export?format=json', { method: 'GET' });
  const rows = JSON.parse(body.toString()) as { exchange: string; output_tokens: number }[]; // By export.ts.
  assert.equal(headers['content-type'], 'application/json');
  assert.deepEqual(
    rows.map(({ exchange }) => exchange),
    gateway.records.map(({ id }) => id),
  );
});

const REFUSED: readonly [string, number, string, RegExp][] = [
  ['/v1/usage/samples?since=yesterday', 400, 'bad_query', /since: is a time in Unix seconds/],
  ['/v1/usage/samples?sinse=1', 400, 'bad_query', /sinse is no parameter/],
  ['/v1/usage/samples?since=1&since=2', 400, 'bad_query', /since is given twice/],
  ['/v1/usage/rollups?granularity=week', 400, 'bad_query', /granularity/],
  ['/v1/usage/rollups?by=lane,nonsense', 400, 'bad_query', /by: names one or more of lane/],
  ['/api/exchanges?limit=501', 400, 'bad_query', /limit: is at most 500/],
  ['/api/exchanges?cursor=1', 400, 'bad_query', /cursor/],
  ['/v1/usage/rollups?cursor=newest', 400, 'bad_query', /cursor: is no cursor that a page has given/],
  ['/api/export?format=xml', 400, 'bad_query', /format/],
  ['/api/stats?x=1', 400, 'bad_query', /x is no parameter/],
  ['/api/exchanges/nobody', 404, 'not_recorded', /No exchange nobody is recorded/],
];

for (const [path, status, code, says] of REFUSED)
  test(`${path} is ${status} and says why`, async () => {
    const answered = await call(gateway.url, path, { method: 'GET' });
    const { error } = JSON.parse(answered.body.toString()) as { error: { code: string; message: string } }; // ErrorBody.
    assert.deepEqual([answered.status, error.code], [status, code]);
    assert.match(error.message, says);
  });

for (const path of ['/v1/usage/samples', '/api/exchanges/x', '/api/export'])
  test(`POST ${path} is no question`, async () => {
    const { status, headers } = await call(gateway.url, path);
    assert.deepEqual([status, headers.allow], [405, 'GET']);
  });
