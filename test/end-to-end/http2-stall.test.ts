/**
 * A provider whose HTTP/2 accepts requests and then stalls in one way or another, while its HTTP/1.1 works: no
 * client may notice more than one short wait.
 */
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { describe, test } from 'node:test';
import { originOf } from '../../src/domain/origin.ts';
import type { AttemptRecord } from '../../src/domain/attempt.ts';
import type { ExchangeRecord } from '../../src/domain/exchange.ts';
import type { Provider } from '../../src/domain/provider.ts';
import { text } from '../support/answers.ts';
import { call, message } from '../support/call.ts';
import { testAuthority } from '../support/certificates.ts';
import { exampleProvider } from '../support/example-provider.ts';
import { startH2Upstream, type H2Behaviour, type H2Upstream } from '../support/h2-upstream.ts';
import { startInProcess, type InProcessGateway } from '../support/in-process-gateway.ts';
import { startScriptedUpstream } from '../support/scripted-upstream.ts';

const ANSWER = JSON.stringify({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'glm',
  content: [{ type: 'text', text: 'ok' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 3, output_tokens: 1 },
});

/** How long the stall of HTTP/2 is waited out here; the default is 10 s. */
const STALL_MS = 200;

interface Stalling {
  readonly stalled: H2Upstream;
  readonly gateway: InProcessGateway;
  /** Requests that came over HTTP/1.1. */
  readonly http1Requests: () => number;
}

/** Haiku goes to the stalling provider, everything else to a healthy one. */
async function startStalling(
  opened: AsyncDisposableStack,
  behaviour: H2Behaviour,
  changes: Partial<Provider> = {},
): Promise<Stalling> {
  let served = 0;
  const http1 = createServer((request, response) => {
    served += 1;
    answer(request, response);
  });
  const stalled = await startH2Upstream({
    behaviour,
    certificate: testAuthority().issue(['127.0.0.1', 'localhost']),
    onHttp1: (socket) => http1.emit('connection', socket),
  });
  opened.defer(async () => stalled.close());
  opened.defer(async () => closed(http1));
  const healthy = await startScriptedUpstream({ answer: text('fine') });
  opened.defer(async () => healthy.close());
  const base = exampleProvider();
  const gateway = await startInProcess({
    providers: [
      exampleProvider({ name: 'healthy', origin: originOf(new URL(healthy.url)) }),
      exampleProvider({
        name: 'stalling',
        origin: originOf(new URL(`https://localhost:${stalled.port}`)),
        certificateAuthorities: testAuthority().certificate,
        http: '2',
        h2Fallback: true,
        clocks: { ...base.clocks, h2Headers: STALL_MS, tls: 1_000 },
        ...changes,
      }),
    ],
    routes: { mappings: [{ match: '*haiku*', targets: [{ provider: 'stalling', model: 'glm' }] }] },
  });
  opened.defer(async () => gateway.stop());
  return { stalled, gateway, http1Requests: () => served };
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  request.resume().once('end', () => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': ANSWER.length });
    response.end(ANSWER);
  });
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
}

async function timed(gateway: InProcessGateway, model: string): Promise<{ status: number; took: number }> {
  const startedAt = performance.now();
  const { status } = await call(gateway.url, '/v1/messages', { body: message(model) });
  return { status, took: performance.now() - startedAt };
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

const kindsOf = (attempts: readonly AttemptRecord[]): unknown[] =>
  attempts.map(({ http2, outcome }) => [http2 ? 'h2' : 'h1', outcome.kind]);

const to = (records: readonly ExchangeRecord[], provider: string): ExchangeRecord[] =>
  records.filter(({ attempts }) => attempts.some((attempt) => attempt.provider === provider));

test('100 requests in a row to a stalling HTTP/2 provider are all answered, while another is not disturbed', async () => {
  await using opened = new AsyncDisposableStack();
  const { gateway, stalled, http1Requests } = await startStalling(opened, { kind: 'no-headers' });
  await timed(gateway, 'claude-sonnet-5-5'); // The first answer of a process compiles half of it.
  const haiku: number[] = [];
  const sonnet: number[] = [];
  const statuses = new Set<number>();
  for (let round = 0; round < 100; round += 1) {
    const [one, other] = await Promise.all([
      timed(gateway, 'claude-haiku-4-5'),
      timed(gateway, 'claude-sonnet-5-5'),
    ]);
    haiku.push(one.took);
    sonnet.push(other.took);
    statuses.add(one.status).add(other.status);
  }
  assert.deepEqual([...statuses], [200]);
  assert.equal(http1Requests(), 100);
  assert.equal(stalled.requests, 1, 'after the first stall the host stays on HTTP/1.1');
  assert.ok(median(haiku) < 2_000, `median ${median(haiku)} ms`);
  assert.ok((sonnet[0] ?? 0) < STALL_MS, `the first healthy answer took ${sonnet[0]} ms`);
  await gateway.record(201);
  const [first, ...others] = to(gateway.records, 'stalling');
  assert.deepEqual(kindsOf(first?.attempts ?? []), [
    ['h2', 'failed'],
    ['h1', 'answered'],
  ]);
  for (const { attempts } of others) assert.deepEqual(kindsOf(attempts), [['h1', 'answered']]);
});

test('100 requests at once meet the stall together, and all are answered', async () => {
  await using opened = new AsyncDisposableStack();
  const { gateway, http1Requests } = await startStalling(opened, { kind: 'no-headers' });
  const answers = await Promise.all(
    Array.from({ length: 100 }, async () => timed(gateway, 'claude-haiku-4-5')),
  );
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  assert.equal(http1Requests(), 100);
});

const STALLS: readonly (readonly [name: string, behaviour: H2Behaviour])[] = [
  ['it never sends its settings', { kind: 'no-settings' }],
  ['it never sends headers', { kind: 'no-headers' }],
  ['its window stays at zero', { kind: 'zero-window' }],
  ['it refuses the stream', { kind: 'refused-stream' }],
  ['it resets the stream', { kind: 'reset', code: 2 }],
  ['it goes away before the request', { kind: 'goaway-before', code: 0 }],
  ['it goes away during the request', { kind: 'goaway-during', code: 0 }],
  ['it closes the connection', { kind: 'close' }],
  ['it speaks something else', { kind: 'not-http2' }],
];

describe('an HTTP/2 provider that cannot be used is reached over HTTP/1.1', () => {
  for (const [name, behaviour] of STALLS) {
    test(`when ${name}`, async () => {
      await using opened = new AsyncDisposableStack();
      const { gateway, http1Requests } = await startStalling(opened, behaviour);
      for (let round = 0; round < 5; round += 1) {
        const { status } = await timed(gateway, 'claude-haiku-4-5');
        assert.equal(status, 200, `request ${round + 1}`);
      }
      assert.equal(http1Requests(), 5);
      assert.equal((await gateway.record(5)).attempts.length, 1);
      assert.equal(gateway.records[0]?.attempts.length, 2);
    });
  }
});

test('without the fall-back a stall is the client’s to see, as what it is', async () => {
  await using opened = new AsyncDisposableStack();
  const { clocks } = exampleProvider();
  const { gateway, http1Requests } = await startStalling(
    opened,
    { kind: 'no-headers' },
    { h2Fallback: false, clocks: { ...clocks, headersWhole: 100 } },
  );
  assert.equal((await timed(gateway, 'claude-haiku-4-5')).status, 504);
  assert.equal(http1Requests(), 0);
});

test('once HTTP/2 has begun to answer, nothing is sent a second time', async () => {
  await using opened = new AsyncDisposableStack();
  const { gateway, http1Requests, stalled } = await startStalling(opened, { kind: 'reset-midway', code: 2 });
  const answered = await call(gateway.url, '/v1/messages', { body: message('claude-haiku-4-5') }).catch(
    () => undefined,
  );
  assert.ok(answered === undefined || answered.status === 502 || !answered.whole);
  assert.equal(http1Requests(), 0);
  assert.equal(stalled.requests, 1);
});
