/** Bodies are kept only while somebody asked for it, without secrets, and exactly where there was none. */
import assert from 'node:assert/strict';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { createAdminClient, type AdminClient } from '../../src/admin-client/admin-client.ts';
import { AdminClientError } from '../../src/admin-client/admin-client-error.ts';
import type { ExchangeBodies } from '../../src/contract/capture.ts';
import { originOf } from '../../src/domain/origin.ts';
import type { Provider } from '../../src/domain/provider.ts';
import { Secret } from '../../src/lib/secret.ts';
import { cut, gzipped, status, text } from '../support/answers.ts';
import { call, message, type Called } from '../support/call.ts';
import { exampleProvider } from '../support/example-provider.ts';
import { findSecret } from '../support/find-secret.ts';
import {
  ADMIN_TOKEN,
  exampleSnapshot,
  startInProcess,
  type InProcessGateway,
  type SnapshotChanges,
} from '../support/in-process-gateway.ts';
import { jsonReply, type Answer } from '../support/reply.ts';
import { startScriptedUpstream, type ScriptedUpstream } from '../support/scripted-upstream.ts';
import { until } from '../support/until.ts';

const PROVIDER_KEY = 'a-key-of-the-provider-0123456789';
const CALLER_KEY = 'a-key-of-the-caller-0123456789';
const MAX_BODY = 64 * 1024;

const directory = mkdtempSync(join(tmpdir(), 'switchyard-capture-'));
const captures = join(directory, 'captures');
let upstream: ScriptedUpstream;
let gateway: InProcessGateway;
let admin: AdminClient;

function provider(changes: Partial<Provider> = {}): Provider {
  const auth = {
    kind: 'secret',
    header: 'x-api-key',
    scheme: undefined,
    secret: new Secret(PROVIDER_KEY),
  } as const;
  return exampleProvider({ origin: originOf(new URL(upstream.url)), auth, ...changes });
}

function changes(more: Partial<SnapshotChanges> = {}): SnapshotChanges {
  const translated = provider({ name: 'chat', format: 'openai-chat' });
  const target = (name: string) => ({ provider: name, model: undefined });
  return {
    providers: [provider(), translated],
    routes: {
      mappings: [
        { match: 'chat-*', targets: [target('chat')] },
        { match: 'both-*', targets: [target('example'), target('chat')] },
      ],
    },
    ledger: directory,
    capture: { maxBodyBytes: MAX_BODY },
    ...more,
  };
}

before(async () => {
  upstream = await startScriptedUpstream();
  gateway = await startInProcess(changes());
  admin = createAdminClient({ url: gateway.url, token: new Secret(ADMIN_TOKEN) });
});

afterEach(async () => {
  upstream.reset();
  await admin.call('setCapture', { body: { mode: 'off' } });
});

after(async () => {
  await gateway.stop();
  await upstream.close();
  rmSync(directory, { recursive: true });
});

const ask = (model: string, more: object = {}, headers: Record<string, string> = {}): Promise<Called> =>
  call(gateway.url, '/v1/messages', {
    headers: { 'x-api-key': CALLER_KEY, ...headers },
    body: JSON.stringify(message(model, { ...more })),
  });

const idOf = ({ headers }: Called): string => String(headers['x-switchyard-exchange']);

async function bodiesOf(id: string): Promise<ExchangeBodies | undefined> {
  return admin.call('bodies', { parameters: { id } }).catch((error: unknown) => {
    if (error instanceof AdminClientError && error.code === 'not_recorded') return undefined;
    throw error;
  });
}

/** They are written behind the back of the exchange. */
const captured = (called: Called): Promise<ExchangeBodies> =>
  until('the bodies to be stored', () => bodiesOf(idOf(called)));

test('nothing is kept unless it was asked for', async () => {
  const called = await ask('example-1');
  assert.equal(await bodiesOf(idOf(called)), undefined);
  assert.equal(existsSync(captures), false);
  assert.deepEqual((await admin.call('capture')).mode, 'off');
});

test('what passed is kept byte for byte, each body once', async () => {
  await admin.call('setCapture', { body: { mode: 'all' } });
  const body = ` ${JSON.stringify(message('example-1', { stream: true, metadata: { user_id: 'käse' } }))}\n`;
  const called = await call(gateway.url, '/v1/messages?beta=true', { headers: { 'x-kept': 'yes' }, body });
  const { request, attempts, answer, bodies, outcome } = await captured(called);
  assert.deepEqual([outcome, request.method, request.path], ['answered', 'POST', '/v1/messages?beta=true']);
  assert.deepEqual(
    request.headers.find(([name]) => name === 'x-kept'),
    ['x-kept', 'yes'],
  );
  const [attempt] = attempts;
  assert.deepEqual([request.body, attempt?.request.body, attempt?.answer?.body, answer?.body], [0, 0, 1, 1]);
  assert.deepEqual(
    bodies.map(({ text: kept, exact }) => [kept, exact]),
    [
      [body, true],
      [called.body.toString(), true],
    ],
  );
  assert.deepEqual([attempt?.lane, attempt?.answer?.status, answer?.status], ['example', 200, 200]);
});

test('secrets are on no disk: neither the provider’s, nor the caller’s, nor what looks like one', async () => {
  const others = 'sk-ant-api03-somebody-pasted-this-0123456789';
  await admin.call('setCapture', { body: { mode: 'all' } });
  upstream.script({ answer: text(`the keys are ${PROVIDER_KEY} and ${ADMIN_TOKEN}`) });
  const called = await ask('example-1', { system: `${CALLER_KEY}, ${others}` });
  const { request, attempts, bodies } = await captured(called);
  assert.deepEqual(
    bodies.map(({ redactions, exact }) => [redactions, exact]),
    [
      [2, false],
      [2, false],
    ],
  );
  assert.equal((JSON.parse(bodies[0]?.text ?? '') as { system: string }).system, '[redacted], [redacted]');
  assert.deepEqual(
    attempts[0]?.request.headers.find(([name]) => name === 'x-api-key'),
    ['x-api-key', '[redacted]'],
  );
  assert.equal(
    request.headers.find(([name]) => name === 'x-api-key'),
    undefined,
  );
  const files = globSync(`${captures}/**/*.capture`).map((path) => zstdDecompressSync(readFileSync(path)));
  for (const secret of [PROVIDER_KEY, CALLER_KEY, ADMIN_TOKEN, others])
    assert.deepEqual(
      files.map((file) => findSecret(file, secret)),
      files.map(() => undefined),
    );
});

for (const model of ['example-1', 'chat-1'])
  test(`a secret that an answer to ${model} spells out over several events is on no disk`, async () => {
    await admin.call('setCapture', { body: { mode: 'all' } });
    upstream.script({ answer: text(`the key is ${PROVIDER_KEY}, so use it`) });
    const called = await ask(model, { stream: true });
    const heard = called.body.toString();
    assert.ok(!heard.includes(PROVIDER_KEY), 'it comes in pieces');
    const { answer, bodies } = await captured(called);
    const { text: kept, redactions } = bodies[answer?.body ?? 0] ?? {};
    assert.equal(redactions, 1);
    const textOf = (body: string): string =>
      [...body.matchAll(/"text":"([^"]*)"/g)].map(([, piece]) => piece).join('');
    assert.equal(textOf(heard), `the key is ${PROVIDER_KEY}, so use it`);
    assert.equal(textOf(kept ?? ''), 'the key is [redacted], so use it');
    for (const body of bodies) assert.ok(!(body.text ?? '').includes(PROVIDER_KEY.slice(-10)));
  });

test('a translated request is kept as it came and as it went, its answer likewise', async () => {
  await admin.call('setCapture', { body: { mode: 'all' } });
  upstream.script({ answer: text('in Chat') });
  const called = await ask('chat-1', { stream: true });
  const { request, attempts, answer, bodies } = await captured(called);
  const [attempt] = attempts;
  assert.equal(attempt?.request.path, '/v1/chat/completions');
  assert.notEqual(attempt?.request.body, request.body);
  assert.equal(bodies[attempt?.request.body ?? -1]?.text, upstream.requests[0]?.body.toString());
  assert.match(bodies[attempt?.answer?.body ?? -1]?.text ?? '', /chat\.completion\.chunk/);
  assert.equal(bodies[answer?.body ?? -1]?.text, called.body.toString());
});

test('every attempt is kept with what it was told', async () => {
  await admin.call('setCapture', { body: { mode: 'all' } });
  upstream
    .script({ times: 1, answer: status(529, { message: 'overloaded, says example' }) })
    .script({ answer: text('chat') });
  const { attempts, answer, bodies } = await captured(await ask('both-1'));
  assert.deepEqual(
    attempts.map(({ lane, answer: got }) => [lane, got?.status]),
    [
      ['example', 529],
      ['chat', 200],
    ],
  );
  assert.match(bodies[attempts[0]?.answer?.body ?? -1]?.text ?? '', /overloaded, says example/);
  assert.equal(answer?.status, 200);
});

test('in errors mode only what failed is kept, the gateway’s own refusals too', async () => {
  await admin.call('setCapture', { body: { mode: 'errors' } });
  const good = await ask('example-1');
  upstream.script({ times: 1, answer: status(400, { message: 'a bad request, says example' }) });
  const bad = await ask('example-1');
  const refused = await call(gateway.url, '/v1/messages', { body: '{"model":' });
  const { attempts, answer } = await captured(bad);
  assert.deepEqual([attempts.length, answer?.status], [1, 400]);
  const own = await captured(refused);
  assert.deepEqual([own.outcome, own.attempts.length, own.answer?.status], ['refused', 0, 400]);
  assert.equal(own.bodies[0]?.text, '{"model":');
  assert.equal(await bodiesOf(idOf(good)), undefined);
});

test('an encoded answer is kept inflated, one in an unknown encoding not at all', async () => {
  await admin.call('setCapture', { body: { mode: 'all' } });
  upstream.script({ times: 1, answer: gzipped(text(`packed ${PROVIDER_KEY}`)) });
  const packed = (await captured(await ask('example-1'))).bodies[1];
  assert.deepEqual([packed?.inflated_from, packed?.redactions, packed?.exact], ['gzip', 1, false]);
  assert.match(packed?.text ?? '', /packed \[redacted\]/);
  const strange: Answer = () => jsonReply(200, { packed: PROVIDER_KEY }, [['content-encoding', 'strange']]);
  upstream.script({ times: 1, answer: strange });
  const unread = (await captured(await ask('example-1'))).bodies[1];
  assert.deepEqual([unread?.cut_by, unread?.kept, unread?.exact], ['encoding', 0, false]);
});

test('of a long body the beginning is kept, and that is said', async () => {
  await admin.call('setCapture', { body: { mode: 'all' } });
  const { bodies } = await captured(await ask('example-1', { system: 'long '.repeat(MAX_BODY / 4) }));
  const [request] = bodies;
  assert.deepEqual([request?.kept, request?.cut_by, request?.exact], [MAX_BODY, 'limit', false]);
  assert.ok((request?.size ?? 0) > MAX_BODY);
});

test('a stream that broke off is kept as far as it came', async () => {
  await admin.call('setCapture', { body: { mode: 'errors' } });
  upstream.script({ answer: cut(text('never said'), 300, 'reset') });
  const called = await ask('example-1', { stream: true });
  const { outcome, attempts, bodies } = await captured(called);
  assert.deepEqual([outcome, bodies[attempts[0]?.answer?.body ?? -1]?.size], ['broken', 300]);
});

test('capture falls back by itself when its time is over', async () => {
  const state = await admin.call('setCapture', { body: { mode: 'all', for_ms: 300 } });
  assert.equal(state.mode, 'all');
  assert.ok(Math.abs((state.until ?? 0) * 1000 - Date.now()) < 5_000);
  await until('capture to be off again', async () => (await admin.call('capture')).mode === 'off');
  const called = await ask('example-1');
  assert.equal(await bodiesOf(idOf(called)), undefined);
});

test('a configuration that asks for it switches it on while the gateway runs', async () => {
  const apply = (capture: SnapshotChanges['capture']) =>
    gateway.running.configuration.applySnapshot({
      snapshot: exampleSnapshot(changes({ capture: { maxBodyBytes: MAX_BODY, ...capture } })),
      path: undefined,
    });
  apply({ mode: 'errors' });
  assert.equal((await admin.call('capture')).mode, 'errors');
  const inAYear = Date.now() + 365 * 86_400_000;
  apply({ mode: 'all', until: inAYear });
  await captured(await ask('example-1'));
  const state = await admin.call('capture');
  assert.deepEqual([state.mode, (state.until ?? 0) * 1000 - inAYear < 60_000], ['all', true]);
  apply({ mode: 'errors', until: Date.now() - 1 });
  assert.equal((await admin.call('capture')).mode, 'off');
  apply({});
});

const TOKEN_ONLY: readonly [string, string][] = [
  ['GET', '/api/capture'],
  ['PUT', '/api/capture'],
  ['GET', '/api/exchanges/x/bodies'],
];

for (const [method, path] of TOKEN_ONLY)
  test(`${method} ${path} needs the admin token`, async () => {
    assert.equal((await call(gateway.url, path, { method })).status, 401);
  });

test('an id is no path', async () => {
  await assert.rejects(admin.call('bodies', { parameters: { id: '../../lock' } }), AdminClientError);
  await assert.rejects(admin.call('bodies', { parameters: { id: '..' } }), AdminClientError);
  await assert.rejects(admin.call('bodies', { parameters: { id: 'a.b' } }), /No bodies/);
});

test('without a ledger there is no place for bodies, and that is said', async () => {
  const { ledger: _, ...without } = changes();
  const bare = await startInProcess(without);
  const its = createAdminClient({ url: bare.url, token: new Secret(ADMIN_TOKEN) });
  await assert.rejects(
    its.call('setCapture', { body: { mode: 'all' } }),
    /the ledger, which is switched off/,
  );
  await bare.stop();
});
