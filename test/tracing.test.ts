/** What an OpenTelemetry collector gets to see of the requests that pass a running gateway. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { TracingSettings } from '../src/config/build/tracing-settings.ts';
import { originOf } from '../src/domain/origin.ts';
import { Secret } from '../src/lib/secret.ts';
import { spanIdsOf } from '../src/telemetry/tracing/span-ids.ts';
import { status, text } from './support/answers.ts';
import { call, message } from './support/call.ts';
import type { CollectedSpan } from './support/decode-otlp.ts';
import { exampleProvider } from './support/example-provider.ts';
import { ADMIN_TOKEN, startInProcess, type InProcessGateway } from './support/in-process-gateway.ts';
import { startOtlpCollector, type OtlpCollector } from './support/otlp-collector.ts';
import { startScriptedUpstream, type ScriptedUpstream } from './support/scripted-upstream.ts';
import { until } from './support/until.ts';

let upstream: ScriptedUpstream;
let fallback: ScriptedUpstream;
let home: string;

before(async () => {
  [upstream, fallback] = await Promise.all([startScriptedUpstream(), startScriptedUpstream()]);
  home = await mkdtemp(join(tmpdir(), 'switchyard-tracing-'));
});

after(async () => {
  await Promise.all([upstream.close(), fallback.close()]);
  await rm(home, { recursive: true, force: true });
});

interface Traced {
  readonly gateway: InProcessGateway;
  readonly collector: OtlpCollector;
}

/** A gateway with two providers, the second of which takes over, and a collector it may send to. */
async function traced(
  settings: Partial<TracingSettings>,
  act: (traced: Traced) => Promise<void>,
  ledger?: string,
): Promise<void> {
  upstream.reset();
  fallback.reset();
  const collector = await startOtlpCollector();
  const gateway = await startInProcess({
    providers: [
      exampleProvider({ name: 'first', origin: originOf(new URL(upstream.url)) }),
      exampleProvider({ name: 'second', origin: originOf(new URL(fallback.url)) }),
    ],
    routes: {
      tiers: {
        opus: [{ provider: 'first', model: undefined }],
        sonnet: [
          { provider: 'first', model: undefined },
          { provider: 'second', model: 'glm-5' },
        ],
        haiku: [{ provider: 'first', model: undefined }],
      },
    },
    tracing: { enabled: true, url: `${collector.url}/v1/traces`, ...settings },
    ...(ledger === undefined ? {} : { ledger }),
  });
  try {
    await act({ gateway, collector });
  } finally {
    await gateway.stop();
    await collector.close();
  }
}

const SESSION = '0f8fad5b-d9cb-469f-a165-70867728950e';

const ask = ({ gateway }: Traced, model = 'claude-sonnet-5-5', headers: Record<string, string> = {}) =>
  call(gateway.url, '/v1/messages', {
    headers: {
      'x-claude-code-session-id': SESSION,
      'user-agent': 'claude-cli/2.1.0 (external, cli)',
      ...headers,
    },
    body: message(model, { temperature: 0.5, top_p: 0.9 }),
  });

function attempts(spans: readonly CollectedSpan[]): readonly CollectedSpan[] {
  return spans.filter(({ name }) => name.startsWith('attempt'));
}

test('a request is one span with the figures of its record, and each try a child of it', async () => {
  await traced(
    {},
    async (traced) => {
      upstream.script({ answer: status(529) });
      const answered = await ask(traced);
      assert.equal(answered.status, 200);
      const spans = await traced.collector.received(3);
      const record = await traced.gateway.record();
      const [root, first, second] = spans;
      assert.ok(root !== undefined && first !== undefined && second !== undefined);
      assert.equal(root.name, 'proxy_request');
      assert.deepEqual([root.traceId, root.spanId], Object.values(spanIdsOf(record.id)));
      assert.equal(root.parentSpanId, '');
      const delivered = record.attempts[1];
      assert.ok(delivered !== undefined);
      const { usage } = delivered;
      const prompt = (usage.input ?? 0) + (usage.cacheRead ?? 0) + (usage.cacheWrite5m ?? 0);
      const expected: CollectedSpan['attributes'] = {
        'openinference.span.kind': 'LLM',
        'llm.system': 'anthropic',
        'llm.provider': 'second',
        'llm.model_name': delivered.servedModel,
        'llm.invocation_parameters': '{"max_tokens":64,"temperature":0.5,"top_p":0.9,"stream":false}',
        'llm.token_count.prompt': prompt,
        'llm.token_count.completion': usage.output,
        'llm.token_count.total': prompt + (usage.output ?? 0),
        'session.id': SESSION,
        ttft_ms: delivered.ttftMs,
        total_duration_ms: record.totalMs,
        anthropic_request_id: 'req_scripted1',
        'http.response.status_code': 200,
        'switchyard.exchange': record.id,
        'switchyard.attempts': 2,
        'switchyard.decision.id': record.decision?.id,
        'switchyard.decision.rule': 'tier',
        'switchyard.decision.tier': 'sonnet',
        'switchyard.client': 'claude-code',
      };
      for (const [name, value] of Object.entries(expected))
        assert.deepEqual(root.attributes[name], value, name);
      assert.equal(answered.headers['x-switchyard-exchange'], root.attributes['switchyard.exchange']);
      assert.deepEqual(
        [first, second].map((span) => [span.parentSpanId, span.traceId]),
        [
          [root.spanId, root.traceId],
          [root.spanId, root.traceId],
        ],
      );
      assert.deepEqual(
        [first, second].map(({ name, attributes, status: { code } }) => [
          name,
          attributes['http.response.status_code'],
          code,
        ]),
        [
          ['attempt first', 529, 2],
          ['attempt second', 200, 1],
        ],
      );
      assert.ok(second.startedAt >= root.startedAt && second.endedAt <= root.endedAt + 1);
      assert.ok(Math.abs(root.endedAt - root.startedAt - record.totalMs) < 0.01);
    },
    home,
  );
});

test('a price that is known is on the span', async () => {
  const prices = { configured: { first: { input: 3, output: 15 } }, environment: {} };
  const collector = await startOtlpCollector();
  upstream.reset();
  upstream.script({ answer: text('hello', { input: 1_000, output: 100 }) });
  const gateway = await startInProcess({
    providers: [exampleProvider({ name: 'first', origin: originOf(new URL(upstream.url)) })],
    tracing: { enabled: true, url: `${collector.url}/v1/traces` },
    ledger: join(home, 'priced'),
    prices,
  });
  try {
    await ask({ gateway, collector });
    const [root] = await collector.received(2);
    const answered = await call(gateway.url, '/api/stats', { method: 'GET' });
    const { cost_usd: cost } = JSON.parse(answered.body.toString()) as { cost_usd: number };
    assert.ok(cost > 0);
    assert.equal(root?.attributes['llm.cost.total'], cost);
    assert.equal(root?.attributes['switchyard.cost.spent_usd'], cost);
    const { configuration } = gateway.running;
    const before = configuration.snapshot();
    const dearer = { configured: { first: { input: 30, output: 150 } }, environment: {} };
    const accounting = { ...before.accounting, prices: dearer };
    configuration.applySnapshot({ snapshot: { ...before, accounting }, path: undefined });
    await ask({ gateway, collector });
    const spans = await collector.received(4);
    assert.equal(spans[2]?.attributes['llm.cost.total'], 10 * cost, 'by the prices of the new configuration');
  } finally {
    await gateway.stop();
    await collector.close();
  }
});

test('the parent a client names is the parent of the span, and its decision not to trace is kept', async () => {
  await traced({}, async (traced) => {
    const trace = '0af7651916cd43dd8448eb211c80319c';
    await ask(traced, 'claude-opus-5', { traceparent: `00-${trace}-b7ad6b7169203331-00` });
    await ask(traced, 'claude-opus-5', { traceparent: `00-${trace}-b7ad6b7169203331-01` });
    const [root, attempt] = await traced.collector.received(2);
    await traced.gateway.stop();
    assert.equal(traced.collector.spans.length, 2, 'the first of the two was not to be traced');
    assert.equal(root?.traceId, trace);
    assert.equal(root?.parentSpanId, 'b7ad6b7169203331');
    assert.equal(attempt?.parentSpanId, root?.spanId);
  });
});

test('none, some or all requests are traced, as the sampler says', async () => {
  for (const [ratio, least, most] of [
    [0, 0, 0],
    [0.5, 5, 35],
    [1, 40, 40],
  ] as const) {
    await traced({ sampler: { followsParent: true, ratio } }, async (traced) => {
      for (let count = 0; count < 40; count += 1) await ask(traced, 'claude-opus-5');
      await traced.gateway.record(40);
      await traced.gateway.stop();
      const requests = traced.collector.spans.filter(({ name }) => name === 'proxy_request').length;
      assert.ok(requests >= least && requests <= most, `${requests} of 40 at ${ratio}`);
    });
  }
});

test('the GenAI conventions are said beside or instead of OpenInference', async () => {
  for (const [conventions, hasOpenInference, hasGenAi] of [
    ['openinference', true, false],
    ['genai', false, true],
    ['both', true, true],
  ] as const) {
    await traced({ conventions }, async (traced) => {
      await ask(traced, 'claude-opus-5');
      const [root] = await traced.collector.received(2);
      const { attributes } = root!;
      assert.equal('llm.model_name' in attributes, hasOpenInference, conventions);
      assert.equal('gen_ai.request.model' in attributes, hasGenAi, conventions);
      if (!hasGenAi) return;
      assert.equal(attributes['gen_ai.operation.name'], 'chat');
      assert.equal(attributes['gen_ai.request.model'], 'claude-opus-5');
      assert.equal(attributes['gen_ai.request.temperature'], 0.5);
      assert.equal(typeof attributes['gen_ai.usage.output_tokens'], 'number');
      assert.deepEqual(attributes['gen_ai.response.finish_reasons'], ['end_turn']);
    });
  }
});

const tracingOf = async ({ gateway }: Traced) => {
  const { body } = await call(gateway.url, '/api/tracing', { method: 'GET' });
  return JSON.parse(body.toString());
};

const put = ({ gateway }: Traced, enabled: unknown, headers: Record<string, string> = {}) =>
  call(gateway.url, '/api/tracing', {
    method: 'PUT',
    headers: {
      'content-type': 'application/json',
      'content-length': String(JSON.stringify({ enabled }).length),
      ...headers,
    },
    body: JSON.stringify({ enabled }),
  });

test('tracing is switched at run time by a caller on this machine, and status says that it is not for good', async () => {
  await traced({ enabled: false }, async (traced) => {
    await ask(traced, 'claude-opus-5');
    const off = await tracingOf(traced);
    assert.deepEqual([off.enabled, off.switched, off.state], [false, false, 'off']);
    assert.equal((await put(traced, true)).status, 200);
    await ask(traced, 'claude-opus-5');
    await traced.collector.received(2);
    const initialized = traced.gateway.logged.filter(({ message: line }) =>
      line.startsWith('OpenTelemetry OTLP tracing initialized endpoint='),
    );
    assert.equal(initialized.length, 1);
    assert.match(initialized[0]?.message ?? '', new RegExp(`endpoint=${traced.collector.url}/v1/traces$`));
    const on = await until('all spans to be counted', async () => {
      const seen = await tracingOf(traced);
      return seen.spans.exported === 2 && seen;
    });
    assert.deepEqual([on.enabled, on.switched, on.state], [true, true, 'ready']);
    const { body } = await call(traced.gateway.url, '/api/status', { method: 'GET' });
    assert.equal(JSON.parse(body.toString()).tracing.switched, true);
    await put(traced, false);
    await ask(traced, 'claude-opus-5');
    await traced.gateway.stop();
    assert.equal(traced.collector.spans.length, 2);
  });
});

test('the switch takes nothing but true and false, and no page of another origin', async () => {
  await traced({ enabled: false }, async (traced) => {
    assert.equal((await put(traced, 'yes')).status, 400);
    const foreign = await put(traced, true, { origin: 'http://evil.example' });
    assert.equal(foreign.status, 403);
    const authorized = await put(traced, false, { authorization: `Bearer ${ADMIN_TOKEN}` });
    assert.equal(authorized.status, 200);
    assert.equal((await tracingOf(traced)).enabled, false);
  });
});

for (const [what, break_] of [
  ['is not there', async ({ collector }: Traced) => collector.close()],
  ['refuses', async ({ collector }: Traced) => collector.answerWith(403)],
  ['never answers', async ({ collector }: Traced) => collector.answerWith('nothing')],
] as const) {
  test(`a collector that ${what} costs spans and never a request, and is told of once`, async () => {
    await traced({ queue: 8, batch: 4, timeout: 150 }, async (traced) => {
      await break_(traced);
      for (let count = 0; count < 30; count += 1)
        assert.equal((await ask(traced, 'claude-opus-5')).status, 200);
      const state = await until('the outage to be known', async () => {
        const seen = await tracingOf(traced);
        return seen.state === 'failing' && seen.spans.dropped > 0 && seen;
      });
      assert.notEqual(state.reason, '');
      assert.ok(state.spans.waiting <= 8);
      const told = traced.gateway.logged.filter(({ message: line }) =>
        line.startsWith('[Trace] The collector'),
      );
      assert.equal(told.length, 1);
      const begun = performance.now();
      await traced.gateway.stop();
      assert.ok(performance.now() - begun < 4_000, 'the stop waits for no collector');
      assert.equal(state.spans.exported, 0);
    });
  });
}

test('spans go out again when the collector is back', async () => {
  await traced({ timeout: 100 }, async (traced) => {
    traced.collector.answerWith(400);
    await ask(traced, 'claude-opus-5');
    await until('the outage', async () => (await tracingOf(traced)).state === 'failing');
    traced.collector.answerWith(200);
    await ask(traced, 'claude-opus-5');
    await traced.collector.received(2);
    await until('the end of the outage', async () => (await tracingOf(traced)).state === 'ready');
    assert.ok(traced.gateway.logged.some(({ message: line }) => line.includes('takes spans again')));
  });
});

test('what waits is sent when the gateway stops', async () => {
  await traced({ delay: 60_000 }, async (traced) => {
    await ask(traced, 'claude-opus-5');
    await traced.gateway.record();
    await traced.gateway.stop();
    assert.equal(attempts(traced.collector.spans).length, 1);
    assert.equal(traced.collector.spans[0]?.resource['service.name'], 'switchyard');
  });
});

test('gRPC without its package is told in one line that says what to do, and requests go on', async () => {
  await traced({ protocol: 'grpc', url: 'http://127.0.0.1:4317' }, async (traced) => {
    assert.equal((await ask(traced, 'claude-opus-5')).status, 200);
    const state = await until('the state', async () => {
      const seen = await tracingOf(traced);
      return seen.state !== 'starting' && seen;
    });
    if (state.state === 'ready') return; // The optional package is installed here.
    assert.equal(state.state, 'unavailable');
    assert.match(state.reason, /npm install @opentelemetry\/exporter-trace-otlp-grpc/);
    assert.match(state.reason, /4318/);
    const lines = traced.gateway.logged.filter(({ level }) => level === 'warn');
    assert.equal(lines.length, 1);
  });
});

test('a reload that changes nothing about tracing leaves it alone, and one that does moves it', async () => {
  const other = await startOtlpCollector();
  await traced({}, async (traced) => {
    await ask(traced, 'claude-opus-5');
    await traced.collector.received(2);
    const { configuration } = traced.gateway.running;
    const apply = (tracing: Partial<TracingSettings>) => {
      const before = configuration.snapshot();
      const snapshot = { ...before, tracing: { ...before.tracing, ...tracing } };
      configuration.applySnapshot({ snapshot, path: undefined });
    };
    const initialized = () =>
      traced.gateway.logged.filter(({ message: line }) => line.includes('initialized'));
    apply({});
    await ask(traced, 'claude-opus-5');
    await traced.collector.received(4);
    assert.equal(initialized().length, 1);
    apply({ headers: [{ name: 'api-key', value: new Secret('one') }], url: `${other.url}/v1/traces` });
    await ask(traced, 'claude-opus-5');
    await other.received(2);
    assert.equal(other.messages[0]?.headers['api-key'], 'one');
    apply({ headers: [{ name: 'api-key', value: new Secret('two') }] });
    await ask(traced, 'claude-opus-5');
    await other.received(4);
    assert.equal(other.messages.at(-1)?.headers['api-key'], 'two');
    assert.equal(initialized().length, 3);
    apply({ enabled: false });
    await ask(traced, 'claude-opus-5');
    assert.equal((await tracingOf(traced)).state, 'off');
  });
  await other.close();
});
