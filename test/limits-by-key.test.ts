/** Room by key and fair turns, through the running gateway. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, before, after, test } from 'node:test';
import type { ClientKey } from '../src/config/snapshot.ts';
import { originOf } from '../src/domain/origin.ts';
import type { Provider, ProviderLimits } from '../src/domain/provider.ts';
import { Secret } from '../src/lib/secret.ts';
import { agent, text } from './support/answers.ts';
import { ADMIN_TOKEN, startInProcess, type InProcessGateway } from './support/in-process-gateway.ts';
import { call, message, type Called } from './support/call.ts';
import { exampleProvider } from './support/example-provider.ts';
import { headerOf, modelOf } from './support/recorded-request.ts';
import { startScriptedUpstream, type ScriptedUpstream } from './support/scripted-upstream.ts';
import { until } from './support/until.ts';

let upstream: ScriptedUpstream;
let gateway: InProcessGateway;
/** Lets the held requests of these models end. */
let released = new Map<string, () => void>();

before(async () => {
  upstream = await startScriptedUpstream();
});
afterEach(async () => {
  for (const release of released.values()) release();
  await gateway.stop();
  upstream.reset();
});
after(() => upstream.close());

const KEYS = ['key-of-account-aaaa', 'key-of-account-bbbb'].map((key) => new Secret(key));
const CLIENT_KEYS: ClientKey[] = ['many', 'few'].map((name) => ({ name, secret: new Secret(`sy-${name}`) }));

/** Everything goes to one provider, which answers a request only when its model is released. */
async function start(limits: Partial<ProviderLimits>, auth?: Provider['auth']): Promise<void> {
  released = new Map();
  upstream.script({
    answer: async (request) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      released.set(modelOf(request), resolve);
      await promise;
      return agent(request);
    },
  });
  const [secret = new Secret('')] = KEYS;
  const ring = { rotate: 'on-refusal', secrets: KEYS } as const;
  const keyed = { kind: 'secret', header: 'x-api-key', scheme: undefined, secret, ring } as const;
  const room = { concurrent: Infinity, perKey: Infinity, perClient: Infinity, queue: 9, wait: 60_000 };
  const provider = exampleProvider({
    origin: originOf(new URL(upstream.url)),
    auth: auth ?? keyed,
    limits: { ...room, ...limits },
  });
  gateway = await startInProcess({ providers: [provider], server: { clientKeys: CLIENT_KEYS } });
}

/** Each request asks for a model of its own, so that it can be told apart and released. */
function ask(model: string, headers: Record<string, string> = {}): Promise<Called> {
  return call(gateway.url, '/v1/messages', { headers, body: message(model) });
}

async function release(model: string): Promise<void> {
  (await until(`${model} at the upstream`, () => released.get(model)))();
}

const asked = (): string[] => upstream.requests.map(modelOf);
const keys = (): string[] =>
  upstream.requests.map((request) => (headerOf(request, 'x-api-key') ?? '').slice(-4));

interface Limit {
  readonly concurrent: number | null;
  readonly per_key: number | null;
  readonly busy: number;
  readonly waiting: number;
  readonly keys: readonly { readonly account: string; readonly busy: number }[];
}

async function limit(): Promise<Limit> {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  const answer = await call(gateway.url, '/api/breakers', { method: 'GET', headers });
  const { limits } = JSON.parse(answer.body.toString()) as { limits: [Limit] };
  return limits[0];
}

const toWait = (count: number) => until(`${count} to wait`, async () => (await limit()).waiting === count);

test('a full key makes way for the next, who waits gets the first key with room, and all of it shows', async () => {
  await start({ perKey: 1 });
  const first = ask('m1');
  await upstream.request(1);
  const second = ask('m2');
  await upstream.request(2);
  assert.deepEqual(keys(), ['aaaa', 'bbbb']);
  const third = ask('m3');
  await toWait(1);
  assert.deepEqual(await limit(), {
    provider: 'example',
    origin: null,
    concurrent: null,
    per_key: 1,
    busy: 2,
    waiting: 1,
    keys: [
      { account: 'gateway', busy: 1 },
      { account: 'gateway-2', busy: 1 },
    ],
  });
  const metrics = (await call(gateway.url, '/metrics', { method: 'GET' })).body.toString();
  assert.match(metrics, /switchyard_provider_key_busy\{provider="example",account="gateway-2"\} 1/);
  assert.match(metrics, /switchyard_provider_key_limit\{provider="example"\} 1/);
  await release('m2');
  assert.equal((await second).status, 200);
  await upstream.request(3);
  assert.deepEqual(
    keys(),
    ['aaaa', 'bbbb', 'bbbb'],
    'it was prepared for the first key, and sent with the second',
  );
  await release('m1');
  await release('m3');
  assert.deepEqual([(await first).status, (await third).status], [200, 200]);
  assert.equal((await limit()).busy, 0);
});

test("one caller's credential is full and another's is not; who finds the queue full is told when to return", async () => {
  await start({ perKey: 1, queue: 1 }, { kind: 'caller' });
  const mine = { 'x-api-key': 'sk-of-mine' };
  const first = ask('m1', mine);
  await upstream.request(1);
  const second = ask('m2', mine);
  await toWait(1);
  const refused = await ask('m3', mine);
  assert.deepEqual([refused.status, refused.headers['retry-after']], [529, '60']);
  assert.match(refused.body.toString(), /overloaded_error.*as one account may have \(1\), and 1 wait/);
  const others = ask('m4', { 'x-api-key': 'sk-of-somebody-else' });
  await upstream.request(2);
  assert.deepEqual(asked(), ['m1', 'm4']);
  const accounts = (await limit()).keys.map(({ account }) => account);
  assert.ok(
    accounts.every((account) => /^caller-[0-9a-f]{12}$/.test(account)),
    accounts.join(),
  );
  for (const model of ['m4', 'm1', 'm2']) await release(model);
  for (const answered of [first, second, others]) assert.equal((await answered).status, 200);
});

test('a client key with many sessions gets no more turns than one with few', async () => {
  await start({ concurrent: 1 });
  const by = (key: string, session: string) => ({
    'x-switchyard-key': `sy-${key}`,
    'x-claude-code-session-id': session,
    'user-agent': 'claude-cli/2.1.328',
  });
  const running = [ask('m0', by('many', 's0'))];
  await upstream.request(1);
  const arrivals = [
    ['m1', by('many', 's1')],
    ['m2', by('many', 's2')],
    ['m3', by('many', 's3')],
    ['f1', by('few', 's1')],
    ['f2', by('few', 's1')],
  ] as const;
  for (const [position, [model, headers]] of arrivals.entries()) {
    running.push(ask(model, headers));
    await toWait(position + 1);
  }
  for (const model of ['m0', 'm1', 'f1', 'm2', 'f2', 'm3']) await release(model);
  await Promise.all(running);
  assert.deepEqual(asked(), ['m0', 'm1', 'f1', 'm2', 'f2', 'm3']);
});

test('what a client key has used today is known after a restart, and a file that cannot be read is told', async () => {
  const state = await mkdtemp(join(tmpdir(), 'switchyard-key-use-'));
  const key: ClientKey = {
    name: 'laptop',
    digest: createHash('sha256').update('sy-laptop').digest('hex'),
    expiresAt: undefined,
    labels: { project: undefined, user: undefined },
    limits: { requestsPerMinute: undefined, concurrent: undefined, tokensPerDay: 100 },
  };
  const provider = exampleProvider({ origin: originOf(new URL(upstream.url)) });
  const begin = async (): Promise<void> => {
    gateway = await startInProcess({ providers: [provider], server: { clientKeys: [key] }, state });
  };
  const send = () => ask('m', { 'x-switchyard-key': 'sy-laptop' });
  upstream.script({ answer: text('hello', { input: 70, output: 50 }) });
  await begin();
  assert.equal((await send()).status, 200);
  // The file follows by itself, so that a kill forgets no more than the last quarter of a second.
  const file = join(state, 'key-use-0.json');
  await until('the use to be written', () => readFile(file, 'utf8').catch(() => undefined));
  await gateway.stop();
  await begin();
  const refused = await send();
  assert.equal(refused.status, 429);
  assert.match(refused.body.toString(), /laptop has used its 100 tokens of today/);
  assert.ok(Number(refused.headers['retry-after']) > 0);
  await gateway.stop();
  await writeFile(file, '{"version":1,');
  await begin();
  assert.equal((await send()).status, 200);
  assert.ok(
    gateway.logged.some(({ message: line }) => line.includes('client keys have used today cannot be read')),
  );
  await gateway.stop();
  await rm(state, { recursive: true });
});
