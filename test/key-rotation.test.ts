/** Several keys of one provider: which is sent, which takes over, and what is learnt of each. */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Breakers } from '../src/contract/guard.ts';
import { originOf } from '../src/domain/origin.ts';
import type { KeyRing } from '../src/domain/provider.ts';
import { Secret } from '../src/lib/secret.ts';
import { agent, status, text } from './support/answers.ts';
import { call, message, type Called } from './support/call.ts';
import { exampleProvider } from './support/example-provider.ts';
import { ADMIN_TOKEN, startInProcess, type InProcessGateway } from './support/in-process-gateway.ts';
import { headerOf, type RecordedRequest } from './support/recorded-request.ts';
import type { Answer } from './support/reply.ts';
import { startScriptedUpstream, type ScriptedUpstream } from './support/scripted-upstream.ts';

let upstream: ScriptedUpstream;
let other: ScriptedUpstream;
let gateway: InProcessGateway;

before(async () => {
  [upstream, other] = await Promise.all([startScriptedUpstream(), startScriptedUpstream()]);
});

after(async () => {
  await Promise.all([upstream.close(), other.close()]);
});

afterEach(async () => {
  await gateway.stop();
  upstream.reset();
  other.reset();
});

const KEYS = ['key-of-account-aaaa', 'key-of-account-bbbb', 'key-of-account-cccc'] as const;

async function start(rotate: KeyRing['rotate'] = 'on-refusal'): Promise<void> {
  const secrets = KEYS.map((key) => new Secret(key));
  const [secret = new Secret('')] = secrets;
  const at = (name: string, { url }: ScriptedUpstream) =>
    exampleProvider({ name, origin: originOf(new URL(url)) });
  const auth = {
    kind: 'secret',
    header: 'x-api-key',
    scheme: undefined,
    secret,
    ring: { rotate, secrets },
  } as const;
  gateway = await startInProcess({
    providers: [{ ...at('one', upstream), auth }, at('two', other)],
    routes: {
      fallback: [
        { provider: 'one', model: 'm' },
        { provider: 'two', model: 'm' },
      ],
    },
  });
}

function ask(session?: string): Promise<Called> {
  const headers: Record<string, string> = {
    'user-agent': 'claude-cli/2.1.328',
    authorization: 'Bearer callers-own',
  };
  if (session !== undefined) headers['x-claude-code-session-id'] = session;
  return call(gateway.url, '/v1/messages', { headers, body: message('any') });
}

function keyOf(request: RecordedRequest): string {
  return (headerOf(request, 'x-api-key') ?? '').slice(-4);
}

const keysSent = (): string[] => upstream.requests.map(keyOf);

/** Answers by the key that was sent. */
function byKey(answers: Readonly<Record<string, Answer>>): Answer {
  return (request) => (answers[keyOf(request)] ?? agent)(request);
}

for (const refusal of [401, 403, 429, 402]) {
  test(`a key that gets ${refusal} makes way for the next at the same target, and is left alone afterwards`, async () => {
    await start();
    upstream.script({ answer: byKey({ aaaa: status(refusal) }) });
    assert.equal((await ask()).status, 200);
    assert.deepEqual(keysSent(), ['aaaa', 'bbbb']);
    await ask();
    assert.deepEqual(keysSent(), ['aaaa', 'bbbb', 'bbbb']);
    assert.equal(other.requests.length, 0);
  });
}

test('when every key is refused, the next target takes over', async () => {
  await start();
  upstream.script({ answer: status(429) });
  other.script({ answer: text('from two') });
  const answered = await ask();
  assert.deepEqual([answered.status, keysSent()], [200, ['aaaa', 'bbbb', 'cccc']]);
  assert.match(answered.body.toString(), /from two/);
  await ask();
  assert.equal(upstream.requests.length, 3, 'all keys are left alone');
});

test('what the provider itself failed at is not tried with another key', async () => {
  await start();
  upstream.script({ answer: status(503) });
  await ask();
  assert.deepEqual(keysSent(), ['aaaa']);
  assert.equal(other.requests.length, 1);
});

test('in turn, requests begin with one key after the other, and a session keeps its key', async () => {
  await start('in-turn');
  for (let turn = 0; turn < 6; turn++) await ask();
  assert.deepEqual(keysSent(), ['aaaa', 'bbbb', 'cccc', 'aaaa', 'bbbb', 'cccc']);
  upstream.reset();
  for (const session of ['s1', 's2', 's3', 's4', 's5', 's6'])
    for (let turn = 0; turn < 3; turn++) await ask(session);
  const keys = keysSent();
  for (let at = 0; at < keys.length; at += 3) assert.equal(new Set(keys.slice(at, at + 3)).size, 1);
  assert.ok(new Set(keys).size > 1, keys.join());
});

test('each key has its own breaker and cool-down, and no key is shown', async () => {
  await start();
  upstream.script({ answer: byKey({ aaaa: status(429), bbbb: status(429) }) });
  await ask();
  const { body } = await call(gateway.url, '/api/breakers', { method: 'GET' });
  const { cooldowns } = JSON.parse(body.toString()) as Breakers;
  assert.deepEqual(cooldowns.map(({ account }) => account).sort(), ['gateway', 'gateway-2']);
  const logged = JSON.stringify(gateway.logged);
  assert.match(logged, /key 1 of 3 \(…aaaa\) was refused/);
  for (const key of KEYS) assert.ok(!logged.includes(key) && !body.includes(key));
});

test('a breaker opened by hand stands for every key', async () => {
  await start();
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  await call(gateway.url, '/api/breakers/open', { headers, body: { provider: 'one', model: 'm' } });
  await ask();
  assert.deepEqual([upstream.requests.length, other.requests.length], [0, 1]);
});

test("the caller's own credential never goes to a provider with keys of the gateway's", async () => {
  await start('in-turn');
  upstream.script({ answer: byKey({ aaaa: status(401), bbbb: status(429), cccc: status(401) }) });
  await ask();
  assert.ok(!upstream.receivedBytes().includes('callers-own'));
});
