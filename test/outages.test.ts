/** Stories of providers that fail, through the running gateway, each checked against the provider's own ledger. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { originOf } from '../src/domain/origin.ts';
import type { Provider } from '../src/domain/provider.ts';
import { DEFAULT_BREAKER_SETTINGS, type BreakerSettings } from '../src/guard/breaker-settings.ts';
import { DEFAULT_GUARD_SETTINGS, type GuardSettings } from '../src/guard/guard-settings.ts';
import type { RetrySettings } from '../src/guard/retry-policy.ts';
import { Secret } from '../src/lib/secret.ts';
import { ZAI_ERRORS } from '../src/providers/error-rules.ts';
import { agent, cut, errorFirst, heldAfter, never, status, text } from './support/answers.ts';
import { named } from './support/anthropic-script.ts';
import { call, message, type Called } from './support/call.ts';
import { exampleProvider } from './support/example-provider.ts';
import {
  ADMIN_TOKEN,
  startInProcess,
  type InProcessGateway,
  type SnapshotChanges,
} from './support/in-process-gateway.ts';
import { jsonReply, rawReply, streamReply, type Answer } from './support/reply.ts';
import { startScriptedUpstream, type ScriptedUpstream } from './support/scripted-upstream.ts';
import { until } from './support/until.ts';

let first: ScriptedUpstream;
let second: ScriptedUpstream;
let third: ScriptedUpstream;

before(async () => {
  [first, second, third] = await Promise.all([
    startScriptedUpstream(),
    startScriptedUpstream(),
    startScriptedUpstream(),
  ]);
});

after(async () => {
  await Promise.all([first.close(), second.close(), third.close()]);
});

const KEY = {
  kind: 'secret',
  header: 'x-api-key',
  scheme: undefined,
  secret: new Secret('own-key'),
} as const;

function providers(changes: Partial<Provider> = {}): Provider[] {
  const at = (name: string, upstream: ScriptedUpstream): Provider =>
    exampleProvider({
      name,
      origin: originOf(new URL(upstream.url)),
      auth: KEY,
      errorRules: ZAI_ERRORS,
      ...changes,
    });
  return [at('first', first), at('second', second), at('third', third)];
}

const to = (provider: string) => ({ provider, model: `model-of-${provider}` });

interface Story {
  readonly breakers?: Partial<BreakerSettings>;
  readonly retry?: Partial<RetrySettings>;
  readonly provider?: Partial<Provider>;
  readonly state?: string;
  readonly routes?: SnapshotChanges['routes'];
}

/** A gateway whose opus has three targets, sonnet two and haiku one. */
async function tell(story: Story, act: (gateway: InProcessGateway) => Promise<void>): Promise<void> {
  for (const upstream of [first, second, third]) upstream.reset();
  const guard: GuardSettings = {
    ...DEFAULT_GUARD_SETTINGS,
    breakers: { ...DEFAULT_BREAKER_SETTINGS, ...story.breakers },
    retry: { ...DEFAULT_GUARD_SETTINGS.retry, ...story.retry },
  };
  const gateway = await startInProcess({
    providers: providers(story.provider),
    guard,
    routes: {
      tiers: {
        opus: [to('first'), to('second'), to('third')],
        sonnet: [to('first'), to('second')],
        haiku: [to('first')],
      },
      ...story.routes,
    },
    ...(story.state === undefined ? {} : { state: story.state }),
  });
  try {
    await act(gateway);
  } finally {
    await gateway.stop();
  }
}

const ask = ({ url }: InProcessGateway, model: string, more: object = {}): Promise<Called> =>
  call(url, '/v1/messages', { body: message(model, { stream: true, ...more }) });

const admin = async (
  { url }: InProcessGateway,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> => {
  const answered = await call(url, path, {
    method,
    headers: {
      authorization: `Bearer ${ADMIN_TOKEN}`,
      ...(body === undefined ? {} : { 'content-length': String(JSON.stringify(body).length) }),
    },
    ...(body === undefined ? {} : { body }),
  });
  assert.equal(answered.status, 200, answered.body.toString());
  return JSON.parse(answered.body.toString());
};

const counts = (): number[] => [first, second, third].map(({ requests }) => requests.length);

function providersOf({ records }: InProcessGateway): string[][] {
  return records.map(({ attempts }) => attempts.map(({ provider }) => provider));
}

test('a 429 with Retry-After: the next target takes over, and the first is spared until its time is up', () =>
  tell({}, async (gateway) => {
    first.script({ times: 1, answer: status(429, { headers: [['retry-after', '1']] }) });
    assert.equal((await ask(gateway, 'claude-sonnet-5-5')).status, 200);
    assert.equal((await ask(gateway, 'claude-sonnet-5-5')).status, 200);
    assert.deepEqual(counts(), [1, 2, 0]);
    const [, spared] = gateway.records;
    assert.match(spared?.decision?.skipped[0]?.reason ?? '', /asked to wait \(rate limit\), for 1 s/);
    const back = await until('the first target to be asked again', async () => {
      const answered = await ask(gateway, 'claude-sonnet-5-5');
      return first.requests.length === 2 && answered;
    });
    assert.match(String(back.headers['x-switchyard-decision']), /target=first\//);
  }));

test('a 429 from the last target that names a short time is waited for; a long time is the client’s', () =>
  tell({}, async (gateway) => {
    first.script({ times: 1, answer: status(429, { headers: [['retry-after-ms', '40']] }) });
    assert.equal((await ask(gateway, 'claude-haiku-4-5')).status, 200);
    assert.deepEqual(counts(), [2, 0, 0]);
    first.script({
      times: 1,
      answer: status(429, { headers: [['retry-after', '90']], message: 'come back later' }),
    });
    const refused = await ask(gateway, 'claude-haiku-4-5');
    assert.equal(refused.status, 429);
    assert.equal(refused.headers['retry-after'], '90');
    assert.match(refused.body.toString(), /come back later/);
    assert.deepEqual(counts(), [3, 0, 0]);
  }));

test('a client that leaves while its target is waited for is not asked for again', () =>
  tell({}, async (gateway) => {
    first.script({ answer: status(429, { headers: [['retry-after', '5']] }) });
    const aborted = new AbortController();
    const waiting = fetch(`${gateway.url}/v1/messages`, {
      method: 'POST',
      body: JSON.stringify(message('claude-haiku-4-5')),
      signal: aborted.signal,
    });
    await first.request(1);
    await until('the wait to begin', () => first.ledger.length === 1);
    aborted.abort();
    await assert.rejects(waiting);
    assert.equal((await gateway.record()).outcome.kind, 'aborted');
    assert.equal(first.requests.length, 1);
  }));

test('a ramp-up refusal moves on at once, and five refusals in a row cost no attempt', () =>
  tell(
    {
      routes: {
        fallback: ['first', 'first', 'second', 'second', 'third'].map((provider, index) => ({
          provider,
          model: `free-${index}`,
        })) as never,
      },
    },
    async (gateway) => {
      const rampUp = status(429, { message: 'Request rate increased too quickly.' });
      first.script({ answer: rampUp });
      second.script({ answer: status(529) });
      const answered = await ask(gateway, 'some-model');
      assert.equal(answered.status, 200);
      assert.deepEqual(counts(), [2, 2, 1]);
      const [record] = gateway.records;
      assert.deepEqual(
        record?.attempts.map(({ outcome }) => outcome.kind === 'answered' && outcome.status),
        [429, 429, 529, 529, 200],
      );
    },
  ));

const REFUSALS: readonly (readonly [what: string, answer: Answer])[] = [
  ["Z.ai's 1302", status(400, { body: { error: { code: '1302', message: 'High concurrency' } } })],
  ["Z.ai's 1308", status(429, { body: { error: { code: '1308', message: 'Usage limit reached' } } })],
  [
    'an unknown model',
    status(400, { body: { error: { message: 'foo is not a valid model ID', code: 400 } } }),
  ],
  ['a model that is gone', status(410)],
  ['a refused key of the gateway', status(401)],
  ['an empty account', status(402)],
  ['an internal error', status(500)],
  ['a web page', () => rawReply(200, 'text/html', '<html>')],
  ['an error as the first event', errorFirst()],
  [
    'an error in a 200 that is no stream',
    () => jsonReply(200, { type: 'error', error: { type: 'overloaded_error', message: 'm' } }),
  ],
  ['a connection that breaks behind the head', cut(agent, 0, 'reset')],
  ['a stream that ends in its metadata', cut(agent, 120, 'end')],
  ['a stream cut off in its metadata', cut(agent, 60, 'reset')],
];

for (const [what, answer] of REFUSALS) {
  test(`${what}: the client sees nothing of it but the next target’s answer`, () =>
    tell({}, async (gateway) => {
      first.script({ answer });
      const answered = await ask(gateway, 'claude-sonnet-5-5');
      assert.equal(answered.status, 200);
      assert.equal(answered.body.toString().match(/event: message_start/g)?.length, 1);
      assert.match(answered.body.toString(), /message_stop/);
      assert.deepEqual(providersOf(gateway), [['first', 'second']]);
      assert.equal(gateway.records[0]?.outcome.kind, 'answered');
    }));
}

test('a wrong request goes back to the client as the provider said it, and nobody else is bothered', () =>
  tell({}, async (gateway) => {
    const body = {
      type: 'error',
      error: { type: 'invalid_request_error', message: 'prompt is too long: 9 tokens > 8 maximum' },
    };
    first.script({ answer: status(400, { body }) });
    const answered = await ask(gateway, 'claude-opus-4-8');
    assert.equal(answered.status, 400);
    assert.equal(answered.body.toString(), JSON.stringify(body));
    assert.deepEqual(counts(), [1, 0, 0]);
  }));

test('a refusal longer than what is judged arrives byte for byte', () =>
  tell({}, async (gateway) => {
    const body = Buffer.alloc(300_000, 'é');
    first.script({ answer: () => rawReply(422, 'text/plain', body) });
    const answered = await ask(gateway, 'claude-haiku-4-5');
    assert.equal(answered.status, 422);
    assert.deepEqual(answered.body, body);
  }));

const START = {
  message: {
    id: 'm',
    type: 'message',
    role: 'assistant',
    content: [],
    model: 'm',
    usage: { input_tokens: 5, output_tokens: 1 },
  },
};
const empty: Answer = () =>
  streamReply(
    [
      named('message_start', START),
      named('ping', {}),
      named('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1 } }),
      named('message_stop', {}),
    ],
    undefined,
  );

test('an empty 200 is held back and replaced, streamed or not; from the last target the client gets it as it is', () =>
  tell({}, async (gateway) => {
    first.script({ answer: empty });
    assert.match((await ask(gateway, 'claude-sonnet-5-5')).body.toString(), /content_block_start/);
    first.reset();
    first.script({
      answer: () =>
        jsonReply(200, {
          type: 'message',
          role: 'assistant',
          content: [],
          stop_reason: 'end_turn',
          usage: { input_tokens: 3, output_tokens: 0 },
        }),
    });
    const whole = await ask(gateway, 'claude-sonnet-5-5', { stream: false });
    assert.match(whole.body.toString(), /"text"/);
    first.reset();
    first.script({ answer: empty });
    const only = await ask(gateway, 'claude-haiku-4-5');
    assert.equal(only.status, 200);
    assert.doesNotMatch(only.body.toString(), /content_block/);
    assert.deepEqual(providersOf(gateway), [['first', 'second'], ['first', 'second'], ['first']]);
  }));

test('text where a tool call is demanded is held back and replaced', () =>
  tell({}, async (gateway) => {
    const tools = [
      { name: 'Bash', input_schema: { type: 'object', properties: { command: { type: 'string' } } } },
    ];
    first.script({ answer: text('I would rather talk about it.') });
    const answered = await ask(gateway, 'claude-sonnet-5-5', { tools, tool_choice: { type: 'any' } });
    assert.deepEqual(providersOf(gateway), [['first', 'second']]);
    assert.doesNotMatch(answered.body.toString(), /rather talk/);
  }));

test('a tool call cut off in the middle never looks whole, and is not sent again', () =>
  tell({}, async (gateway) => {
    const call = [
      named('message_start', START),
      named('content_block_start', {
        index: 0,
        content_block: { type: 'tool_use', id: 't', name: 'Bash', input: {} },
      }),
      named('content_block_delta', {
        index: 0,
        delta: { type: 'input_json_delta', partial_json: '{"command":"rm -r /tm' },
      }),
    ];
    first.script({
      answer: () => ({ ...streamReply(call, undefined), ending: { kind: 'cut', after: 1e9, how: 'reset' } }),
    });
    const answered = await ask(gateway, 'claude-sonnet-5-5');
    assert.doesNotMatch(answered.body.toString(), /message_stop/);
    assert.ok(!answered.whole || answered.body.toString().includes('event: error'));
    assert.deepEqual(counts(), [1, 0, 0]);
    assert.equal(gateway.records[0]?.outcome.kind, 'broken');
  }));

test('nothing of an answer goes out before its first content, and all of it at once then', () =>
  tell({}, async (gateway) => {
    const released = Promise.withResolvers<void>();
    first.script({ answer: heldAfter(agent, 1, released.promise) });
    let arrived = false;
    const answering = fetch(`${gateway.url}/v1/messages`, {
      method: 'POST',
      body: JSON.stringify(message('claude-sonnet-5-5', { stream: true })),
    }).then((response) => {
      arrived = true;
      return response.text();
    });
    await first.request(1);
    // The only target has nobody to fall back to: its head goes out at once, while the other one is still held.
    first.script({ answer: heldAfter(agent, 1, released.promise) });
    const only = await fetch(`${gateway.url}/v1/messages`, {
      method: 'POST',
      body: JSON.stringify(message('claude-haiku-4-5', { stream: true })),
    });
    assert.equal(only.status, 200);
    assert.equal(arrived, false);
    released.resolve();
    assert.match(await answering, /message_start[\s\S]*message_stop/);
    await only.text();
  }));

test('an answer that stays without content is let go after the hold, and then belongs to the client', () =>
  tell({ retry: { hold: 30 } }, async (gateway) => {
    const released = Promise.withResolvers<void>();
    first.script({ answer: heldAfter(agent, 1, released.promise) });
    const response = await fetch(`${gateway.url}/v1/messages`, {
      method: 'POST',
      body: JSON.stringify(message('claude-sonnet-5-5', { stream: true })),
    });
    assert.equal(response.status, 200);
    released.resolve();
    assert.match(await response.text(), /message_stop/);
    assert.deepEqual(counts(), [1, 0, 0]);
  }));

test('a target that sends no content in time is replaced', () =>
  tell({ provider: { clocks: { ...exampleProvider().clocks, firstEvent: 40 } } }, async (gateway) => {
    first.script({ answer: heldAfter(agent, 1, new Promise(() => undefined)) });
    const answered = await ask(gateway, 'claude-sonnet-5-5');
    assert.equal(answered.status, 200);
    assert.deepEqual(gateway.records[0]?.attempts[0]?.outcome, {
      kind: 'broken',
      status: 200,
      error: 'upstream_first_event_timeout',
    });
  }));

test('no try gets more time than its exchange has left', () =>
  tell(
    { provider: { clocks: { ...exampleProvider().clocks, headersStream: 0, totalStream: 150 } } },
    async (gateway) => {
      for (const upstream of [first, second, third]) upstream.script({ answer: never() });
      const startedAt = performance.now();
      const answered = await ask(gateway, 'claude-opus-4-8');
      assert.ok(performance.now() - startedAt < 1_000);
      assert.equal(answered.status, 504);
      assert.deepEqual(counts(), [1, 0, 0], 'the first try used the time up');
    },
  ));

test('a storm of 529: the breaker opens, the second target carries everybody, and one probe brings the first back', () =>
  tell({ breakers: { open: 1_500, openMax: 1_500, successes: 1 } }, async (gateway) => {
    first.script({ answer: status(529) });
    for (let round = 0; round < 5; round++)
      assert.equal((await ask(gateway, 'claude-sonnet-5-5')).status, 200);
    assert.deepEqual(counts(), [5, 5, 0]);
    assert.equal((await ask(gateway, 'claude-sonnet-5-5')).status, 200);
    assert.deepEqual(counts(), [5, 6, 0], 'left alone');
    await until('the breaker to be half open', async () => {
      const { breakers } = (await admin(gateway, 'GET', '/api/breakers')) as {
        breakers: { state: string }[];
      };
      return breakers[0]?.state === 'half-open';
    });
    first.reset();
    const probed = Promise.withResolvers<void>();
    first.script({ times: 1, answer: async (request) => (await probed.promise, agent(request)) });
    second.reset();
    const fifty = Array.from({ length: 50 }, () => ask(gateway, 'claude-sonnet-5-5'));
    await until('the others to be answered', () => second.requests.length === 49);
    assert.equal(first.requests.length, 1, 'exactly one probe');
    probed.resolve();
    assert.deepEqual(new Set((await Promise.all(fifty)).map((answered) => answered.status)), new Set([200]));
    assert.equal((await ask(gateway, 'claude-sonnet-5-5')).status, 200);
    assert.deepEqual([first.requests.length, second.requests.length], [2, 49], 'closed again');
  }));

test('the only target of a tier is never withheld, however often it failed', () =>
  tell({}, async (gateway) => {
    first.script({ answer: status(500) });
    for (let round = 0; round < 8; round++)
      assert.equal((await ask(gateway, 'claude-haiku-4-5')).status, 500);
    assert.equal(first.requests.length, 8);
    first.reset();
    assert.equal((await ask(gateway, 'claude-haiku-4-5')).status, 200);
  }));

test('counting tokens is no sign of health, and finds no closed door', () =>
  tell({}, async (gateway) => {
    first.script({ answer: status(500) });
    for (let round = 0; round < 10; round++)
      await call(gateway.url, '/v1/messages/count_tokens', { body: message('claude-haiku-4-5') });
    assert.deepEqual(
      ((await admin(gateway, 'GET', '/api/breakers')) as { breakers: unknown[] }).breakers,
      [],
    );
  }));

test('with all targets down clients get one clear error, and providers little more load than there are clients', () =>
  tell({}, async (gateway) => {
    for (const upstream of [first, second, third]) upstream.script({ answer: status(503) });
    const requests = 100;
    for (let round = 0; round < requests; round++) {
      const answered = await ask(gateway, 'claude-opus-4-8');
      assert.equal(answered.status, 503);
      assert.equal(answered.body.toString().match(/"type":"error"/g)?.length, 1);
    }
    const asked = counts().reduce((sum, count) => sum + count, 0);
    assert.ok(asked <= requests * 1.2, `${asked} upstream requests for ${requests}`);
  }));

test('after a restart what was left alone stays left alone for the rest of its time', async () => {
  const state = await mkdtemp(join(tmpdir(), 'switchyard-outage-'));
  const breakersOf = async (gateway: InProcessGateway) =>
    (await admin(gateway, 'GET', '/api/breakers')) as {
      breakers: { state: string; ready_in_ms: number }[];
      cooldowns: { ready_in_ms: number }[];
    };
  let before = 0;
  try {
    await tell({ state }, async (gateway) => {
      first.script({ answer: status(529) });
      second.script({ times: 1, answer: status(429, { headers: [['retry-after', '30']] }) });
      for (let round = 0; round < 5; round++) await ask(gateway, 'claude-opus-4-8');
      const { breakers, cooldowns } = await breakersOf(gateway);
      assert.equal(breakers[0]?.state, 'open');
      assert.equal(cooldowns.length, 1);
      before = breakers[0]?.ready_in_ms ?? 0;
    });
    await tell({ state }, async (gateway) => {
      const { breakers, cooldowns } = await breakersOf(gateway);
      const left = breakers[0]?.ready_in_ms ?? 0;
      assert.ok(left <= before && left > before - 2_000, `${left} of ${before}`);
      assert.ok((cooldowns[0]?.ready_in_ms ?? 0) > 27_000);
      assert.equal((await ask(gateway, 'claude-opus-4-8')).status, 200);
      assert.deepEqual(counts(), [0, 0, 1]);
      assert.deepEqual(await admin(gateway, 'POST', '/api/breakers/reset', {}), { reset: 2 });
      await ask(gateway, 'claude-opus-4-8');
      assert.deepEqual(counts(), [1, 0, 1]);
    });
  } finally {
    await rm(state, { recursive: true, force: true });
  }
});

test('a target can be left alone by hand, taken over from a predecessor’s file, and a provider paused', () =>
  tell({}, async (gateway) => {
    assert.deepEqual(
      await admin(gateway, 'POST', '/api/breakers/open', {
        provider: 'first',
        model: 'model-of-first',
        for_ms: 9_000,
      }),
      { opened: 1 },
    );
    await ask(gateway, 'claude-sonnet-5-5');
    assert.deepEqual(counts(), [0, 1, 0]);
    await admin(gateway, 'POST', '/api/breakers/reset', { provider: 'first' });
    const file = {
      'model-of-second': { state: 'open', failure_count: 3, last_failure_time: Date.now() / 1000 },
    };
    assert.deepEqual(await admin(gateway, 'POST', '/api/breakers/import', { file }), { opened: 1 });
    assert.deepEqual(await admin(gateway, 'PUT', '/api/providers/first/paused', { paused: true }), {
      paused: ['first'],
    });
    await ask(gateway, 'claude-opus-4-8');
    assert.deepEqual(counts(), [0, 1, 1]);
    assert.deepEqual(await admin(gateway, 'PUT', '/api/providers/first/paused', { paused: false }), {
      paused: [],
    });
    await ask(gateway, 'claude-opus-4-8');
    assert.deepEqual(counts(), [1, 1, 1]);
  }));

test('a provider with one place gets one request at a time; the others wait, go elsewhere, or are told when to return', () =>
  tell(
    { provider: { limits: { concurrent: 1, perKey: Infinity, perClient: 1, queue: 1, wait: 2_000 } } },
    async (gateway) => {
      const released = Promise.withResolvers<void>();
      first.script({ times: 1, answer: async (request) => (await released.promise, agent(request)) });
      const running = ask(gateway, 'claude-haiku-4-5');
      await first.request(1);
      assert.match(
        String((await ask(gateway, 'claude-sonnet-5-5')).headers['x-switchyard-decision']),
        /target=second/,
      );
      const waiting = ask(gateway, 'claude-haiku-4-5');
      await until('one to wait', async () => {
        const { limits } = (await admin(gateway, 'GET', '/api/breakers')) as {
          limits: { provider: string; waiting: number }[];
        };
        return limits.find(({ provider }) => provider === 'first')?.waiting === 1;
      });
      const refused = await ask(gateway, 'claude-haiku-4-5');
      assert.equal(refused.status, 529);
      assert.equal(refused.headers['retry-after'], '2');
      assert.match(refused.body.toString(), /overloaded_error/);
      assert.equal(first.requests.length, 1);
      released.resolve();
      assert.deepEqual([(await running).status, (await waiting).status], [200, 200]);
      assert.equal(first.requests.length, 2);
    },
  ));

test('one who leaves the queue makes room in it', () =>
  tell(
    { provider: { limits: { concurrent: 1, perKey: Infinity, perClient: 1, queue: 1, wait: 5_000 } } },
    async (gateway) => {
      const released = Promise.withResolvers<void>();
      first.script({ times: 1, answer: async (request) => (await released.promise, agent(request)) });
      const running = ask(gateway, 'claude-haiku-4-5');
      await first.request(1);
      const leaving = new AbortController();
      const body = JSON.stringify(message('claude-haiku-4-5'));
      const waiting = fetch(`${gateway.url}/v1/messages`, { method: 'POST', body, signal: leaving.signal });
      const waitingNow = async (): Promise<number | undefined> => {
        const { limits } = (await admin(gateway, 'GET', '/api/breakers')) as {
          limits: { provider: string; waiting: number }[];
        };
        return limits.find(({ provider }) => provider === 'first')?.waiting;
      };
      await until('it to wait', async () => (await waitingNow()) === 1);
      leaving.abort();
      await assert.rejects(waiting);
      await until('the queue to be empty', async () => (await waitingNow()) === 0);
      released.resolve();
      assert.equal((await running).status, 200);
      assert.equal((await ask(gateway, 'claude-haiku-4-5')).status, 200);
    },
  ));

test('a target without a key does not stop the others', async () => {
  for (const upstream of [first, second, third]) upstream.reset();
  const [one, ...others] = providers();
  assert.ok(one !== undefined);
  const gateway = await startInProcess({
    providers: [{ ...one, auth: { kind: 'missing', reference: 'env:NOPE' } }, ...others],
    routes: { fallback: [to('first'), to('second')] },
  });
  assert.equal((await ask(gateway, 'any')).status, 200);
  assert.deepEqual(counts(), [0, 1, 0]);
  await gateway.stop();
});
