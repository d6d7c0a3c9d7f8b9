/** How targets are asked in another way than the client wrote, in all formats, with every other byte kept. */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Explanation } from '../src/contract/explain.ts';
import type { Format } from '../src/domain/format.ts';
import { originOf } from '../src/domain/origin.ts';
import type { Provider } from '../src/domain/provider.ts';
import type { RequestShape } from '../src/domain/request-shape.ts';
import type { TargetQuirks } from '../src/domain/target-quirks.ts';
import { agent, text } from './support/answers.ts';
import { call } from './support/call.ts';
import { exampleProvider } from './support/example-provider.ts';
import { ADMIN_TOKEN, startInProcess, type InProcessGateway } from './support/in-process-gateway.ts';
import { jsonOf } from './support/recorded-request.ts';
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

interface Asked {
  readonly format: Format;
  readonly model?: string;
  readonly shape?: RequestShape;
  readonly quirks?: Partial<TargetQuirks>;
  readonly provider?: Partial<Provider>;
}

const PATHS: Readonly<Record<Format, string>> = {
  'anthropic-messages': '/v1/messages',
  'openai-chat': '/v1/chat/completions',
  'openai-responses': '/v1/responses',
  gemini: '/v1beta/models/m:generateContent',
};

async function start({ format, model = 'm', shape, quirks = {}, provider = {} }: Asked): Promise<void> {
  const at = exampleProvider({
    name: 'one',
    format,
    origin: originOf(new URL(upstream.url)),
    quirks: [{ models: '*', quirks }],
    ...provider,
  });
  gateway = await startInProcess({
    providers: [at],
    routes: { fallback: [{ provider: 'one', model, ...(shape && { shape }) }] },
  });
}

/** What the provider was sent for a request of this client format. */
async function sent(client: Format, body: string): Promise<string> {
  const answered = await call(gateway?.url ?? '', PATHS[client], { body });
  assert.equal(answered.status, 200, answered.body.toString());
  return upstream.requests.at(-1)?.body.toString() ?? '';
}

const CONTENT: Readonly<Record<Format, string>> = {
  'anthropic-messages': '"messages": [{"role":"user","content":"h\\u00e9"}]',
  'openai-chat': '"messages": [{"role":"user","content":"h\\u00e9"}]',
  'openai-responses': '"input": "h\\u00e9"',
  gemini: '"contents": [{"role":"user","parts":[{"text":"h\\u00e9"}]}]',
};

type Row = readonly [
  what: string,
  asked: Asked,
  members: string,
  /** With the content in front. */
  expected: string,
];

const ADAPTIVE: Asked = { format: 'anthropic-messages', model: 'claude-opus-4-6', shape: { effort: 'high' } };
const OPENROUTER = { effort: { kind: 'openrouter' } } as const;
const LEVELS = { effort: { kind: 'effort', levels: ['low', 'high'], off: 'none' } } as const;

const ROWS: readonly Row[] = [
  [
    'an effort for a Claude that thinks adaptively',
    ADAPTIVE,
    '"model":"x","max_tokens":9000,"thinking":{"type":"enabled","budget_tokens":2000}',
    '"model":"claude-opus-4-6","max_tokens":9000,"thinking":{"type":"adaptive"},"output_config":{"effort":"high"}',
  ],
  [
    'a budget for a model of another vendor, with the room it needs',
    { format: 'anthropic-messages', model: 'glm', shape: { thinkingTokens: 8_192 } },
    '"model":"x","max_tokens":4000,"thinking":{"type":"adaptive"},"output_config":{"effort":"xhigh","format":1}',
    '"model":"glm","max_tokens":8193,"thinking":{"type":"enabled","budget_tokens":8192},"output_config":{"format":1}',
  ],
  [
    'no thinking',
    { format: 'anthropic-messages', model: 'glm', shape: { effort: 'none' } },
    '"model":"x","max_tokens":4000,"thinking":{"type":"enabled","budget_tokens":2000}',
    '"model":"glm","max_tokens":4000,"thinking":{"type":"disabled"}',
  ],
  [
    'limits from both sides',
    { format: 'anthropic-messages', shape: { maxTokens: 1_000 } },
    '"model":"x" , "max_tokens": 4000',
    '"model":"m" , "max_tokens": 1000',
  ],
  [
    'a least limit',
    { format: 'anthropic-messages', shape: { minTokens: 500 } },
    '"model":"x","max_tokens":64',
    '"model":"m","max_tokens":500',
  ],
  [
    'hidden thinking',
    { format: 'anthropic-messages', shape: { hideThinking: true } },
    '"model":"x","max_tokens":64,"thinking":{"type":"adaptive"}',
    '"model":"m","max_tokens":64,"thinking":{"type":"adaptive","display":"omitted"}',
  ],
  [
    'an effort and a limit',
    { format: 'openai-chat', shape: { effort: 'xhigh', maxTokens: 100 }, quirks: LEVELS },
    '"model":"x","max_completion_tokens":500',
    '"model":"m","max_completion_tokens":100,"reasoning_effort":"high"',
  ],
  [
    "a limit nobody gave, under the target's name for it",
    { format: 'openai-chat', shape: { maxTokens: 100 }, quirks: { maxTokensField: 'max_completion_tokens' } },
    '"model":"x"',
    '"model":"m","max_completion_tokens":100',
  ],
  [
    'an effort at a provider nobody knows',
    { format: 'openai-chat', shape: { effort: 'high' } },
    '"model":"x"',
    '"model":"m","reasoning_effort":"high"',
  ],
  [
    'an effort that a target is known to have no word for',
    { format: 'openai-chat', shape: { effort: 'high' }, quirks: { effort: { kind: 'none' } } },
    '"model":"x"',
    '"model":"m"',
  ],
  [
    "OpenRouter's reasoning, excluded, in place of what the client said",
    { format: 'openai-chat', shape: { effort: 'low', hideThinking: true }, quirks: OPENROUTER },
    '"model":"x","reasoning_effort":"high","reasoning":{"max_tokens":5}',
    '"model":"m","reasoning":{"effort":"low","exclude":true}',
  ],
  [
    "OpenRouter's reasoning as tokens",
    { format: 'openai-chat', shape: { thinkingTokens: 4_096 }, quirks: OPENROUTER },
    '"model":"x"',
    '"model":"m","reasoning":{"max_tokens":4096}',
  ],
  [
    'an effort and a limit',
    {
      format: 'openai-responses',
      shape: { effort: 'low', maxTokens: 100, hideThinking: true },
      quirks: LEVELS,
    },
    '"model":"x","reasoning":{"effort":"high","summary":"auto"}',
    '"model":"m","reasoning":{"effort":"low"},"max_output_tokens":100',
  ],
  [
    'a level and a limit',
    { format: 'gemini', model: 'gemini-3-pro', shape: { effort: 'low', maxTokens: 100 } },
    '"generation_config":{"temperature":1,"thinkingConfig":{"thinkingBudget":5,"includeThoughts":true}}',
    '"generation_config":{"temperature":1,"thinkingConfig":{"includeThoughts":true,"thinkingLevel":"LOW"},"maxOutputTokens":100}',
  ],
  [
    'a budget',
    { format: 'gemini', model: 'gemini-2.5-flash', shape: { thinkingTokens: 2_048 } },
    '"safetySettings":[]',
    '"safetySettings":[],"generationConfig":{"thinkingConfig":{"thinkingBudget":2048}}',
  ],
];

for (const [what, asked, members, expected] of ROWS) {
  test(`${asked.format}: ${what}; every other byte is the client's`, async () => {
    await start(asked);
    const content = CONTENT[asked.format];
    const body = await sent(asked.format, `{ ${content},${members} }`);
    assert.equal(
      body.replace(' }', '}').replace(' ,"', ',"'),
      `{ ${content},${expected}}`.replace(' ,"', ',"'),
    );
  });
}

const TRANSLATED: readonly (readonly [
  to: Format,
  model: string,
  quirks: Partial<TargetQuirks>,
  expected: object,
])[] = [
  ['openai-chat', 'm', LEVELS, { reasoning_effort: 'low', max_tokens: 100 }],
  ['openai-chat', 'm', {}, { reasoning_effort: 'low' }],
  ['openai-responses', 'm', LEVELS, { max_output_tokens: 100 }],
  ['gemini', 'gemini-3-pro', {}, {}],
];

for (const [to, model, quirks, expected] of TRANSLATED) {
  test(`a request translated to ${to} goes out in the same shape`, async () => {
    await start({ format: to, model, quirks, shape: { effort: 'low', maxTokens: 100 } });
    const members = '"model":"x","max_tokens":4000,"thinking":{"type":"enabled","budget_tokens":3000}';
    const body = await sent('anthropic-messages', `{${CONTENT['anthropic-messages']},${members}}`);
    assert.match(body, /"(?:effort|reasoning_effort|thinkingLevel)":"(?:low|LOW)"/);
    assert.match(body, /"(?:max_tokens|max_output_tokens|maxOutputTokens)":100[,}]/);
    const parsed = JSON.parse(body) as Record<string, unknown>;
    for (const [name, value] of Object.entries(expected)) assert.deepEqual(parsed[name], value);
  });
}

test('counting tokens is not shaped', async () => {
  await start({ format: 'anthropic-messages', shape: { maxTokens: 5, effort: 'high' } });
  const body = `{"model":"x",${CONTENT['anthropic-messages']}}`;
  await call(gateway?.url ?? '', '/v1/messages/count_tokens', { body });
  assert.equal(upstream.requests.at(-1)?.body.toString(), body.replace('"x"', '"m"'));
});

test('a target that takes longer than its timeout makes way for the next', async () => {
  const [slow, quick] = [upstream, await startScriptedUpstream({ answer: text('quick') })];
  slow.script({ answer: () => new Promise(() => undefined) });
  const at = (name: string, { url }: ScriptedUpstream) =>
    exampleProvider({ name, origin: originOf(new URL(url)) });
  gateway = await startInProcess({
    providers: [at('slow', slow), at('quick', quick)],
    routes: {
      fallback: [
        { provider: 'slow', model: 'm', shape: { timeout: 100 } },
        { provider: 'quick', model: 'm' },
      ],
    },
  });
  const answered = await call(gateway.url, '/v1/messages', {
    body: `{"model":"x","max_tokens":5,${CONTENT['anthropic-messages']}}`,
  });
  assert.equal(answered.status, 200);
  const { attempts } = await gateway.record();
  assert.deepEqual(
    attempts.map(({ provider, outcome }) => [provider, outcome.kind]),
    [
      ['slow', 'failed'],
      ['quick', 'answered'],
    ],
  );
  await quick.close();
});

const CHAT_BODY = `{${CONTENT['openai-chat']},"model":"x","max_tokens":64}`;
const UNSUPPORTED = {
  error: {
    message:
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    type: 'invalid_request_error',
    param: 'max_tokens',
    code: 'unsupported_parameter',
  },
};

test('T27: a target that wants the output limit under the other name gets it so at once, and from then on first', async () => {
  await start({ format: 'openai-chat' });
  upstream.script({
    answer: (request) => ('max_tokens' in jsonOf(request) ? jsonReply(400, UNSUPPORTED) : agent(request)),
  });
  const body = await sent('openai-chat', CHAT_BODY);
  assert.equal(body, CHAT_BODY.replace('"x"', '"m"').replace('max_tokens', 'max_completion_tokens'));
  assert.equal(upstream.requests.length, 2);
  const { attempts } = (await gateway?.record()) ?? { attempts: [] };
  assert.deepEqual(
    attempts.map(({ outcome }) => ('status' in outcome ? outcome.status : outcome.kind)),
    [400, 200],
  );
  await sent('openai-chat', CHAT_BODY);
  assert.equal(upstream.requests.length, 3, 'the name is remembered');
});

test('T27: a refusal of both names is the client’s, byte for byte, after one more try', async () => {
  await start({ format: 'openai-chat' });
  upstream.script({ answer: () => jsonReply(400, UNSUPPORTED) });
  const answered = await call(gateway?.url ?? '', PATHS['openai-chat'], { body: CHAT_BODY });
  assert.equal(answered.status, 400);
  assert.deepEqual(JSON.parse(answered.body.toString()), UNSUPPORTED);
  assert.equal(upstream.requests.length, 2);
});

test('explain says in which shape the first target would be asked', async () => {
  await start({ format: 'anthropic-messages', shape: { effort: 'high', timeout: 5_000 } });
  const { body } = await call(gateway?.url ?? '', '/api/explain', {
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    body: { body: { model: 'x', messages: [] } },
  });
  assert.deepEqual((JSON.parse(body.toString()) as Explanation).shape, { effort: 'high', timeout_ms: 5_000 });
});
