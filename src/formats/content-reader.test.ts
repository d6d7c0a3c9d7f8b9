import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { ContentFacts } from '../domain/content-facts.ts';
import { wireFormatOf } from './index.ts';

const PATHS = {
  'anthropic-messages': '/v1/messages',
  'openai-chat': '/v1/chat/completions',
  'openai-responses': '/v1/responses',
  gemini: '/v1beta/models/gemini-3-pro:generateContent',
} as const;
type Name = keyof typeof PATHS;

function read(format: Name, body: object): ContentFacts {
  const bytes = Buffer.from(JSON.stringify({ model: 'm', ...body }));
  const { content } = wireFormatOf(format).inspect(bytes, PATHS[format], 'content');
  assert.ok(content !== undefined);
  return content;
}

const IMAGE = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'A'.repeat(4_000) } };
const IMAGE_URL = { type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(4_000)}` } };
const INPUT_IMAGE = { type: 'input_image', image_url: `data:image/png;base64,${'A'.repeat(4_000)}` };
const INLINE = { inlineData: { mimeType: 'image/png', data: 'A'.repeat(4_000) } };

const images: readonly (readonly [
  what: string,
  format: Name,
  body: object,
  images: ContentFacts['images'],
])[] = [
  ['none', 'anthropic-messages', { messages: [{ role: 'user', content: 'an "image"' }] }, 'none'],
  [
    'in the user turn',
    'anthropic-messages',
    { messages: [{ role: 'user', content: [IMAGE] }] },
    'newest-turn',
  ],
  [
    'inside a tool result',
    'anthropic-messages',
    {
      messages: [
        { role: 'assistant', content: 'x' },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: [IMAGE] }] },
      ],
    },
    'newest-turn',
  ],
  [
    'in front of a system message of the same turn',
    'anthropic-messages',
    {
      messages: [
        { role: 'user', content: [IMAGE] },
        { role: 'system', content: 'note' },
      ],
    },
    'newest-turn',
  ],
  [
    'before the last answer',
    'anthropic-messages',
    {
      messages: [
        { role: 'user', content: [IMAGE] },
        { role: 'assistant', content: 'x' },
        { role: 'user', content: 'go on' },
      ],
    },
    'earlier',
  ],
  ['as URL', 'openai-chat', { messages: [{ role: 'user', content: [IMAGE_URL] }] }, 'newest-turn'],
  [
    'in a tool message',
    'openai-chat',
    {
      messages: [
        { role: 'assistant', content: null },
        { role: 'tool', content: [IMAGE_URL] },
      ],
    },
    'newest-turn',
  ],
  [
    'in an input item',
    'openai-responses',
    { input: [{ role: 'user', content: [INPUT_IMAGE] }] },
    'newest-turn',
  ],
  [
    'in the output of a call',
    'openai-responses',
    {
      input: [
        { type: 'function_call', name: 'a' },
        { type: 'function_call_output', output: [INPUT_IMAGE] },
      ],
    },
    'newest-turn',
  ],
  [
    'before a call of the model',
    'openai-responses',
    {
      input: [
        { role: 'user', content: [INPUT_IMAGE] },
        { type: 'reasoning' },
        { type: 'function_call_output', output: 'x' },
      ],
    },
    'earlier',
  ],
  ['as inline data', 'gemini', { contents: [{ role: 'user', parts: [INLINE] }] }, 'newest-turn'],
  [
    'before the model spoke',
    'gemini',
    {
      contents: [
        { role: 'user', parts: [INLINE] },
        { role: 'model', parts: [{ text: 'x' }] },
      ],
    },
    'earlier',
  ],
  [
    'inline data that is no image',
    'gemini',
    { contents: [{ role: 'user', parts: [{ inlineData: { mimeType: 'audio/wav', data: 'AA' } }] }] },
    'none',
  ],
];

for (const [what, format, body, expected] of images) {
  test(`image ${what} (${format}): ${expected}`, () => assert.equal(read(format, body).images, expected));
}

test('the size counts conversation, system text and tools, and leaves attachments out', () => {
  const text = 'word '.repeat(2_000);
  const bodies: readonly (readonly [Name, object])[] = [
    [
      'anthropic-messages',
      {
        system: text,
        tools: [{ name: 'a', description: text }],
        messages: [{ role: 'user', content: [IMAGE, { type: 'text', text }] }],
      },
    ],
    [
      'openai-chat',
      {
        tools: [{ type: 'function', function: { name: 'a', description: text } }],
        messages: [
          { role: 'system', content: text },
          { role: 'user', content: [IMAGE_URL, { type: 'text', text }] },
        ],
      },
    ],
    [
      'openai-responses',
      {
        instructions: text,
        tools: [{ type: 'function', name: 'a', description: text }],
        input: [{ role: 'user', content: [INPUT_IMAGE, { type: 'input_text', text }] }],
      },
    ],
    [
      'gemini',
      {
        systemInstruction: { parts: [{ text }] },
        tools: [{ functionDeclarations: [{ name: 'a', description: text }] }],
        contents: [{ role: 'user', parts: [INLINE, { text }] }],
      },
    ],
  ];
  for (const [format, body] of bodies) {
    const { textBytes, attachments } = read(format, body);
    assert.ok(textBytes > 30_000 && textBytes < 30_500, `${format}: ${textBytes}`);
    assert.equal(attachments, 1, format);
  }
});

const tools: readonly (readonly [
  format: Name,
  body: object,
  names: readonly string[],
  forced: string | undefined,
])[] = [
  [
    'anthropic-messages',
    {
      tools: [
        { name: 'a', input_schema: { properties: { name: { type: 'string' } } } },
        { type: 'web_search_20250305', name: 'web_search' },
      ],
      tool_choice: { type: 'tool', name: 'a' },
    },
    ['a', 'web_search:web_search_20250305'],
    'a',
  ],
  ['anthropic-messages', { tools: [], tool_choice: { type: 'auto' } }, [], undefined],
  [
    'openai-chat',
    {
      tools: [{ type: 'function', function: { description: 'd', name: 'b' } }],
      tool_choice: { type: 'function', function: { name: 'b' } },
    },
    ['b'],
    'b',
  ],
  [
    'openai-responses',
    {
      tools: [{ type: 'web_search' }, { type: 'namespace', name: 'n', tools: [{ name: 'x' }] }],
      tool_choice: 'required',
    },
    ['web_search:web_search', 'n:namespace'],
    undefined,
  ],
  [
    'gemini',
    {
      tools: [{ functionDeclarations: [{ name: 'g' }] }, { googleSearch: {} }],
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['g'] } },
    },
    ['g', 'googleSearch:web_search'],
    'g',
  ],
];

for (const [format, body, names, forced] of tools) {
  test(`tools of ${format}: ${names.join(', ') || 'none'}`, () => {
    const facts = read(format, body);
    assert.deepEqual(
      facts.tools.map(({ name, type }) => (type === undefined ? name : `${name}:${type}`)),
      names,
    );
    assert.equal(facts.forcedTool, forced);
  });
}

const thinking: readonly (readonly [
  format: Name,
  body: object,
  budget: number | undefined,
  effort: string | undefined,
])[] = [
  ['anthropic-messages', { thinking: { type: 'enabled', budget_tokens: 31_999 } }, 31_999, undefined],
  [
    'anthropic-messages',
    { thinking: { type: 'adaptive' }, output_config: { effort: 'xhigh' } },
    undefined,
    'xhigh',
  ],
  ['openai-chat', { reasoning_effort: 'high' }, undefined, 'high'],
  ['openai-chat', { reasoning: { max_tokens: 20_000, effort: 'low' } }, 20_000, 'low'],
  ['openai-responses', { reasoning: { effort: 'medium', summary: 'auto' } }, undefined, 'medium'],
  ['gemini', { generationConfig: { thinkingConfig: { thinkingBudget: 24_576 } } }, 24_576, undefined],
  ['gemini', { generationConfig: { thinkingConfig: { thinkingLevel: 'HIGH' } } }, undefined, 'high'],
];

for (const [format, body, budget, effort] of thinking) {
  test(`thinking of ${format}: ${budget ?? ''}${effort ?? ''}`, () => {
    const facts = read(format, body);
    assert.deepEqual([facts.thinkingBudget, facts.effort], [budget, effort]);
  });
}

test('plan mode, titles and the newest system text are found where clients put them', () => {
  const safeguards = [{ classifier_context: { permission_mode: 'plan' } }];
  assert.equal(read('anthropic-messages', { safeguards }).planMode, true);
  assert.equal(
    read('anthropic-messages', { safeguards: [{ classifier_context: { permission_mode: 'default' } }] })
      .planMode,
    false,
  );
  const schema = { type: 'object', properties: { title: { type: 'string' } } };
  assert.equal(
    read('anthropic-messages', { output_config: { format: { type: 'json_schema', schema } } }).asksForTitle,
    true,
  );
  assert.equal(read('openai-chat', { response_format: { json_schema: { schema } } }).asksForTitle, true);
  assert.equal(
    read('openai-chat', { messages: [{ role: 'user', content: JSON.stringify(schema) }] }).asksForTitle,
    false,
  );
  const messages = [
    { role: 'system', content: 'FIRST' },
    { role: 'user', content: 'x' },
    { role: 'system', content: [{ type: 'text', text: 'Plan mode is ACTIVE' }] },
  ];
  assert.match(read('anthropic-messages', { system: 'OLD', messages }).systemText(), /plan mode is active/);
  assert.doesNotMatch(read('anthropic-messages', { system: 'OLD', messages }).systemText(), /old|first/);
  assert.match(read('anthropic-messages', { system: 'OLD', messages: [] }).systemText(), /old/);
});

test('what stands in a nested object never counts as a top-level member', () => {
  const body = {
    metadata: { tools: [{ name: 'x' }], tool_choice: 'required' },
    tools: [{ name: 'a', tools: [1], tool_choice: { type: 'any' } }],
  };
  const bytes = Buffer.from(JSON.stringify({ model: 'm', ...body }));
  for (const depth of ['members', 'content'] as const) {
    const facts = wireFormatOf('openai-chat').inspect(bytes, PATHS['openai-chat'], depth);
    assert.deepEqual([facts.offersTools, facts.requiresTool], [true, false], depth);
  }
});

for (const [choice, required] of [
  ['"required"', true],
  ['"auto"', false],
  ['{"type":"any"}', true],
  ['{"type": "tool","name":"a"}', true],
  ['{"type":"auto"}', false],
  ['{"type":"none"}', false],
  ['{"function":{"name":"a"},"type":"function"}', true],
] as const) {
  test(`tool_choice ${choice}: ${required ? 'a call is demanded' : 'none is'}`, () => {
    const bytes = Buffer.from(`{"model":"m","tool_choice":${choice}}`);
    assert.equal(wireFormatOf('openai-chat').inspect(bytes, '').requiresTool, required);
  });
}

test('whatever stands in a body, looking deeper neither throws nor changes the facts', () => {
  const names = fc.constantFrom(
    'messages',
    'input',
    'contents',
    'system',
    'tools',
    'tool_choice',
    'thinking',
    'content',
    'parts',
    'role',
    'type',
    'name',
    'function',
    'inlineData',
    'stream',
    'text',
    'generationConfig',
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom<unknown>(null, true, 5, 'assistant', 'image', 'tool_result', 'text'),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(names, tie('value'), { maxKeys: 5 }),
    ),
  }));
  fc.assert(
    fc.property(
      fc.dictionary(names, value, { maxKeys: 8 }),
      fc.constantFrom(...(Object.keys(PATHS) as Name[])),
      (body, format) => {
        const bytes = Buffer.from(JSON.stringify(body));
        const { content, ...deep } = wireFormatOf(format).inspect(bytes, PATHS[format], 'content');
        const { content: none, ...plain } = wireFormatOf(format).inspect(bytes, PATHS[format]);
        assert.deepEqual(deep, plain);
        assert.equal(none, undefined);
        assert.ok(content !== undefined && content.textBytes >= 0 && content.textBytes <= bytes.length);
        content.systemText();
      },
    ),
  );
});
