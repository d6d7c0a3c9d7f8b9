/** Requests in the shape real clients give them, in all four formats: one kind of work each. */
import type { Format } from '../../src/domain/format.ts';

export interface ShapedRequest {
  readonly what: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** What a request is about, before a format gives it its shape. */
interface Matter {
  readonly what: string;
  readonly model: string;
  readonly stream?: boolean;
  readonly image?: 'in-turn' | 'in-tool-result' | 'earlier';
  readonly tools?: 'agent' | 'none' | 'search-only' | 'search-forced';
  readonly text?: number;
  readonly system?: string;
  readonly newestSystem?: string;
  readonly effort?: string;
  readonly budget?: number;
  readonly maxTokens?: number;
  readonly title?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  readonly counting?: boolean;
}

const MODELS = [
  'claude-opus-5-5',
  'claude-sonnet-5-5',
  'claude-haiku-4-5-20251001',
  'claude-fable-5-2',
  'coder-model',
];

const MATTERS: readonly Matter[] = [
  ...MODELS.map((model) => ({ what: `a main request for ${model}`, model })),
  ...MODELS.map((model) => ({ what: `a long conversation with ${model}`, model, text: 320_000 })),
  ...MODELS.map((model) => ({ what: `an image for ${model}`, model, image: 'in-turn' as const })),
  { what: 'a name with provider and suffix', model: 'anthropic/claude-sonnet-4-5[1m]' },
  { what: 'an image in a tool result', model: 'claude-opus-5-5', image: 'in-tool-result' },
  { what: 'an image of an earlier turn', model: 'claude-opus-5-5', image: 'earlier' },
  { what: 'a web search request', model: 'claude-opus-5-5', tools: 'search-only' },
  { what: 'a forced web search', model: 'claude-opus-5-5', tools: 'search-forced' },
  { what: 'effort xhigh', model: 'claude-sonnet-5-5', effort: 'xhigh' },
  { what: 'effort medium', model: 'claude-sonnet-5-5', effort: 'medium' },
  { what: 'a large thinking budget', model: 'claude-sonnet-4-5', budget: 31_999 },
  { what: 'a small thinking budget', model: 'claude-sonnet-4-5', budget: 5_000 },
  {
    what: 'a subagent tag',
    model: 'claude-opus-5-5',
    system: '<CCR-SUBAGENT-MODEL>big/tagged</CCR-SUBAGENT-MODEL>',
  },
  {
    what: 'a tag that names nobody',
    model: 'claude-opus-5-5',
    system: '<CCR-SUBAGENT-MODEL>nobody/x</CCR-SUBAGENT-MODEL>',
  },
  { what: 'plan mode', model: 'claude-opus-5-5', newestSystem: 'Plan mode is active. Do not edit.' },
  {
    what: 'plan mode that is over',
    model: 'claude-opus-5-5',
    system: 'Plan mode is active.',
    newestSystem: 'Go on.',
  },
  { what: 'a title request', model: 'claude-opus-5-5', tools: 'none', title: true },
  {
    what: 'a title generator',
    model: 'claude-sonnet-5-5',
    tools: 'none',
    system: 'You are a title generator.',
  },
  { what: 'a quota probe', model: 'claude-sonnet-5-5', tools: 'none', maxTokens: 1 },
  { what: 'a short answer with tools', model: 'claude-sonnet-5-5', maxTokens: 100 },
  { what: 'an image in a long conversation', model: 'claude-opus-5-5', image: 'in-turn', text: 320_000 },
  { what: 'a request not streamed', model: 'claude-opus-5-5', stream: false },
  { what: 'tokens to be counted', model: 'claude-opus-5-5', counting: true },
  { what: 'tokens of a long conversation', model: 'claude-opus-5-5', counting: true, text: 320_000 },
];

const HEADERS: Readonly<Record<Format, Readonly<Record<string, string>>>> = {
  'anthropic-messages': {
    'user-agent': 'claude-cli/2.1.328 (external, sdk-cli)',
    'x-app': 'cli',
    'anthropic-version': '2023-06-01',
  },
  'openai-chat': { 'user-agent': 'opencode/1.18.33 ai-sdk/provider-utils/4.0' },
  'openai-responses': { 'user-agent': 'codex_exec/0.169.0', originator: 'codex_exec' },
  gemini: { 'user-agent': 'GeminiCLI-tui/0.61.0/gemini-3-pro (linux; x64)' },
};

/** Headers by which the clients of a format say that a subagent or a helper speaks. */
const SPECIAL: Readonly<Record<Format, readonly Matter[]>> = {
  'anthropic-messages': [
    {
      what: 'a subagent',
      model: 'claude-fable-5-2',
      headers: { 'x-claude-code-session-id': 's', 'x-claude-code-agent-id': 'a1' },
    },
    {
      what: 'a subagent with a type of its own',
      model: 'claude-opus-5-5',
      headers: {
        'x-claude-code-session-id': 's',
        'x-claude-code-agent-id': 'a2',
        'x-claude-code-agent-type': 'Explore',
      },
    },
    {
      what: 'a helper by its class',
      model: 'claude-opus-5-5',
      headers: { 'x-claude-code-request-class': 'auxiliary' },
    },
  ],
  'openai-chat': [
    {
      what: 'a subagent of opencode',
      model: 'claude-fable-5-2',
      headers: { 'x-session-id': 'sub', 'x-parent-session-id': 'main' },
    },
  ],
  'openai-responses': [
    {
      what: 'a subagent of Codex',
      model: 'claude-fable-5-2',
      headers: { 'thread-id': 't', 'x-openai-subagent': 'collab_spawn' },
    },
  ],
  gemini: [],
};

export function shapedRequests(format: Format): readonly ShapedRequest[] {
  const canCount = format === 'anthropic-messages' || format === 'gemini';
  return [...MATTERS, ...SPECIAL[format]]
    .filter(({ counting }) => counting !== true || canCount)
    .map((matter) => ({
      what: matter.what,
      path: pathOf(format, matter),
      headers: { 'content-type': 'application/json', ...HEADERS[format], ...matter.headers },
      body: SHAPES[format](matter),
    }));
}

function pathOf(format: Format, { model, stream = true, counting }: Matter): string {
  switch (format) {
    case 'anthropic-messages':
      return counting === true ? '/v1/messages/count_tokens?beta=true' : '/v1/messages?beta=true';
    case 'openai-chat':
      return '/v1/chat/completions';
    case 'openai-responses':
      return '/v1/responses';
    default: {
      const verb =
        counting === true ? 'countTokens' : stream ? 'streamGenerateContent?alt=sse' : 'generateContent';
      return `/v1beta/models/${encodeURIComponent(model)}:${verb}`;
    }
  }
}

const DATA = 'iVBORw0KGgo'.repeat(500);
const AGENT_TOOLS = ['Bash', 'Read', 'Edit', 'Grep', 'WebSearch', 'WebFetch'];
const PARAMETERS = {
  type: 'object',
  properties: { command: { type: 'string', description: 'What to do. '.repeat(20) } },
};
const TITLE = { type: 'object', properties: { title: { type: 'string' } }, required: ['title'] };

function words(bytes: number): string {
  return 'lorem ipsum dolor sit amet '.repeat(Math.ceil(bytes / 27));
}

function toolNames({ tools = 'agent' }: Matter): readonly string[] {
  if (tools === 'none') return [];
  return tools === 'search-only' ? ['web_search'] : AGENT_TOOLS;
}

const SHAPES: Readonly<Record<Format, (matter: Matter) => unknown>> = {
  'anthropic-messages': anthropic,
  'openai-chat': chat,
  'openai-responses': responses,
  gemini,
};

function anthropic(matter: Matter): unknown {
  const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: DATA } };
  const result = {
    type: 'tool_result',
    tool_use_id: 'toolu_1',
    content: matter.image === 'in-tool-result' ? [image] : 'done',
  };
  const messages = [
    {
      role: 'user',
      content: [
        { type: 'text', text: words(matter.text ?? 2_000) },
        ...(matter.image === 'earlier' ? [image] : []),
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'hm', signature: 'c2ln' },
        { type: 'tool_use', id: 'toolu_1', name: 'Bash', input: { command: 'ls' } },
      ],
    },
    { role: 'user', content: [result, ...(matter.image === 'in-turn' ? [image] : [])] },
    ...(matter.newestSystem === undefined ? [] : [{ role: 'system', content: matter.newestSystem }]),
  ];
  const names = toolNames(matter);
  const search = { type: 'web_search_20250305', name: 'web_search', max_uses: 8 };
  return {
    model: matter.model,
    max_tokens: matter.maxTokens ?? 32_000,
    stream: matter.stream ?? true,
    system: [
      { type: 'text', text: 'x-anthropic-billing-header: cc_version=2.1.328.abc;' },
      { type: 'text', text: matter.system ?? 'You are an agent.', cache_control: { type: 'ephemeral' } },
    ],
    messages,
    tools:
      matter.tools === 'search-only'
        ? [search]
        : names.map((name) => ({ name, description: words(300), input_schema: PARAMETERS })),
    ...(matter.tools === 'search-forced' ? { tool_choice: { type: 'tool', name: 'WebSearch' } } : {}),
    ...(matter.budget === undefined
      ? { thinking: { type: 'adaptive', display: 'omitted' } }
      : { thinking: { type: 'enabled', budget_tokens: matter.budget } }),
    output_config: {
      effort: matter.effort ?? 'high',
      ...(matter.title === true ? { format: { type: 'json_schema', schema: TITLE } } : {}),
    },
    metadata: { user_id: '{"device_id":"d","session_id":"s"}' },
  };
}

function chat(matter: Matter): unknown {
  const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${DATA}` } };
  const messages = [
    { role: 'system', content: matter.system ?? 'You are an agent.' },
    {
      role: 'user',
      content: [
        { type: 'text', text: words(matter.text ?? 2_000) },
        ...(matter.image === 'earlier' ? [image] : []),
      ],
    },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'c', type: 'function', function: { name: 'Bash', arguments: '{}' } }],
    },
    { role: 'tool', tool_call_id: 'c', content: matter.image === 'in-tool-result' ? [image] : 'done' },
    ...(matter.image === 'in-turn' ? [{ role: 'user', content: [image] }] : []),
    ...(matter.newestSystem === undefined ? [] : [{ role: 'system', content: matter.newestSystem }]),
  ];
  return {
    model: matter.model,
    stream: matter.stream ?? true,
    stream_options: { include_usage: true },
    max_tokens: matter.maxTokens ?? 32_000,
    messages,
    tools: toolNames(matter).map((name) => ({
      type: 'function',
      function: { name, description: words(300), parameters: PARAMETERS },
    })),
    ...(matter.tools === 'search-forced'
      ? { tool_choice: { type: 'function', function: { name: 'WebSearch' } } }
      : {}),
    ...(matter.effort === undefined ? {} : { reasoning_effort: matter.effort }),
    ...(matter.budget === undefined ? {} : { reasoning: { max_tokens: matter.budget } }),
    ...(matter.title === true
      ? { response_format: { type: 'json_schema', json_schema: { name: 't', schema: TITLE } } }
      : {}),
  };
}

function responses(matter: Matter): unknown {
  const image = { type: 'input_image', image_url: `data:image/png;base64,${DATA}` };
  const input = [
    {
      type: 'message',
      role: 'user',
      content: [
        { type: 'input_text', text: words(matter.text ?? 2_000) },
        ...(matter.image === 'earlier' ? [image] : []),
      ],
    },
    { type: 'reasoning', encrypted_content: 'abc', summary: [] },
    { type: 'function_call', call_id: 'c', name: 'Bash', arguments: '{}' },
    {
      type: 'function_call_output',
      call_id: 'c',
      output: matter.image === 'in-tool-result' ? [image] : 'done',
    },
    ...(matter.image === 'in-turn' ? [{ type: 'message', role: 'user', content: [image] }] : []),
    ...(matter.newestSystem === undefined
      ? []
      : [{ type: 'message', role: 'developer', content: matter.newestSystem }]),
  ];
  const search =
    matter.tools === 'search-only' || matter.tools === 'search-forced' ? [{ type: 'web_search' }] : [];
  const functions =
    matter.tools === 'search-only'
      ? []
      : toolNames(matter).map((name) => ({
          type: 'function',
          name,
          description: words(300),
          parameters: PARAMETERS,
        }));
  return {
    model: matter.model,
    stream: matter.stream ?? true,
    store: false,
    instructions: matter.system ?? 'You are an agent.',
    max_output_tokens: matter.maxTokens ?? 32_000,
    input,
    tools: [...search, ...functions],
    ...(matter.tools === 'search-forced' ? { tool_choice: { type: 'web_search' } } : { tool_choice: 'auto' }),
    reasoning: {
      effort: matter.effort ?? 'medium',
      ...(matter.budget === undefined ? {} : { max_tokens: matter.budget }),
    },
    ...(matter.title === true ? { text: { format: { type: 'json_schema', name: 't', schema: TITLE } } } : {}),
  };
}

function gemini(matter: Matter): unknown {
  const image = { inlineData: { mimeType: 'image/png', data: DATA } };
  const contents = [
    {
      role: 'user',
      parts: [{ text: words(matter.text ?? 2_000) }, ...(matter.image === 'earlier' ? [image] : [])],
    },
    { role: 'model', parts: [{ functionCall: { name: 'Bash', args: {} } }] },
    {
      role: 'user',
      parts: [
        { functionResponse: { name: 'Bash', response: { output: 'done' } } },
        ...(matter.image === 'in-turn' || matter.image === 'in-tool-result' ? [image] : []),
      ],
    },
  ];
  const functions =
    matter.tools === 'search-only'
      ? []
      : [
          {
            functionDeclarations: toolNames(matter).map((name) => ({
              name,
              description: words(300),
              parameters: PARAMETERS,
            })),
          },
        ];
  return {
    systemInstruction: {
      parts: [{ text: matter.newestSystem ?? matter.system ?? 'You are an agent.' }],
    },
    contents,
    tools: matter.tools === 'search-only' ? [{ googleSearch: {} }] : functions,
    ...(matter.tools === 'search-forced'
      ? { toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['WebSearch'] } } }
      : {}),
    generationConfig: {
      maxOutputTokens: matter.maxTokens ?? 32_000,
      ...(matter.budget === undefined && matter.effort === undefined
        ? {}
        : {
            thinkingConfig: {
              ...(matter.budget === undefined ? {} : { thinkingBudget: matter.budget }),
              ...(matter.effort === undefined ? {} : { thinkingLevel: matter.effort.toUpperCase() }),
            },
          }),
      ...(matter.title === true ? { responseSchema: TITLE } : {}),
    },
  };
}
