/** What spans show of a conversation, in every format, and what they never show. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { TracingSettings } from '../src/config/build/tracing-settings.ts';
import { FORMATS, type Format } from '../src/domain/format.ts';
import { originOf } from '../src/domain/origin.ts';
import { Secret } from '../src/lib/secret.ts';
import { cut, heldAfter, text, toolCall } from './support/answers.ts';
import { call, message } from './support/call.ts';
import type { CollectedSpan } from './support/decode-otlp.ts';
import { exampleProvider } from './support/example-provider.ts';
import { modelAt, startFourFormats, type FourFormats } from './support/four-formats.ts';
import { startInProcess, type InProcessGateway } from './support/in-process-gateway.ts';
import { startOtlpCollector, type OtlpCollector } from './support/otlp-collector.ts';
import { headerOf } from './support/recorded-request.ts';
import { startScriptedUpstream } from './support/scripted-upstream.ts';
import { until } from './support/until.ts';

let four: FourFormats;
let collector: OtlpCollector;

before(async () => {
  collector = await startOtlpCollector();
  four = await startFourFormats({}, { tracing: tracing({ conventions: 'both' }) });
});

after(async () => {
  await four.close();
  await collector.close();
});

function tracing(settings: Partial<TracingSettings> = {}): Partial<TracingSettings> {
  return { enabled: true, url: `${collector.url}/v1/traces`, content: true, ...settings };
}

/** The same turn of a conversation in each format: a tool was called, its result is there. */
const REQUESTS: Readonly<Record<Format, (stream: boolean) => { path: string; body: object }>> = {
  'anthropic-messages': (stream) => ({
    path: '/v1/messages',
    body: {
      model: '',
      max_tokens: 64,
      stream,
      system: 'Be short.',
      tools: [{ name: 'look', description: 'Looks.', input_schema: { type: 'object', properties: {} } }],
      messages: [
        { role: 'user', content: 'What is there?' },
        {
          role: 'assistant',
          content: [{ type: 'tool_use', id: 'call_1', name: 'look', input: { at: 'x' } }],
        },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_1', content: 'a tree' }] },
      ],
    },
  }),
  'openai-chat': (stream) => ({
    path: '/v1/chat/completions',
    body: {
      model: '',
      stream,
      tools: [
        {
          type: 'function',
          function: { name: 'look', description: 'Looks.', parameters: { type: 'object', properties: {} } },
        },
      ],
      messages: [
        { role: 'system', content: 'Be short.' },
        { role: 'user', content: 'What is there?' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'call_1', type: 'function', function: { name: 'look', arguments: '{"at":"x"}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'call_1', content: 'a tree' },
      ],
    },
  }),
  'openai-responses': (stream) => ({
    path: '/v1/responses',
    body: {
      model: '',
      stream,
      instructions: 'Be short.',
      tools: [
        {
          type: 'function',
          name: 'look',
          description: 'Looks.',
          parameters: { type: 'object', properties: {} },
        },
      ],
      input: [
        { role: 'user', content: 'What is there?' },
        { type: 'function_call', call_id: 'call_1', name: 'look', arguments: '{"at":"x"}' },
        { type: 'function_call_output', call_id: 'call_1', output: 'a tree' },
      ],
    },
  }),
  gemini: (stream) => ({
    path: `/v1beta/models/MODEL:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    body: {
      systemInstruction: { parts: [{ text: 'Be short.' }] },
      tools: [{ functionDeclarations: [{ name: 'look', description: 'Looks.' }] }],
      contents: [
        { role: 'user', parts: [{ text: 'What is there?' }] },
        { role: 'model', parts: [{ functionCall: { id: 'call_1', name: 'look', args: { at: 'x' } } }] },
        {
          role: 'user',
          parts: [{ functionResponse: { id: 'call_1', name: 'look', response: { output: 'a tree' } } }],
        },
      ],
    },
  }),
};

async function askIn(format: Format, target: Format, stream: boolean): Promise<CollectedSpan> {
  const { path, body } = REQUESTS[format](stream);
  const model = modelAt(target);
  const seen = collector.spans.length;
  const answered = await call(four.gateway.url, path.replace('MODEL', model), { body: { ...body, model } });
  assert.equal(answered.status, 200, answered.body.toString());
  const id = answered.headers['x-switchyard-exchange'];
  return until('the span of the request', () =>
    collector.spans.slice(seen).find(({ attributes }) => attributes['switchyard.exchange'] === id),
  );
}

for (const format of FORMATS) {
  for (const stream of [false, true]) {
    test(`messages, tools and the answer of a ${format} client are shown, ${stream ? 'streamed' : 'whole'}`, async () => {
      for (const target of ['anthropic-messages', 'openai-chat'] as const) {
        four.upstream.reset();
        four.upstream.script({ answer: toolCall('look', { at: 'the sky' }) });
        const { attributes } = await askIn(format, target, stream);
        const at = (name: string): unknown => attributes[`llm.${name}`];
        assert.equal(at('input_messages.0.message.role'), 'system');
        assert.equal(at('input_messages.0.message.content'), 'Be short.');
        assert.equal(at('input_messages.1.message.content'), 'What is there?');
        assert.equal(at('input_messages.2.message.tool_calls.0.tool_call.function.name'), 'look');
        const given = at('input_messages.2.message.tool_calls.0.tool_call.function.arguments');
        assert.deepEqual(JSON.parse(String(given)), { at: 'x' });
        assert.equal(at('input_messages.3.message.role'), 'tool');
        assert.match(String(at('input_messages.3.message.content')), /a tree/);
        assert.equal(at('output_messages.0.message.role'), 'assistant');
        assert.equal(at('output_messages.0.message.tool_calls.0.tool_call.function.name'), 'look');
        const wanted = at('output_messages.0.message.tool_calls.0.tool_call.function.arguments');
        assert.deepEqual(JSON.parse(String(wanted)), { at: 'the sky' });
        assert.equal(JSON.parse(String(at('tools.0.tool.json_schema'))).name, 'look');
        assert.match(String(attributes['output.value']), /look\(.*the sky/);
        const [said] = JSON.parse(String(attributes['gen_ai.output.messages']));
        assert.equal(said.parts.at(-1).name, 'look');
        const asked = JSON.parse(String(attributes['gen_ai.input.messages']));
        assert.deepEqual(asked[0], { role: 'user', parts: [{ type: 'text', content: 'What is there?' }] });
        assert.equal(asked.at(-1).parts[0].type, 'tool_call_response');
      }
    });
  }
}

interface Scene {
  readonly settings?: Partial<TracingSettings>;
  readonly traceContext?: boolean;
}

async function withOne(
  { settings = {}, traceContext }: Scene,
  act: (scene: {
    url: string;
    upstream: Awaited<ReturnType<typeof startScriptedUpstream>>;
    own: OtlpCollector;
    configuration: InProcessGateway['running']['configuration'];
  }) => Promise<void>,
): Promise<void> {
  const own = await startOtlpCollector();
  const upstream = await startScriptedUpstream();
  const secret = new Secret('configured-key-Qx7RbNdWz');
  const gateway = await startInProcess({
    providers: [
      exampleProvider({
        origin: originOf(new URL(upstream.url)),
        auth: { kind: 'secret', header: 'x-api-key', scheme: undefined, secret },
        traceContext,
      }),
    ],
    tracing: tracing({ url: `${own.url}/v1/traces`, ...settings }),
  });
  try {
    await act({ url: gateway.url, upstream, own, configuration: gateway.running.configuration });
  } finally {
    await gateway.stop();
    await upstream.close();
    await own.close();
  }
}

test('without content no word of a conversation is sent', async () => {
  await withOne({ settings: { content: false, conventions: 'both' } }, async ({ url, upstream, own }) => {
    upstream.script({ answer: text('an answer to remember') });
    await call(url, '/v1/messages', {
      body: message('claude-opus-5', { messages: [{ role: 'user', content: 'a question to remember' }] }),
    });
    await own.received(2);
    assert.ok(!own.bytes().includes('to remember'));
  });
});

test('when content is switched off, what runs at that moment is not shown either', async () => {
  await withOne({ settings: { conventions: 'both' } }, async ({ url, upstream, own, configuration }) => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    upstream.script({ answer: heldAfter(text('an answer to remember'), 2, released) });
    const answer = call(url, '/v1/messages', { body: message('claude-opus-5', { stream: true }) });
    await until('the request', () => upstream.requests.length === 1);
    const snapshot = configuration.snapshot();
    const next = { ...snapshot, tracing: { ...snapshot.tracing, content: false } };
    configuration.applySnapshot({ snapshot: next, path: undefined });
    release();
    assert.equal((await answer).status, 200);
    await own.received(2);
    assert.ok(!own.bytes().includes('to remember'));
  });
});

test('what is recognised as a secret is blacked out, in what was asked and in what was answered', async () => {
  await withOne({}, async ({ url, upstream, own }) => {
    const shown = 'sk-ant-api03-Vk3mZqXwTb7LcRdNsP';
    upstream.script({ answer: text(`Your keys are configured-key-Qx7RbNdWz and ${shown}.`) });
    await call(url, '/v1/messages', {
      headers: { authorization: 'Bearer caller-token-Hn4XqWzRt8' },
      body: message('claude-opus-5', {
        messages: [{ role: 'user', content: `caller-token-Hn4XqWzRt8 ghp_${'x1'.repeat(18)} fine` }],
      }),
    });
    const [root] = await own.received(2);
    assert.equal(
      root?.attributes['llm.output_messages.0.message.content'],
      'Your keys are [redacted] and [redacted].',
    );
    assert.equal(root?.attributes['llm.input_messages.0.message.content'], '[redacted] [redacted] fine');
  });
});

test('of a long conversation the latest messages are shown, each cut where it is too long', async () => {
  await withOne({ settings: { contentLimit: 4_000 } }, async ({ url, upstream, own }) => {
    upstream.script({ answer: text('y'.repeat(3_000)) });
    const messages = Array.from({ length: 40 }, (_, index) => ({
      role: index % 2 === 0 ? 'user' : 'assistant',
      content: `message ${index} ${'x'.repeat(400)}`,
    }));
    await call(url, '/v1/messages', { body: message('claude-opus-5', { messages }) });
    const [root] = await own.received(2);
    const shown = Object.entries(root?.attributes ?? {}).filter(([name]) => name.endsWith('message.content'));
    const all = shown.map(([, value]) => String(value));
    assert.ok(all.some((value) => value.startsWith('message 39 ')));
    assert.ok(!all.some((value) => value.startsWith('message 0 ')));
    assert.ok(all.some((value) => /^\[\d+ earlier messages are not shown\]$/.test(value)));
    assert.match(
      String(root?.attributes['llm.output_messages.0.message.content']),
      /^y{1000} … \[2000 more characters\]$/,
    );
    assert.ok(all.join('').length < 4_500);
  });
});

test('an answer that breaks off leaves a span that says so, and no answer in it', async () => {
  await withOne({}, async ({ url, upstream, own }) => {
    upstream.script({ answer: cut(text('a long answer that never ends'), 500, 'reset') });
    await call(url, '/v1/messages', { body: message('claude-opus-5', { stream: true }) });
    const [root, attempt] = await own.received(2);
    assert.deepEqual([root?.status.code, attempt?.status.code], [2, 2]);
    assert.equal(root?.attributes['error.type'], 'upstream_reset');
    assert.equal(root?.attributes['llm.input_messages.0.message.content'], 'hi');
  });
});

test('a request that nobody can read leaves a span with the error it was answered with', async () => {
  await withOne({}, async ({ url, own }) => {
    const answered = await call(url, '/v1/messages', { body: '{"model":"claude-opus-5","messages"' });
    assert.equal(answered.status, 400);
    const [root] = await own.received(1);
    assert.equal(root?.attributes['error.type'], 'malformed_body');
    assert.match(String(root?.attributes['output.value']), /not a valid JSON/);
  });
});

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const CONTEXT = { traceparent: PARENT, tracestate: 'vendor=1', baggage: 'user=me' };

test('a provider that may not know learns nothing of the trace', async () => {
  await withOne({}, async ({ url, upstream }) => {
    await call(url, '/v1/messages', { headers: CONTEXT, body: message('claude-opus-5') });
    const request = await upstream.request(1);
    for (const name of Object.keys(CONTEXT)) assert.equal(headerOf(request, name), undefined, name);
  });
});

test('a provider that may know is told the try as its parent, and the rest as it came', async () => {
  await withOne({ traceContext: true }, async ({ url, upstream, own }) => {
    await call(url, '/v1/messages', { headers: CONTEXT, body: message('claude-opus-5') });
    const request = await upstream.request(1);
    const [, attempt] = await own.received(2);
    assert.equal(headerOf(request, 'traceparent'), `00-${attempt?.traceId}-${attempt?.spanId}-01`);
    assert.equal(headerOf(request, 'tracestate'), 'vendor=1');
    assert.equal(headerOf(request, 'baggage'), 'user=me');
  });
});

test('while nothing is traced, such a provider is told what the client said', async () => {
  await withOne({ traceContext: true, settings: { enabled: false } }, async ({ url, upstream }) => {
    await call(url, '/v1/messages', { headers: CONTEXT, body: message('claude-opus-5') });
    const request = await upstream.request(1);
    for (const [name, value] of Object.entries(CONTEXT)) assert.equal(headerOf(request, name), value);
  });
});
