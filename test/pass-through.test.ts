import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { after, before, beforeEach, test } from 'node:test';
import { originOf } from '../src/domain/origin.ts';
import type { Provider } from '../src/domain/provider.ts';
import { Secret } from '../src/lib/secret.ts';
import { agent, cut, errorFirst, gzipped, html, status } from './support/answers.ts';
import { exampleProvider } from './support/example-provider.ts';
import { startInProcess, type InProcessGateway } from './support/in-process-gateway.ts';
import { headerOf } from './support/recorded-request.ts';
import { rawReply } from './support/reply.ts';
import { type ScriptedUpstream, startScriptedUpstream } from './support/scripted-upstream.ts';
import { until } from './support/until.ts';

let main: ScriptedUpstream;
let second: ScriptedUpstream;
let gateway: InProcessGateway;

function at(upstream: ScriptedUpstream, changes: Partial<Provider>): Provider {
  return exampleProvider({ origin: originOf(new URL(upstream.url)), ...changes });
}

before(async () => {
  main = await startScriptedUpstream();
  second = await startScriptedUpstream();
  const zaiAuth = {
    kind: 'secret',
    header: 'x-api-key',
    scheme: undefined,
    secret: new Secret('zai-own-key'),
  } as const;
  gateway = await startInProcess({
    providers: [
      at(main, { name: 'main', auth: { kind: 'caller' } }),
      at(second, { name: 'zai', auth: zaiAuth, countTokens: 'estimate' }),
      at(second, { name: 'rejecting', auth: zaiAuth, countTokens: 'reject' }),
      at(second, { name: 'chatty', format: 'openai-chat', auth: zaiAuth, basePath: '/v1' }),
    ],
    routes: {
      tiers: {
        opus: [{ provider: 'main', model: undefined }],
        sonnet: [
          { provider: 'main', model: undefined },
          { provider: 'zai', model: 'glm-4.7' },
        ],
        haiku: [{ provider: 'zai', model: 'glm-4.7' }],
      },
      mappings: [
        { match: 'rejecting', targets: [{ provider: 'rejecting', model: undefined }] },
        { match: 'coder-model', targets: [{ provider: 'chatty', model: 'qwen3' }] },
      ],
    },
  });
});

after(async () => {
  await gateway.stop();
  await Promise.all([main.close(), second.close()]);
});

beforeEach(() => {
  main.reset();
  second.reset();
});

interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly whole: boolean;
}

interface Call {
  readonly method?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: Buffer | string;
}

function call(path: string, { method = 'POST', headers = {}, body }: Call): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(`${gateway.url}${path}`, { method, headers, agent: false }, (incoming) => {
      const chunks: Buffer[] = [];
      const finish = (whole: boolean) => () => {
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          body: Buffer.concat(chunks),
          whole,
        });
      };
      incoming
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('end', finish(true))
        .on('error', finish(false));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function message(model: string, more = ''): string {
  return `{"model":"${model}","max_tokens":64,${more}"messages":[{"role":"user","content":"hi"}]}`;
}

const STREAM = '"stream":true,';

/** A broken answer: a real status if nothing had gone out, else an error event or a cut, never an end. */
function assertUnmistakable(answered: Answered): void {
  assert.ok(!answered.body.includes('message_stop'));
  if (answered.status === 502 || !answered.whole) return;
  assert.match(answered.body.toString(), /\n\nevent: error\ndata: .*\n\n$/);
}

test('T52: a request whose model is kept arrives byte for byte, whatever it holds', async () => {
  const body = Buffer.from(
    '{ "model" : "claude-opus-4-8", "max_tokens":64,"big":12345678901234567890,"f":1.0,"e":1e400,"x":{"10":1,"2":2},"x":"dup",' +
      '"__proto__":{"a":1},"lone":"\\ud800","esc":"\\u00e9\\/","raw":"é漢😀",\n"messages":[{"role":"user","content":"hi"}] }',
  );
  const answered = await call('/v1/messages?beta=true', {
    body,
    headers: { 'content-type': 'application/json' },
  });
  assert.equal(answered.status, 200);
  const seen = await main.request(1);
  assert.deepEqual(seen.body, body);
  assert.equal(seen.target, '/v1/messages?beta=true');
  assert.equal(headerOf(seen, 'content-length'), String(body.length));
});

test('T52: renaming the model changes its bytes only, every time it is named', async () => {
  const body =
    '{"model":"claude-haiku-4-5","mod\\u0065l":"claude-haiku-4-5","n":1.0,"messages":[{"role":"user","content":"hi"}],"max_tokens":9}';
  const answered = await call('/v1/messages', { body });
  assert.equal(answered.status, 200, answered.body.toString());
  const seen = await second.request(1);
  assert.equal(seen.body.toString(), body.replaceAll('"claude-haiku-4-5"', '"glm-4.7"'));
});

test('T54: the answer arrives byte for byte, streamed and whole, with the route named beside it', async () => {
  for (const more of ['', STREAM]) {
    main.reset();
    const answered = await call('/v1/messages', { body: message('claude-opus-4-8', more) });
    const reply = await agent(await main.request(1));
    assert.equal(answered.body.toString(), Buffer.concat([...reply.pieces]).toString());
    assert.match(
      String(answered.headers['x-switchyard-decision']),
      /^rule=tier; target=main\/claude-opus-4-8; attempts=1; id=/,
    );
    assert.match(String(answered.headers['x-switchyard-exchange']), /^[0-9a-z]{26}$/);
  }
});

test('T17: signatures, odd line ends and unknown events of a stream arrive byte for byte', async () => {
  const odd = Buffer.from(
    'event: content_block_delta\r\ndata:{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"EqQB/+=="}}\r\n\r\n' +
      ': a comment\n\nevent: of_tomorrow\ndata: {"type":"of_tomorrow","x":1.0}\n\nevent: message_stop\ndata: {"type":"message_stop"}\n\n',
  );
  main.script({ times: 1, answer: () => rawReply(200, 'text/event-stream', odd) });
  const answered = await call('/v1/messages', { body: message('claude-opus-4-8', STREAM) });
  assert.equal(answered.body.toString(), odd.toString());
});

test('unknown headers travel on, those of the hop and cookies do not, and exactly one credential goes out', async () => {
  await call('/v1/messages', {
    body: message('claude-haiku-4-5'),
    headers: {
      authorization: 'Bearer sk-ant-oat01-CANARY',
      'x-api-key': 'CANARY-key',
      cookie: 'session=CANARY',
      'x-forwarded-for': '10.1.1.1',
      'anthropic-version': '2023-06-01',
      'x-future-header': 'kept',
      'x-switchyard-project': 'p1',
      'accept-encoding': 'gzip, br',
    },
  });
  const seen = await second.request(1);
  assert.equal(headerOf(seen, 'x-api-key'), 'zai-own-key');
  assert.equal(headerOf(seen, 'x-future-header'), 'kept');
  assert.equal(headerOf(seen, 'anthropic-version'), '2023-06-01');
  assert.equal(headerOf(seen, 'accept-encoding'), 'identity');
  for (const gone of ['authorization', 'cookie', 'x-forwarded-for', 'x-switchyard-project']) {
    assert.equal(headerOf(seen, gone), undefined, gone);
  }
  assert.ok(!second.receivedBytes().includes('CANARY'));
  assert.equal(gateway.records.at(-1)?.labels.project, 'p1');
});

test('T50: a Claude login is refused a way to any origin but its own, with an error instead of a request', async () => {
  const answered = await call('/v1/messages', {
    body: message('claude-opus-4-8'),
    headers: { authorization: 'Bearer sk-ant-oat01-CANARY' },
  });
  assert.equal(answered.status, 400);
  assert.match(answered.body.toString(), /belongs to another origin/);
  assert.ok(!answered.body.includes('CANARY'));
  assert.equal(main.requests.length, 0);
});

test('an upstream error is passed on as it came', async () => {
  const body =
    '{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 9 > 8"}}';
  main.script({ answer: () => rawReply(400, 'application/json', body) });
  const answered = await call('/v1/messages', { body: message('claude-opus-4-8') });
  assert.equal(answered.status, 400);
  assert.equal(answered.body.toString(), body);
});

test('a refused request moves on to the next target, and the record has both attempts', async () => {
  main.script({ times: 1, answer: status(529) });
  const count = gateway.records.length;
  const answered = await call('/v1/messages', { body: message('claude-sonnet-4-5', STREAM) });
  assert.equal(answered.status, 200);
  assert.match(String(answered.headers['x-switchyard-decision']), /target=zai\/glm-4.7; attempts=2/);
  const { attempts, outcome } = await gateway.record(count + 1);
  assert.deepEqual(outcome, { kind: 'answered', status: 200 });
  assert.deepEqual(
    attempts.map(({ provider, outcome: end }) => [provider, end]),
    [
      ['main', { kind: 'answered', status: 529 }],
      ['zai', { kind: 'answered', status: 200 }],
    ],
  );
});

test('the last target’s refusal is passed on as it came', async () => {
  main.script({ answer: status(529) });
  second.script({ answer: () => rawReply(429, 'text/plain', 'slow down') });
  const answered = await call('/v1/messages', { body: message('claude-sonnet-4-5') });
  assert.equal(answered.status, 429);
  assert.equal(answered.body.toString(), 'slow down');
  assert.equal(answered.headers['retry-after'], '5');
});

test('T63: after the first byte nothing is tried again, and the client cannot mistake the break for an end', async () => {
  main.script({ answer: cut(agent, 700, 'reset') });
  const answered = await call('/v1/messages', { body: message('claude-sonnet-4-5', STREAM) });
  assert.equal(second.requests.length, 0);
  assertUnmistakable(answered);
});

test('T55: an answer that ends cleanly but without its last event is not ended cleanly', async () => {
  main.script({ answer: cut(agent, 700, 'end') });
  const count = gateway.records.length;
  const answered = await call('/v1/messages', { body: message('claude-opus-4-8', STREAM) });
  assertUnmistakable(answered);
  assert.equal((await gateway.record(count + 1)).attempts[0]?.outcome.kind, 'broken');
});

test('T55: a 200 without a byte is a 502 while that can still be said', async () => {
  main.script({ answer: () => ({ ...rawReply(200, 'text/event-stream', ''), pieces: [] }) });
  const answered = await call('/v1/messages', { body: message('claude-opus-4-8', STREAM) });
  assert.equal(answered.status, 502);
});

test('a web page instead of an API answer is a 502', async () => {
  main.script({ answer: html(200) });
  const answered = await call('/v1/messages', { body: message('claude-opus-4-8', STREAM) });
  assert.equal(answered.status, 502);
  assert.match(answered.body.toString(), /web page/);
});

test('a web page on a path that is not ours is passed on: it may be what was asked for', async () => {
  main.script({ answer: html(200) });
  const answered = await call('/pages/page', { method: 'GET' });
  assert.equal(answered.status, 200);
});

test('T60: an error event first in a 200 is passed on, and recorded as what it is', async () => {
  main.script({ answer: errorFirst() });
  const answered = await call('/v1/messages', { body: message('claude-opus-4-8', STREAM) });
  assert.equal(answered.status, 200);
  assert.match(answered.body.toString(), /^event: error/);
});

test('T56: a compressed answer goes out compressed, and is metered all the same', async () => {
  main.script({ answer: gzipped(agent) });
  const count = gateway.records.length;
  const answered = await call('/v1/messages', { body: message('claude-opus-4-8', STREAM) });
  assert.equal(answered.headers['content-encoding'], 'gzip');
  assert.equal(answered.body.readUInt16BE(0), 0x1f8b);
  const record = await gateway.record(count + 1);
  assert.equal(record.attempts[0]?.usageQuality, 'exact');
  assert.ok((record.attempts[0]?.usage.output ?? 0) > 0);
});

test('usage in the record is what the provider billed, streamed and whole', async () => {
  for (const more of ['', STREAM]) {
    main.reset();
    const count = gateway.records.length;
    await call('/v1/messages', { body: message('claude-opus-4-8', more) });
    const { usage } = (await gateway.record(count + 1)).attempts[0] ?? {};
    const billed = (await until('the ledger', () => main.ledger[0])).billed;
    assert.equal(usage?.input, billed?.input);
    assert.equal(usage?.output, billed?.output);
    assert.equal(usage?.cacheRead ?? 0, billed?.cacheRead);
  }
});

test('count_tokens is estimated for a provider that cannot count, and marked as an estimate', async () => {
  const answered = await call('/v1/messages/count_tokens', { body: message('claude-haiku-4-5') });
  assert.equal(answered.status, 200);
  assert.equal(answered.headers['x-switchyard-estimate'], 'true');
  assert.ok(JSON.parse(answered.body.toString()).input_tokens > 0);
  assert.equal(second.requests.length, 0);
});

test('T27a: where estimates are off, count_tokens is a 501 that clients do not retry', async () => {
  const answered = await call('/v1/messages/count_tokens', { body: message('rejecting') });
  assert.equal(answered.status, 501);
  assert.equal(answered.headers['x-should-retry'], 'false');
});

test('count_tokens is forwarded to a provider that can count', async () => {
  await call('/v1/messages/count_tokens?beta=true', { body: message('claude-opus-4-8') });
  assert.equal((await main.request(1)).target, '/v1/messages/count_tokens?beta=true');
});

test('T67: a path that is not ours is forwarded as it came', async () => {
  main.script({ answer: () => rawReply(200, 'application/json', '{"five_hour":1}') });
  const answered = await call('/api/oauth/usage?x=1', { method: 'GET', headers: { 'x-api-key': 'k1' } });
  assert.equal(answered.body.toString(), '{"five_hour":1}');
  const seen = await main.request(1);
  assert.equal(seen.target, '/api/oauth/usage?x=1');
  assert.equal(headerOf(seen, 'x-api-key'), 'k1');
});

test('T67: probes are answered here', async () => {
  for (const path of ['/', '/api/hello']) {
    const answered = await call(path, { method: 'HEAD' });
    assert.equal(answered.status, 200);
  }
  assert.equal(main.requests.length, 0);
});

test('an OpenAI client reaches an OpenAI provider under its own base path', async () => {
  const body = '{"model":"coder-model","stream":true,"messages":[{"role":"user","content":"hi"}]}';
  const answered = await call('/v1/chat/completions', { body });
  assert.equal(answered.status, 200, answered.body.toString());
  const seen = await second.request(1);
  assert.equal(seen.target, '/v1/chat/completions');
  assert.equal(seen.body.toString(), body.replace('coder-model', 'qwen3'));
  assert.match(answered.body.toString(), /data: \[DONE\]\n\n$/);
});

const refusals: readonly (readonly [
  name: string,
  path: string,
  body: string,
  status: number,
  text: RegExp,
])[] = [
  ['a body that is not JSON', '/v1/messages', '{"model":', 400, /"type":"invalid_request_error"/],
  ['a body without a model', '/v1/messages', '{"messages":[]}', 400, /names no model/],
  ['a body that is an array', '/v1/messages', '[]', 400, /invalid_request_error/],
  [
    'the wrong dialect for the provider',
    '/v1/chat/completions',
    '{"model":"claude-opus-4-8"}',
    400,
    /"error":\{/,
  ],
];

for (const [name, path, body, expected, text] of refusals) {
  test(`${name} is refused in the caller’s dialect, before any provider hears of it`, async () => {
    const answered = await call(path, { body });
    assert.equal(answered.status, expected, answered.body.toString());
    assert.match(answered.body.toString(), text);
    assert.equal(answered.headers['x-should-retry'], 'false');
    assert.equal(main.requests.length + second.requests.length, 0);
  });
}

test('a body larger than the limit is refused before it is read', async () => {
  const answered = await call('/v1/messages', {
    headers: { 'content-length': String(33 * 1024 * 1024) },
    body: '{',
  }).catch((error: unknown) => error);
  assert.ok(answered instanceof Error || (answered as Answered).status === 413);
});

test('T64: a request that comes back to this gateway is a loop', async () => {
  const answered = await call('/v1/messages', { body: message('claude-opus-4-8') });
  assert.equal(answered.status, 200);
  const hop = headerOf(await main.request(1), 'x-switchyard-hop') ?? '';
  const again = await call('/v1/messages', {
    body: message('claude-opus-4-8'),
    headers: { 'x-switchyard-hop': hop },
  });
  assert.equal(again.status, 508);
});

test('T58: a client that goes away takes its upstream request with it', async () => {
  const held = Promise.withResolvers<void>();
  main.script({ answer: async () => (await held.promise, rawReply(200, 'text/plain', 'late')) });
  const count = gateway.records.length;
  const outgoing = httpRequest(`${gateway.url}/v1/messages`, { method: 'POST', agent: false });
  outgoing.on('error', () => undefined);
  outgoing.end(message('claude-opus-4-8'));
  const seen = await main.request(1);
  outgoing.destroy();
  assert.equal((await seen.ended).how, 'aborted');
  held.resolve();
  assert.equal((await gateway.record(count + 1)).outcome.kind, 'aborted');
});
