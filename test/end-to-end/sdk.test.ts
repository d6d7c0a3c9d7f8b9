import Anthropic, { APIError } from '@anthropic-ai/sdk';
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import OpenAI from 'openai';
import { cut, errorFirst, errorAfter, html, status, text, toolCall } from '../support/answers.ts';
import { headerOf, modelOf } from '../support/recorded-request.ts';
import type { Answer } from '../support/reply.ts';
import type { ThreeTiers } from '../support/three-tiers.ts';
import { HAIKU_SERVED_BY, startThreeTiers, tracesOf } from '../support/three-tiers.ts';
import { soon } from '../support/until.ts';

let tiers: ThreeTiers;
before(async () => {
  tiers = await startThreeTiers();
});
after(async () => tiers?.close());
beforeEach(() => {
  for (const upstream of [tiers.anthropic, tiers.zai, tiers.chat]) upstream.reset();
});

const BASH: Anthropic.Tool = {
  name: 'Bash',
  input_schema: { type: 'object', properties: { command: { type: 'string' } }, required: ['command'] },
};
const MODELS = ['claude-haiku-4-5-20251001', 'claude-sonnet-5-5', 'claude-opus-5-5'] as const;

function anthropicClient(): Anthropic {
  return new Anthropic({
    baseURL: tiers.gateway.url,
    authToken: tiers.callerToken,
    apiKey: null,
    maxRetries: 0,
  });
}

function openAiClient(): OpenAI {
  return new OpenAI({ baseURL: `${tiers.gateway.url}/v1`, apiKey: 'dummy', maxRetries: 0 });
}

type Ask = (body: Anthropic.MessageCreateParamsNonStreaming) => Promise<Anthropic.Message>;

const WAYS: Readonly<Record<'streaming' | 'whole', Ask>> = {
  streaming: async (body) => anthropicClient().messages.stream(body).finalMessage(),
  whole: async (body) => anthropicClient().messages.create(body),
};

for (const way of ['streaming', 'whole'] as const) {
  describe(`the Anthropic SDK, ${way}`, () => {
    const ask = WAYS[way];

    for (const model of MODELS) {
      test(`${model} makes a tool round trip`, async () => {
        const question: Anthropic.MessageParam = { role: 'user', content: 'What is in nonce.txt?' };
        const base = { model, max_tokens: 1_000, tools: [BASH] };
        const first = await ask({ ...base, messages: [question] });
        const call = first.content.find((block) => block.type === 'tool_use');
        assert.deepEqual(call?.input, { command: 'cat nonce.txt' });
        assert.equal(first.stop_reason, 'tool_use');
        const second = await ask({
          ...base,
          messages: [
            question,
            { role: 'assistant', content: first.content },
            {
              role: 'user',
              content: [{ type: 'tool_result', tool_use_id: call.id, content: 'NONCE-0a1b2c3d' }],
            },
          ],
        });
        const [block] = second.content;
        assert.equal(block?.type === 'text' && block.text, 'DONE-0a1b2c3d');
        assert.ok(second.usage.input_tokens > 0 && second.usage.output_tokens > 0);
      });
    }

    test('all three models are served at the same time, each by its own provider', async () => {
      const answers = await Promise.all(
        MODELS.map(async (model) =>
          ask({ model, max_tokens: 100, messages: [{ role: 'user', content: 'hello' }] }),
        ),
      );
      assert.deepEqual(
        answers.map(({ model }) => model),
        [HAIKU_SERVED_BY, MODELS[1], MODELS[2]],
      );
      assert.deepEqual(tiers.zai.requests.map(modelOf), [HAIKU_SERVED_BY]);
      assert.deepEqual(tiers.anthropic.requests.map(modelOf).sort(), [MODELS[2], MODELS[1]]);
    });
  });
}

describe('credentials', () => {
  test('the login goes to Anthropic byte for byte, the key to the third party, and neither elsewhere', async () => {
    for (const model of MODELS) {
      await WAYS.streaming({ model, max_tokens: 100, messages: [{ role: 'user', content: 'hello' }] });
    }
    await openAiClient().chat.completions.create({
      model: 'gpt-x',
      messages: [{ role: 'user', content: 'hello' }],
    });
    for (const request of tiers.anthropic.requests) {
      assert.equal(headerOf(request, 'authorization'), `Bearer ${tiers.callerToken}`);
      assert.equal(headerOf(request, 'x-api-key'), undefined);
    }
    assert.equal(headerOf(await tiers.zai.request(1), 'x-api-key'), tiers.zaiKey);
    assert.equal(headerOf(await tiers.chat.request(1), 'authorization'), `Bearer ${tiers.zaiKey}`);
    for (const trace of tracesOf(tiers.callerToken)) {
      assert.ok(!tiers.zai.receivedBytes().includes(trace));
      assert.ok(!tiers.chat.receivedBytes().includes(trace));
    }
    assert.ok(!tiers.chat.receivedBytes().includes('dummy'));
  });

  test('tokens are counted by the provider that serves the model', async () => {
    const counted = await anthropicClient().messages.countTokens({
      model: MODELS[1],
      messages: [{ role: 'user', content: 'hello' }],
    });
    assert.ok(counted.input_tokens > 0);
    assert.equal(tiers.anthropic.requests.length, 1);
  });
});

/** What can go wrong, and the status an SDK must report where there is one. */
const FAILURES: readonly (readonly [name: string, answer: Answer, status?: number])[] = [
  ['400', status(400), 400],
  ['401', status(401)],
  ['429 without Retry-After', status(429), 429],
  ['500', status(500), 500],
  ['529', status(529), 529],
  ['a web page', html()],
  ['a web page with 502', html(502)],
  ['the connection reset before the head', cut(text('hello'), 0, 'reset')],
  ['the connection closed in mid-answer', cut(text('hello'), 40, 'fin')],
  ['the connection reset in mid-answer', cut(text('hello'), 40, 'reset')],
];
const STREAM_FAILURES: typeof FAILURES = [
  ['an error as the first event', errorFirst()],
  ['an error event in mid-answer', errorAfter(text('hello'), 2)],
  ['a clean end in mid-answer', cut(text('hello'), 450, 'end')],
];

describe('the SDKs throw within a second, whatever the upstream does', () => {
  const question = { role: 'user', content: 'hello' } as const;
  const anthropicBody = { model: MODELS[1], max_tokens: 10, messages: [question] };
  const chatBody = { model: 'gpt-x', messages: [question] };

  const lanes = [
    ['Anthropic, streaming', [...FAILURES, ...STREAM_FAILURES], async () => WAYS.streaming(anthropicBody)],
    ['Anthropic, whole', FAILURES, async () => WAYS.whole(anthropicBody)],
    [
      'OpenAI, streaming',
      [...FAILURES, ...STREAM_FAILURES],
      async () => {
        for await (const _ of await openAiClient().chat.completions.create({ ...chatBody, stream: true }));
      },
    ],
    ['OpenAI, whole', FAILURES, async () => openAiClient().chat.completions.create(chatBody)],
  ] as const;

  for (const [lane, failures, ask] of lanes) {
    for (const [name, answer, expected] of failures) {
      test(`${lane}: ${name}`, async () => {
        (lane.startsWith('Anthropic') ? tiers.anthropic : tiers.chat).script({ answer });
        const thrown = await soon<unknown>(
          'the SDK to throw',
          ask().then(
            () => 'nothing was thrown',
            (error: unknown) => error,
          ),
          1_000,
        );
        assert.ok(thrown instanceof Error, String(thrown));
        if (expected !== undefined) assert.equal('status' in thrown && thrown.status, expected);
      });
    }
  }

  test('a 429 always tells when to come back', async () => {
    tiers.anthropic.script({ answer: status(429) });
    const error = await WAYS.whole(anthropicBody).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof APIError);
    assert.match(error.headers?.get('retry-after') ?? '', /^\d+$/);
  });

  test('a tool call with awkward input comes through unharmed', async () => {
    const input = { path: 'a "b"\\c\n', text: 'Grüße 🚂', nested: { empty: {}, list: [1, null] } };
    tiers.anthropic.script({ answer: toolCall('Edit', input) });
    const { content } = await WAYS.streaming(anthropicBody);
    const [block] = content;
    assert.deepEqual(block?.type === 'tool_use' && block.input, input);
  });
});
