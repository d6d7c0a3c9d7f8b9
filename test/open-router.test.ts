/** What requests to OpenRouter carry for its own routing. */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { originOf } from '../src/domain/origin.ts';
import type { Provider } from '../src/domain/provider.ts';
import { DEFAULT_GUARD_SETTINGS } from '../src/guard/guard-settings.ts';
import { status, text } from './support/answers.ts';
import { call } from './support/call.ts';
import { exampleProvider } from './support/example-provider.ts';
import { ADMIN_TOKEN, startInProcess, type InProcessGateway } from './support/in-process-gateway.ts';
import { jsonOf, modelOf } from './support/recorded-request.ts';
import { jsonReply } from './support/reply.ts';
import { startScriptedUpstream, type ScriptedUpstream } from './support/scripted-upstream.ts';

let upstream: ScriptedUpstream;
let gateway: InProcessGateway | undefined;

before(async () => {
  upstream = await startScriptedUpstream();
});

after(() => upstream.close());

afterEach(async () => {
  await gateway?.stop();
  gateway = undefined;
  upstream.reset();
});

const THROUGHPUT = { sort: { by: 'throughput', partition: 'none' } };
const OPEN_ROUTER = { models: 3, members: { provider: THROUGHPUT } };

async function start(models: readonly string[], changes: Partial<Provider> = {}): Promise<InProcessGateway> {
  const at = (name: string, more: Partial<Provider>) =>
    exampleProvider({ name, format: 'openai-chat', origin: originOf(new URL(upstream.url)), ...more });
  const targets = models.map((model) => ({ provider: 'openrouter', model }));
  const [first = { provider: 'openrouter', model: 'm' }, ...others] = targets;
  gateway = await startInProcess({
    providers: [at('openrouter', { openRouter: OPEN_ROUTER, ...changes }), at('other', {})],
    routes: { fallback: [first, ...others, { provider: 'other', model: 'last' }] },
    guard: { retry: { ...DEFAULT_GUARD_SETTINGS.retry, budget: 1 } },
  });
  return gateway;
}

const BODY = '{"messages": [{"role":"user","content":"h\\u00e9"}],"model":"x"}';

async function sent(body = BODY, path = '/v1/chat/completions'): Promise<string> {
  const answered = await call(gateway?.url ?? '', path, { body });
  assert.equal(answered.status, 200, answered.body.toString());
  return upstream.requests.at(-1)?.body.toString() ?? '';
}

test('a request names the next targets as fall-backs, at most three models, and asks for throughput', async () => {
  await start(['a', 'b', 'c', 'd']);
  const added = `,"models":["a","b","c"],"provider":${JSON.stringify(THROUGHPUT)}}`;
  assert.equal(await sent(), BODY.replace('"x"', '"a"').replace(/\}$/, added));
});

test("what the client wrote itself counts, and other providers' requests carry nothing", async () => {
  await start(['a', 'b']);
  const own = BODY.replace(/\}$/, ',"models":["mine"],"provider":{"order":["x"]}}');
  assert.equal(await sent(own), own.replace('"x"', '"a"'));
  upstream.script({ answer: (request) => (modelOf(request) === 'last' ? text('ok') : status(503))(request) });
  assert.equal(await sent(), BODY.replace('"x"', '"last"'));
});

test('a model without tools is no fall-back for requests that offer some', async () => {
  await start(['a', 'b', 'c'], { models: new Map([['b', { contextWindow: undefined, tools: false }]]) });
  const offering = BODY.replace(/\}$/, ',"tools":[{"type":"function","function":{"name":"f"}}]}');
  assert.deepEqual((JSON.parse(await sent(offering)) as { models: unknown }).models, ['a', 'c']);
  assert.deepEqual((JSON.parse(await sent()) as { models: unknown }).models, ['a', 'b', 'c']);
  upstream.requests.length = 0;
  upstream.script({ answer: status(503) });
  await call(gateway?.url ?? '', '/v1/chat/completions', { body: offering });
  assert.deepEqual(upstream.requests.map(modelOf), ['a', 'last', 'c'], 'nor is it asked by the gateway');
});

test('a model whose breaker is open is no fall-back', async () => {
  const { url } = await start(['a', 'b', 'c']);
  const key = { provider: 'openrouter', model: 'b', for_ms: 60_000 };
  const opened = await call(url, '/api/breakers/open', {
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    body: key,
  });
  assert.equal(opened.status, 200);
  assert.deepEqual((JSON.parse(await sent()) as { models: unknown }).models, ['a', 'c']);
});

test('models that OpenRouter has just asked by itself are asked again only when nobody else is left', async () => {
  await start(['a', 'b', 'c', 'd']);
  upstream.script({ answer: (request) => (modelOf(request) === 'c' ? text('ok') : status(503))(request) });
  await sent();
  assert.deepEqual(upstream.requests.map(modelOf), ['a', 'd', 'last', 'b', 'c']);
});

test('the model that served is in the record, because it is the one that is paid for', async () => {
  const started = await start(['a', 'b']);
  const message = { role: 'assistant', content: 'ok' };
  const choices = [{ index: 0, message, finish_reason: 'stop' }];
  upstream.script({ answer: () => jsonReply(200, { id: 'x', model: 'b', choices }) });
  await sent();
  const { attempts } = await started.record();
  assert.deepEqual([attempts[0]?.sentModel, attempts[0]?.servedModel], ['a', 'b']);
});

test('a request that was translated carries the same', async () => {
  await start(['a', 'b']);
  await sent('{"model":"x","max_tokens":5,"messages":[{"role":"user","content":"hi"}]}', '/v1/messages');
  const { models, provider } = jsonOf(upstream.requests.at(-1) ?? assert.fail());
  assert.deepEqual([models, provider], [['a', 'b'], THROUGHPUT]);
});
