/** Routes that choose: by lot, by load, by session, by quota; through the running gateway. */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { originOf } from '../src/domain/origin.ts';
import type { Task } from '../src/domain/task.ts';
import { DEFAULT_GUARD_SETTINGS } from '../src/guard/guard-settings.ts';
import type { TargetList, TargetPick } from '../src/routing/route-settings.ts';
import { Secret } from '../src/lib/secret.ts';
import { agent, status, text } from './support/answers.ts';
import { call, message, type Called } from './support/call.ts';
import { exampleProvider } from './support/example-provider.ts';
import { startInProcess, type InProcessGateway, type SnapshotChanges } from './support/in-process-gateway.ts';
import { startScriptedUpstream, type ScriptedUpstream } from './support/scripted-upstream.ts';
import { until } from './support/until.ts';

let one: ScriptedUpstream;
let two: ScriptedUpstream;
let gateway: InProcessGateway;

before(async () => {
  [one, two] = await Promise.all([startScriptedUpstream(), startScriptedUpstream()]);
});

after(async () => {
  await Promise.all([one.close(), two.close()]);
});

afterEach(async () => {
  await gateway.stop();
  one.reset();
  two.reset();
});

const ONE = { provider: 'one', model: 'm' };
const TWO = { provider: 'two', model: 'm' };

async function start(changes: Omit<SnapshotChanges, 'providers'>): Promise<void> {
  const at = (name: string, upstream: ScriptedUpstream) =>
    exampleProvider({ name, origin: originOf(new URL(upstream.url)), auth: { kind: 'caller' } });
  gateway = await startInProcess({ providers: [at('one', one), at('two', two)], ...changes });
}

const startPicking = (pick: TargetPick): Promise<void> =>
  start({ routes: { fallback: [ONE, TWO], picks: new Map([['default', pick]]) } });

function ask(session?: string, more: Readonly<Record<string, unknown>> = {}, model = 'any'): Promise<Called> {
  const headers: Record<string, string> = { 'user-agent': 'claude-cli/2.1.328' };
  if (session !== undefined) headers['x-claude-code-session-id'] = session;
  return call(gateway.url, '/v1/messages', { headers, body: message(model, more) });
}

const counts = (): number[] => [one.requests.length, two.requests.length];

test('lots fall by weight, and a session stays where it fell', async () => {
  await startPicking({ kind: 'weighted', weights: [3, 1] });
  await Promise.all(Array.from({ length: 200 }, () => ask()));
  const [first = 0] = counts();
  assert.ok(first > 120 && first < 180, `${first} of 200`);
  for (const session of ['a', 'b', 'c', 'd', 'e', 'f']) {
    await ask(session);
    const [before] = counts();
    const wentToOne = gateway.records.at(-1)?.attempts[0]?.provider === 'one';
    for (let turn = 0; turn < 4; turn++) await ask(session);
    assert.equal(counts()[0], (before ?? 0) + (wentToOne ? 4 : 0), `session ${session}`);
    assert.match(gateway.records.at(-1)?.decision?.evidence ?? '', /the session stays with/);
  }
});

test('the least busy target gets the next request', async () => {
  await startPicking({ kind: 'least-busy' });
  const released = Promise.withResolvers<void>();
  const held = async (request: Parameters<typeof agent>[0]) => (await released.promise, agent(request));
  one.script({ answer: held });
  two.script({ answer: held });
  const running = Array.from({ length: 2 }, () => ask());
  await until('both to be busy', () => counts().every((count) => count === 1));
  running.push(ask(), ask());
  await until('both to be busier', () => counts().every((count) => count === 2));
  released.resolve();
  await Promise.all(running);
});

test('a sticky session that had to move stays where its prompt cache is, and releases a target that cools', async () => {
  await startPicking({ kind: 'sticky' });
  await ask('s');
  one.script({ times: 1, answer: status(429, { headers: [['retry-after-ms', '30']] }) });
  await ask('s');
  assert.deepEqual(counts(), [2, 1], 'moved');
  await until('the first target to be ready for others', async () => {
    await ask();
    return gateway.records.at(-1)?.attempts[0]?.provider === 'one';
  });
  const [before = 0] = counts();
  await ask('s');
  assert.equal(counts()[0], before, 'the session stays with the second');
  two.script({ times: 1, answer: status(429, { headers: [['retry-after', '60']] }) });
  await ask('s');
  await ask('s');
  assert.equal(gateway.records.at(-1)?.attempts[0]?.provider, 'one', 'released');
});

test('a subagent has a session of its own', async () => {
  await startPicking({ kind: 'sticky' });
  await ask('s');
  one.script({ times: 1, answer: status(529) });
  await ask('s');
  const headers = {
    'user-agent': 'claude-cli/2.1.328',
    'x-claude-code-session-id': 's',
    'x-claude-code-agent-id': 'a',
  };
  await call(gateway.url, '/v1/messages', { headers, body: message('any') });
  assert.equal(gateway.records.at(-1)?.attempts[0]?.provider, 'one');
});

const LONG = new Map<Task, TargetList>([['long_context', [TWO]]]);
const long = (bytes: number): Record<string, unknown> => ({
  messages: [{ role: 'user', content: 'x'.repeat(bytes) }],
});

test('a session that sways around the threshold does not change its model with every turn; asides do not count', async () => {
  await start({ routes: { fallback: [ONE], tasks: LONG }, tasks: { longContext: { threshold: 1_000 } } });
  one.script({ answer: text('ok', { input: 0 }) });
  two.script({ answer: text('ok', { input: 0 }) });
  const wentTo = async (bytes: number): Promise<string | undefined> => {
    await ask('s', long(bytes));
    return gateway.records.at(-1)?.attempts[0]?.provider;
  };
  assert.equal(await wentTo(3_600), 'one');
  assert.equal(await wentTo(4_400), 'two');
  assert.equal(await wentTo(3_600), 'two', 'not yet well below');
  assert.equal(await wentTo(2_000), 'one', 'compacted');
  assert.equal(await wentTo(3_600), 'one');
  await ask('other', long(3_600));
  assert.equal(gateway.records.at(-1)?.attempts[0]?.provider, 'one');
});

test('the size of prompts is learned from what providers count', async () => {
  await start({ routes: { fallback: [ONE], tasks: LONG }, tasks: { longContext: { threshold: 3_000 } } });
  // This tokenizer makes a token of two bytes: half as many as the first guess.
  one.script({ answer: (request) => text('ok', { input: Math.round(request.body.length / 2) })(request) });
  for (let turn = 0; turn < 20; turn++) await ask(undefined, long(4_000), 'dense');
  assert.deepEqual(counts(), [20, 0]);
  await ask(undefined, long(7_000), 'dense');
  assert.deepEqual(counts(), [20, 1]);
  await ask(undefined, long(7_000), 'other');
  assert.deepEqual(counts(), [21, 1]);
});

const reset = (): string => String(Math.ceil(Date.now() / 1000) + 3_600);
const UNIFIED = 'anthropic-ratelimit-unified-';

test('while a subscription has nothing left, the tiers that are to be spared go elsewhere; other callers do not', async () => {
  await start({
    routes: { tiers: { opus: [ONE], sonnet: [ONE], haiku: [ONE] }, offload: new Map([['sonnet', [TWO]]]) },
  });
  const headersOf = (utilization: string): (readonly [string, string])[] => [
    [`${UNIFIED}5h-utilization`, utilization],
    [`${UNIFIED}5h-reset`, reset()],
    [`${UNIFIED}5h-status`, 'allowed'],
    [`${UNIFIED}status`, 'allowed'],
    [`${UNIFIED}7d-utilization`, '1.0'],
    [`${UNIFIED}7d-reset`, '1'],
  ];
  let utilization = '0.97';
  one.script({
    answer: async (request) => {
      const reply = await agent(request);
      return { ...reply, headers: [...reply.headers, ...headersOf(utilization)] };
    },
  });
  const as = async (token: string, model: string): Promise<string | undefined> => {
    await call(gateway.url, '/v1/messages', { headers: { 'x-api-key': token }, body: message(model) });
    return gateway.records.at(-1)?.attempts[0]?.provider;
  };
  assert.equal(await as('alice', 'claude-sonnet-5-5'), 'one');
  assert.equal(await as('alice', 'claude-sonnet-5-5'), 'one', 'three per cent are left');
  utilization = '1.0';
  assert.equal(await as('alice', 'claude-sonnet-5-5'), 'one');
  assert.equal(await as('alice', 'claude-sonnet-5-5'), 'two', 'offloaded');
  assert.match(
    gateway.records.at(-1)?.decision?.evidence ?? '',
    /^the 5h window of the subscription is used up until/,
  );
  assert.equal(gateway.records.at(-1)?.decision?.rule, 'quota');
  assert.equal(await as('alice', 'claude-opus-5-5'), 'one', 'not to be spared');
  assert.equal(await as('bob', 'claude-sonnet-5-5'), 'one', 'another account');
  const shown = await call(gateway.url, '/api/status', { method: 'GET' });
  const { quota } = JSON.parse(shown.body.toString()) as {
    quota: { account: string; windows: { utilization: number }[] }[];
  };
  assert.equal(quota.length, 2);
  assert.equal(quota[0]?.windows[0]?.utilization, 1);
  assert.equal(quota[0]?.windows.length, 1, 'a window that has opened again says nothing');
  assert.doesNotMatch(shown.body.toString(), /alice|bob/);
});

test('what is left of one provider’s subscription says nothing of another’s, though the keys of both are the gateway’s', async () => {
  const at = (name: string, upstream: ScriptedUpstream) => {
    const auth = {
      kind: 'secret',
      header: 'x-api-key',
      scheme: undefined,
      secret: new Secret(`k-${name}`),
    } as const;
    return exampleProvider({ name, origin: originOf(new URL(upstream.url)), auth });
  };
  gateway = await startInProcess({
    providers: [at('one', one), at('two', two)],
    routes: { tiers: { opus: [TWO], sonnet: [ONE], haiku: [ONE] }, offload: new Map([['sonnet', [TWO]]]) },
  });
  const usedUp = (upstream: ScriptedUpstream) =>
    upstream.script({
      answer: async (request) => {
        const reply = await agent(request);
        const told: [string, string][] = [
          [`${UNIFIED}5h-utilization`, '1'],
          [`${UNIFIED}5h-reset`, reset()],
        ];
        return { ...reply, headers: [...reply.headers, ...told] };
      },
    });
  usedUp(two);
  await ask(undefined, {}, 'claude-opus-5-5');
  await ask(undefined, {}, 'claude-sonnet-5-5');
  assert.deepEqual(counts(), [1, 1]);
  usedUp(one);
  await ask(undefined, {}, 'claude-sonnet-5-5');
  await ask(undefined, {}, 'claude-sonnet-5-5');
  assert.deepEqual(counts(), [2, 2], 'its own is');
});

test('the request that learns that the window is used up goes elsewhere at once', async () => {
  await start({
    routes: { tiers: { opus: [ONE], sonnet: [ONE], haiku: [ONE] }, offload: new Map([['sonnet', [TWO]]]) },
  });
  const refusal = status(429, {
    headers: [
      [`${UNIFIED}status`, 'rejected'],
      [`${UNIFIED}representative-claim`, 'five_hour'],
      [`${UNIFIED}reset`, reset()],
    ],
  });
  one.script({ answer: refusal });
  const ask = (model: string): Promise<Called> =>
    call(gateway.url, '/v1/messages', { headers: { 'x-api-key': 'alice' }, body: message(model) });
  const answered = await ask('claude-sonnet-5-5');
  assert.equal(answered.status, 200);
  assert.match(String(answered.headers['x-switchyard-decision']), /^rule=quota; target=two\/m; attempts=2;/);
  assert.match(gateway.records.at(-1)?.decision?.evidence ?? '', /^the 5h window of the subscription/);
  const metrics = (await call(gateway.url, '/metrics', { method: 'GET' })).body.toString();
  assert.deepEqual(metrics.match(/^switchyard_cascade_switches_total.*$/gm), [
    'switchyard_cascade_switches_total{from="one",to="two",error="http_429"} 1',
  ]);
  assert.equal((await ask('claude-opus-5-5')).status, 429, 'a tier that is not to be spared');
  assert.deepEqual(counts(), [2, 1]);
});

test('tokens are estimated where the turn has come to a target that cannot count: it is not sent there as a prompt', async () => {
  const at = (name: string, upstream: ScriptedUpstream) =>
    exampleProvider({ name, origin: originOf(new URL(upstream.url)), auth: { kind: 'caller' } });
  const refusal = status(429, {
    headers: [
      [`${UNIFIED}status`, 'rejected'],
      [`${UNIFIED}reset`, reset()],
    ],
  });
  gateway = await startInProcess({
    providers: [at('one', one), { ...at('two', two), format: 'openai-chat', countTokens: 'estimate' }],
    routes: {
      tiers: { opus: [ONE, TWO], sonnet: [ONE], haiku: [ONE] },
      offload: new Map([['sonnet', [TWO]]]),
    },
  });
  for (const [model, answer] of [
    ['claude-opus-5-5', status(529)],
    ['claude-sonnet-5-5', refusal],
  ] as const) {
    one.reset();
    one.script({ answer });
    const headers = { 'x-api-key': 'alice' };
    const answered = await call(gateway.url, '/v1/messages/count_tokens', { headers, body: message(model) });
    assert.deepEqual([answered.status, answered.headers['x-switchyard-estimate']], [200, 'true'], model);
    assert.match(String(answered.headers['x-switchyard-decision']), /target=two; attempts=1;/);
    assert.deepEqual(counts(), [1, 0], model);
  }
});

test('a window that is used up cools the account, not the callers beside it', async () => {
  await start({ routes: { fallback: [ONE, TWO] }, guard: DEFAULT_GUARD_SETTINGS });
  const refusal = status(429, {
    headers: [
      [`${UNIFIED}status`, 'rejected'],
      [`${UNIFIED}reset`, reset()],
    ],
  });
  one.script({ times: 1, answer: refusal });
  const as = (token: string): Promise<Called> =>
    call(gateway.url, '/v1/messages', { headers: { 'x-api-key': token }, body: message('any') });
  await as('alice');
  await as('alice');
  assert.deepEqual(counts(), [1, 2]);
  assert.match(gateway.records.at(-1)?.decision?.skipped[0]?.reason ?? '', /window of its plan is used up/);
  await as('bob');
  assert.deepEqual(counts(), [2, 2]);
});

test('the cheapest target by the configured prices is asked, and the evidence says so', async () => {
  const configured = { 'one/m': { input: 3, output: 15 }, 'two/m': { input: 0.6, output: 2.2 } };
  await start({
    routes: { fallback: [ONE, TWO], picks: new Map([['default', { kind: 'cheapest' }]]) },
    prices: { configured, environment: {} },
  });
  await ask();
  assert.deepEqual(counts(), [0, 1]);
  const { decision } = await gateway.record();
  assert.match(decision?.evidence ?? '', /two\/m is the cheapest: \$[\d.e-]+ for about \d+ prompt tokens/);
});
