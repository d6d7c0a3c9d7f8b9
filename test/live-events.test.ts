/** What a running gateway tells about itself while it works. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { liveEventSchema, type LiveEvent } from '../src/contract/events.ts';
import { originOf } from '../src/domain/origin.ts';
import { DEFAULT_BREAKER_SETTINGS } from '../src/guard/breaker-settings.ts';
import { cut, status, text } from './support/answers.ts';
import { call, message } from './support/call.ts';
import { exampleProvider } from './support/example-provider.ts';
import { ADMIN_TOKEN, startInProcess, type InProcessGateway } from './support/in-process-gateway.ts';
import { startScriptedUpstream, type ScriptedUpstream } from './support/scripted-upstream.ts';

let upstream: ScriptedUpstream;
let gateway: InProcessGateway;

beforeEach(async () => {
  upstream = await startScriptedUpstream();
  gateway = await startInProcess({
    providers: [exampleProvider({ name: 'main', origin: originOf(new URL(upstream.url)) })],
    guard: { breakers: { ...DEFAULT_BREAKER_SETTINGS, consecutive: 2 } },
  });
});
afterEach(async () => {
  await gateway.stop();
  await upstream.close();
});

const ask = (stream: boolean) =>
  call(gateway.url, '/v1/messages', { body: message('claude-haiku-4-5', { stream }) });

/** What is published while `work` runs. */
async function eventsOf(work: () => Promise<unknown>): Promise<LiveEvent[]> {
  const subscription = gateway.running.events.subscribe();
  await work();
  subscription.close();
  const all: LiveEvent[] = [];
  for (let taken = await subscription.next(); taken !== undefined; taken = await subscription.next())
    all.push(...taken.map(({ event }) => liveEventSchema.parse(event)));
  return all;
}

test('an exchange tells its beginning, its first token and its end, in the ledger’s words', async () => {
  upstream.script({ answer: text('hello there', { input: 11, output: 7 }) });
  const events = await eventsOf(async () => {
    await ask(true);
    await gateway.record();
  });
  const [started, first, ended] = events;
  assert.equal(events.length, 3);
  assert.ok(started?.type === 'exchange.started' && first?.type === 'exchange.first_token');
  assert.ok(ended?.type === 'exchange.ended');
  assert.equal(started.exchange, gateway.records[0]?.id);
  assert.equal(started.decision, gateway.records[0]?.decision?.id);
  assert.deepEqual(started.targets, [{ provider: 'main', model: null }]);
  assert.deepEqual([first.exchange, first.provider, first.ordinal], [started.exchange, 'main', 0]);
  const {
    exchange,
    outcome,
    status: answered,
    lane,
    attempts,
    input_tokens: input,
    output_tokens: output,
  } = ended;
  assert.deepEqual(
    { exchange, outcome, answered, lane, attempts, input, output },
    {
      exchange: started.exchange,
      outcome: 'answered',
      answered: 200,
      lane: 'main',
      attempts: 1,
      input: 11,
      output: 7,
    },
  );
});

test('a breaker that opens, a provider that is paused and one that is taken up again are told once each', async () => {
  upstream.script({ answer: cut(text('hello'), 0, 'reset') });
  const pause = (paused: boolean) =>
    call(gateway.url, '/api/providers/main/paused', {
      method: 'PUT',
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
      body: JSON.stringify({ paused }),
    });
  const events = await eventsOf(async () => {
    await ask(false);
    await ask(false);
    for (const paused of [true, true, false, false]) await pause(paused);
  });
  const others = events.filter(({ type }) => !type.startsWith('exchange.'));
  assert.deepEqual(
    others.map(({ type }) => type),
    ['breaker.changed', 'provider.paused', 'provider.resumed'],
  );
  assert.ok(others[0]?.type === 'breaker.changed' && others[0].state === 'open');
});

test('the windows of a subscription are told when they change, and not with every answer', async () => {
  for (const used of ['0.5', '0.5', '0.6'])
    upstream.script({
      times: 1,
      answer: async (request) => {
        const reply = await text('hello')(request);
        const headers = [...reply.headers, ['anthropic-ratelimit-unified-5h-utilization', used] as const];
        return { ...reply, headers };
      },
    });
  const events = await eventsOf(async () => {
    for (let index = 0; index < 3; index += 1) await ask(false);
  });
  const told = events.flatMap((event) => (event.type === 'quota.changed' ? [event] : []));
  assert.deepEqual(
    told.map(({ windows }) => windows[0]?.utilization),
    [0.5, 0.6],
  );
});

test('a target that asks to be left alone is told with its reason', async () => {
  upstream.script({ answer: status(429, { headers: [['retry-after', '30']] }) });
  const events = await eventsOf(() => ask(false));
  const cooled = events.find(({ type }) => type === 'target.cooled');
  assert.ok(cooled?.type === 'target.cooled');
  assert.equal(cooled.for_ms, 30_000);
  assert.match(cooled.reason, /rate limit/);
});
