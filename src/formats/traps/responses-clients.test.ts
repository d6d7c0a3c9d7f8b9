/** Codex and the SDK of Responses in front of providers of other formats. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  chatStream,
  codesOf,
  eventsOf,
  receive,
  receiveWhole,
  send,
  type Sent,
  target,
  type Wire,
} from '../../../fixtures/translation.ts';
import { cutAt, fixture } from '../../../fixtures/play.ts';
import { SDK_CLIENTS } from '../../../fixtures/sdk-clients.ts';
import { OPENAI_QUIRKS } from '../../domain/quirk-sets.ts';
import { wrapOpaque } from '../../domain/opaque.ts';

const CHAT = target('openai-chat');
const CLAUDE = target('anthropic-messages');

function user(text: string): Wire {
  return { type: 'message', role: 'user', content: [{ type: 'input_text', text }] };
}

function said(text: string): Wire {
  return { type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] };
}

function request(more: Wire): Wire {
  return { model: 'm', stream: true, store: false, input: [user('hi')], ...more };
}

function sendCodex(more: Wire, to = CHAT): Sent {
  return send('openai-responses', request(more), to);
}

/** The items of a stream that a provider of Chat answers these deltas with. */
function answered({ context }: Sent, deltas: readonly Wire[], finish = 'tool_calls'): Wire[] {
  const { text, violations, report } = receive(
    'openai-chat',
    'openai-responses',
    [chatStream(deltas, finish)],
    context,
  );
  assert.deepEqual(violations, []);
  assert.equal(report.outcome.kind, 'complete');
  const events = eventsOf(text);
  const items = events.filter(({ type }) => type === 'response.output_item.done').map(({ item }) => item);
  assert.deepEqual(events.at(-1).response.output, items);
  return items;
}

function calling(name: string, input: Wire): Wire {
  const text = typeof input === 'string' ? input : JSON.stringify(input);
  return { tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name, arguments: text } }] };
}

/** What clients look at, without the ids made up here. */
function bare({ id: _id, status: _status, ...item }: Wire): Wire {
  return item;
}

test('instructions, developer messages and turns become the messages of a Chat provider', () => {
  const { body, warnings } = sendCodex({
    instructions: 'Be brief.',
    input: [
      { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'Sandbox: on.' }] },
      user('list'),
      said('Sure.'),
      { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'ls', arguments: '{"p":1}' },
      { type: 'function_call', id: 'fc_2', call_id: 'call_2', name: 'pwd', arguments: '' },
      { type: 'function_call_output', call_id: 'call_2', output: '/' },
      { type: 'function_call_output', call_id: 'call_1', output: [{ type: 'input_text', text: 'a.txt' }] },
      user('thanks'),
    ],
  });
  assert.deepEqual(body.messages, [
    { role: 'system', content: 'Be brief.\n\nSandbox: on.' },
    { role: 'user', content: 'list' },
    {
      role: 'assistant',
      content: 'Sure.',
      tool_calls: [
        { id: 'call_1', type: 'function', function: { name: 'ls', arguments: '{"p":1}' } },
        { id: 'call_2', type: 'function', function: { name: 'pwd', arguments: '{}' } },
      ],
    },
    { role: 'tool', tool_call_id: 'call_1', content: 'a.txt' },
    { role: 'tool', tool_call_id: 'call_2', content: '/' },
    { role: 'user', content: 'thanks' },
  ]);
  assert.deepEqual(codesOf(warnings), []);
});

test('input as one string, and messages without a type, are what a user says', () => {
  assert.deepEqual(sendCodex({ input: 'hi' }).body.messages, [{ role: 'user', content: 'hi' }]);
  const untyped = { input: [{ role: 'user', content: 'hi' }] };
  assert.deepEqual(sendCodex(untyped).body.messages, [{ role: 'user', content: 'hi' }]);
});

const NAMESPACED = {
  tools: [
    {
      type: 'namespace',
      name: 'mcp__files',
      description: 'Files',
      tools: [{ type: 'function', name: 'read', parameters: { type: 'object', properties: {} } }],
    },
  ],
  input: [
    user('hi'),
    { type: 'function_call', call_id: 'c0', namespace: 'mcp__files', name: 'read', arguments: '{}' },
    { type: 'function_call_output', call_id: 'c0', output: 'x' },
  ],
};

test('T28: tools of a namespace go out under joined names and come back with their namespace', () => {
  for (const to of [CHAT, CLAUDE]) {
    const { body } = sendCodex(NAMESPACED, to);
    const [tool] = body.tools;
    assert.equal(tool.function?.name ?? tool.name, 'mcp__files__read');
    assert.ok(JSON.stringify(body.messages).includes('"name":"mcp__files__read"'));
  }
  const [item] = answered(sendCodex(NAMESPACED), [calling('mcp__files__read', {})]);
  const expected = {
    type: 'function_call',
    call_id: 'call_1',
    name: 'read',
    namespace: 'mcp__files',
    arguments: '{}',
  };
  assert.deepEqual(bare(item), expected);
});

const PATCH = '*** Begin Patch\n*** Add File: "ü"\n+1\n*** End Patch';
const APPLY_PATCH = {
  tools: [
    {
      type: 'custom',
      name: 'apply_patch',
      description: 'Edits files.',
      format: { type: 'grammar', syntax: 'lark', definition: 'start: /x/' },
    },
  ],
  input: [
    user('hi'),
    { type: 'custom_tool_call', call_id: 'c0', name: 'apply_patch', input: PATCH },
    { type: 'custom_tool_call_output', call_id: 'c0', output: 'Done' },
  ],
};

test('a free-text tool is a function with one argument there and free text again here', () => {
  const sent = sendCodex(APPLY_PATCH);
  const [tool] = sent.body.tools;
  assert.deepEqual(tool.function.parameters.required, ['input']);
  assert.match(tool.function.description, /lark grammar:\nstart/);
  assert.deepEqual(JSON.parse(sent.body.messages[1].tool_calls[0].function.arguments), { input: PATCH });
  const pieces = JSON.stringify({ input: PATCH });
  const deltas = [calling('apply_patch', pieces.slice(0, 20))];
  deltas.push({ tool_calls: [{ index: 0, function: { arguments: pieces.slice(20) } }] });
  const [item] = answered(sent, deltas);
  const expected = { type: 'custom_tool_call', call_id: 'call_1', name: 'apply_patch', input: PATCH };
  assert.deepEqual(bare(item), expected);
});

test('a free-text tool stays one where the provider knows them', () => {
  const { body } = sendCodex(APPLY_PATCH, target('openai-chat', OPENAI_QUIRKS));
  assert.deepEqual(body.tools[0].custom.format, {
    type: 'grammar',
    grammar: { syntax: 'lark', definition: 'start: /x/' },
  });
  assert.deepEqual(body.messages[1].tool_calls[0], {
    id: 'c0',
    type: 'custom',
    custom: { name: 'apply_patch', input: PATCH },
  });
});

const BUILTINS: readonly (readonly [tool: Wire, input: Wire, item: Wire])[] = [
  [
    { type: 'local_shell' },
    { command: ['ls', '-l'], working_directory: '/' },
    {
      type: 'local_shell_call',
      action: { type: 'exec', command: ['ls', '-l'], working_directory: '/', env: {} },
    },
  ],
  [
    { type: 'local_shell' },
    { command: 'ls -l' },
    { type: 'local_shell_call', action: { type: 'exec', command: ['bash', '-lc', 'ls -l'], env: {} } },
  ],
  [
    { type: 'shell', environment: { type: 'local' } },
    { commands: ['ls'], timeout_ms: 5 },
    { type: 'shell_call', action: { commands: ['ls'], timeout_ms: 5, max_output_length: null } },
  ],
  [
    { type: 'apply_patch' },
    { type: 'create_file', path: 'a', diff: '+1' },
    { type: 'apply_patch_call', operation: { type: 'create_file', diff: '+1', path: 'a' } },
  ],
  [
    { type: 'tool_search', execution: 'client', description: 'Finds tools.' },
    { query: 'files' },
    { type: 'tool_search_call', execution: 'client', arguments: { query: 'files' } },
  ],
];

test('built-in tools the client runs are functions there, and items of their own here', () => {
  for (const [tool, input, item] of BUILTINS) {
    const sent = sendCodex({ tools: [tool] });
    assert.equal(sent.body.tools[0].function.name, tool.type);
    const [found] = answered(sent, [calling(tool.type, input)]);
    assert.deepEqual(bare(found), { call_id: 'call_1', ...item });
    const whole = receiveWhole(
      'openai-chat',
      'openai-responses',
      {
        id: 'c',
        model: 'm',
        choices: [
          { message: { role: 'assistant', ...calling(tool.type, input) }, finish_reason: 'tool_calls' },
        ],
      },
      sent.context,
    );
    assert.deepEqual(whole.violations, []);
    assert.deepEqual(bare(whole.body.output[0]), { call_id: 'call_1', ...item });
  }
});

test('arguments that do not fit a built-in tool come as a function call, so that the model can be told', () => {
  const [item] = answered(sendCodex({ tools: [{ type: 'local_shell' }] }), [
    calling('local_shell', { cmd: 1 }),
  ]);
  assert.deepEqual([item.type, item.name, item.arguments], ['function_call', 'local_shell', '{"cmd":1}']);
});

test('earlier calls of built-in tools and what they returned are told to the model', () => {
  const { body } = sendCodex({
    tools: [{ type: 'local_shell' }, { type: 'apply_patch' }],
    input: [
      user('hi'),
      {
        type: 'local_shell_call',
        id: 'lsh_1',
        call_id: 'c1',
        action: { type: 'exec', command: ['ls'], env: {} },
      },
      { type: 'local_shell_call_output', id: 'c1', output: 'a.txt' },
      {
        type: 'apply_patch_call',
        call_id: 'c2',
        operation: { type: 'delete_file', path: 'a' },
        status: 'completed',
      },
      { type: 'apply_patch_call_output', call_id: 'c2', status: 'failed', output: 'no such file' },
      { type: 'shell_call', call_id: 'c3', action: { commands: ['x'] } },
      {
        type: 'shell_call_output',
        call_id: 'c3',
        output: [{ stdout: 'out', stderr: '', outcome: { type: 'exit', exit_code: 1 } }],
      },
    ],
  });
  const [, first, shell, second, patch, third, output] = body.messages;
  assert.equal(first.tool_calls[0].function.arguments, '{"command":["ls"]}');
  assert.equal(shell.content, 'a.txt');
  assert.equal(second.tool_calls[0].function.arguments, '{"type":"delete_file","path":"a"}');
  assert.equal(patch.content, 'Error: no such file');
  assert.equal(third.tool_calls[0].function.name, 'shell');
  assert.match(output.content, /"stdout":"out".*"exit_code":1/);
});

test('tools and settings that come as items of the input count', () => {
  const parameters = { type: 'object', properties: {} };
  const { body } = sendCodex(
    {
      reasoning: { effort: 'low' },
      input: [
        {
          type: 'additional_tools',
          role: 'developer',
          tools: [{ type: 'function', name: 'late', parameters }],
        },
        user('hi'),
        {
          type: 'tool_search_output',
          call_id: 's',
          tools: [{ type: 'function', name: 'found', parameters }],
        },
        { type: 'configuration_update', reasoning: { effort: 'high' } },
        {
          type: 'configuration_update',
          text: { format: { type: 'json_schema', name: 'answer', schema: { type: 'object' } } },
        },
      ],
    },
    target('openai-chat', OPENAI_QUIRKS),
  );
  assert.deepEqual(
    body.tools.map((tool: Wire) => tool.function.name),
    ['late', 'found'],
  );
  assert.equal(body.reasoning_effort, 'high');
  assert.equal(body.response_format.json_schema.name, 'answer');
});

test('what needs the memory of a provider is refused by name', () => {
  const rows: readonly (readonly [Wire, RegExp])[] = [
    [{ previous_response_id: 'resp_1' }, /^previous_response_id unsupported/],
    [{ conversation: 'conv_1' }, /^conversation unsupported/],
    [{ prompt: { id: 'p' } }, /^prompt unsupported/],
    [{ background: true }, /^background unsupported/],
    [{ input: [{ type: 'item_reference', id: 'x' }] }, /item_reference/],
    [{ input: [{ type: 'compaction', encrypted_content: 'x' }] }, /compaction/],
  ];
  for (const [more, message] of rows)
    assert.throws(() => sendCodex(more), { code: 'capability_rejected', message });
  assert.doesNotThrow(() => sendCodex({ previous_response_id: null, background: false }));
});

test('a hosted search beside other tools is left out with a warning, alone it is refused', () => {
  const search = { type: 'web_search' };
  const plain = { type: 'function', name: 'f', parameters: {} };
  const { body, warnings } = sendCodex({ tools: [search, plain] });
  assert.equal(body.tools.length, 1);
  assert.deepEqual(codesOf(warnings), ['tool_dropped']);
  assert.throws(() => sendCodex({ tools: [search] }), { code: 'capability_rejected', message: /web_search/ });
  const location = { type: 'approximate', city: 'Graz' };
  const asked = { ...search, filters: { allowed_domains: ['a.test'] }, user_location: location };
  assert.deepEqual(sendCodex({ tools: [asked] }, CLAUDE).body.tools[0], {
    type: 'web_search_20250305',
    name: 'web_search',
    allowed_domains: ['a.test'],
    user_location: location,
    cache_control: { type: 'ephemeral' },
  });
});

test('what only tunes the transport or stores nothing is no loss; every other field is told', () => {
  const quiet = {
    include: ['reasoning.encrypted_content'],
    client_metadata: { a: 'b' },
    truncation: 'disabled',
    metadata: {},
    service_tier: 'auto',
    prompt_cache_key: 'thread',
    parallel_tool_calls: true,
  };
  assert.deepEqual(codesOf(sendCodex(quiet).warnings), []);
  const loud = { truncation: 'auto', include: ['message.output_text.logprobs'], max_tool_calls: 3 };
  assert.deepEqual(
    sendCodex(loud).warnings.map(({ path }) => path),
    ['truncation', 'max_tool_calls', 'include'],
  );
});

test('a prompt-cache key of Codex is the session, for providers that cache by it', () => {
  const { body } = sendCodex({ prompt_cache_key: 'thread-1' }, target('openai-chat', OPENAI_QUIRKS));
  assert.match(body.prompt_cache_key, /^[0-9a-f]{32}$/);
  assert.equal(sendCodex({ prompt_cache_key: 'thread-1' }, CLAUDE).body.metadata.user_id, 'thread-1');
});

test('tool choices of every kind', () => {
  const tools = ['f', 'g'].map((name) => ({ type: 'function', name, parameters: {} }));
  const choose = (tool_choice: Wire) => sendCodex({ tools, tool_choice }).body;
  assert.equal(choose('required').tool_choice, 'required');
  assert.deepEqual(choose({ type: 'function', name: 'g' }).tool_choice.function, { name: 'g' });
  const allowed = choose({
    type: 'allowed_tools',
    mode: 'required',
    tools: [{ type: 'function', name: 'g' }],
  });
  assert.deepEqual([allowed.tools.length, allowed.tool_choice], [1, 'required']);
});

test('reasoning of another provider goes through the client sealed, and back to its issuer alone', () => {
  const answer = receive('anthropic-messages', 'openai-responses', [
    fixture('anthropic-messages/thinking-and-tool.txt'),
  ]);
  const output = eventsOf(answer.text).at(-1).response.output;
  const reasoning = output.find((item: Wire) => item.type === 'reasoning');
  assert.match(reasoning.encrypted_content, /^gw1\./);
  const call = output.find((item: Wire) => item.type === 'function_call');
  const input = [user('hi'), ...output, { type: 'function_call_output', call_id: call.call_id, output: 'x' }];
  const issuer = target('anthropic-messages', {}, { model: 'model-9' });
  const back = sendCodex({ input }, issuer).body.messages[1].content;
  const [thinking] = back;
  assert.deepEqual([thinking.type, thinking.thinking], ['thinking', reasoning.summary[0].text]);
  assert.ok(thinking.signature.length > 0 && !thinking.signature.startsWith('gw1.'));
  const elsewhere = sendCodex({ input });
  assert.equal(JSON.stringify(elsewhere.body).includes('gw1.'), false);
  assert.ok(codesOf(elsewhere.warnings).includes('reasoning_dropped'));
});

test('sealed reasoning of OpenAI itself is nobody else’s', () => {
  const item = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAAA' };
  const { body, warnings } = sendCodex({ input: [user('hi'), item, said('ok'), user('more')] }, CLAUDE);
  assert.equal(JSON.stringify(body).includes('gAAAA'), false);
  assert.deepEqual(codesOf(warnings), ['reasoning_dropped']);
});

test('T73: a signature of Gemini behind Chat travels in front of its call and returns on it', () => {
  const sent = sendCodex({ tools: [{ type: 'function', name: 'f', parameters: {} }] });
  const delta = calling('f', {});
  delta.tool_calls[0].extra_content = { google: { thought_signature: 'c2ln' } };
  const [seal, call] = answered(sent, [delta]);
  assert.deepEqual([seal.type, seal.summary, call.type], ['reasoning', [], 'function_call']);
  const result = { type: 'function_call_output', call_id: call.call_id, output: 'x' };
  const [, turn] = sendCodex({ input: [user('hi'), seal, call, result] }).body.messages;
  assert.equal(turn.tool_calls[0].extra_content.google.thought_signature, 'c2ln');
});

test('T71: every event has its type and its number, and usage has every key', () => {
  for (const from of ['anthropic-messages', 'openai-chat'] as const) {
    const file = from === 'openai-chat' ? 'two-tool-calls.txt' : 'thinking-and-tool.txt';
    const { text, violations } = receive(from, 'openai-responses', [fixture(`${from}/${file}`)]);
    assert.deepEqual(violations, []);
    const events = eventsOf(text);
    assert.deepEqual(
      events.map((event) => event.sequence_number),
      events.map((_event, at) => at),
    );
    assert.equal(events.at(-1).type, 'response.completed');
    const { usage } = events.at(-1).response;
    assert.deepEqual(Object.keys(usage), [
      'input_tokens',
      'input_tokens_details',
      'output_tokens',
      'output_tokens_details',
      'total_tokens',
    ]);
    assert.equal(typeof usage.output_tokens_details.reasoning_tokens, 'number');
  }
});

test('T71: an answer cut by the limit is incomplete, and one refused in words says them', () => {
  const last = (finish: string, deltas: readonly Wire[]): Wire => {
    const { text, violations } = receive('openai-chat', 'openai-responses', [chatStream(deltas, finish)]);
    assert.deepEqual(violations, []);
    return eventsOf(text).at(-1);
  };
  const cut = last('length', [{ content: 'Once' }]);
  assert.deepEqual(
    [cut.type, cut.response.incomplete_details],
    ['response.incomplete', { reason: 'max_output_tokens' }],
  );
  const filtered = last('content_filter', [{ content: 'Once' }]);
  assert.deepEqual(filtered.response.incomplete_details, { reason: 'content_filter' });
  const refused = last('stop', [{ refusal: 'No.' }]);
  assert.deepEqual(
    [refused.type, refused.response.output[0].content],
    ['response.completed', [{ type: 'refusal', refusal: 'No.' }]],
  );
});

test('T60: a failure is told by both events, with the code Codex acts on', () => {
  const rows: readonly (readonly [error: Wire, code: string])[] = [
    [{ type: 'overloaded_error', message: 'Overloaded' }, 'server_is_overloaded'],
    [{ type: 'rate_limit_error', message: 'Slow down' }, 'rate_limit_exceeded'],
    [
      { type: 'invalid_request_error', message: 'prompt is too long: 9 tokens > 8 maximum' },
      'context_length_exceeded',
    ],
    [{ type: 'api_error', message: 'Oh' }, 'server_error'],
  ];
  for (const [error, code] of rows) {
    const frame = `event: error\ndata: ${JSON.stringify({ type: 'error', error })}\n\n`;
    const { text, violations, report } = receive('anthropic-messages', 'openai-responses', [frame]);
    assert.deepEqual(violations, []);
    assert.equal(report.outcome.kind, 'failed');
    const [created, progress, event, failed] = eventsOf(text);
    assert.deepEqual([created.type, progress.type], ['response.created', 'response.in_progress']);
    assert.deepEqual([event.type, event.code], ['error', code]);
    assert.deepEqual([failed.type, failed.response.error.code], ['response.failed', code]);
  }
});

test('T55: a stream that breaks off ends in a failure and in no completed answer', () => {
  const { text, report } = receive('openai-chat', 'openai-responses', [
    chatStream([{ content: 'half' }], null),
  ]);
  assert.deepEqual(report.outcome.kind === 'failed' && report.outcome.failure.truncated, true);
  assert.equal(text.includes('response.completed'), false);
});

test('a ping on the way is the event OpenAI has for it, and its SDK reads on', async () => {
  const bytes = fixture('anthropic-messages/thinking-and-tool.txt');
  const { text } = receive('anthropic-messages', 'openai-responses', [bytes]);
  assert.ok(text.includes('event: keepalive\ndata: {"type":"keepalive","sequence_number":'));
  assert.ok(await SDK_CLIENTS['openai-responses']?.([Buffer.from(text)]));
});

test('T6: characters cut in two reach the client whole', () => {
  const bytes = Buffer.from(chatStream([{ content: 'é漢😀' }]));
  const cuts = Array.from({ length: bytes.length }, (_, at) => at);
  const { text } = receive('openai-chat', 'openai-responses', cutAt(bytes, cuts));
  assert.equal(eventsOf(text).at(-1).response.output[0].content[0].text, 'é漢😀');
});

test('texts next to each other are parts of one message, with the links they rest on', () => {
  const content = [
    {
      type: 'text',
      text: 'It rains.',
      citations: [{ type: 'web_search_result_location', url: 'https://a.test' }],
    },
    { type: 'text', text: 'Take care.' },
  ];
  const body = { id: 'm', content, stop_reason: 'end_turn', usage: { input_tokens: 1, output_tokens: 2 } };
  const { body: response, violations } = receiveWhole('anthropic-messages', 'openai-responses', body);
  assert.deepEqual(violations, []);
  assert.equal(response.output.length, 1);
  const [first, second] = response.output[0].content;
  assert.deepEqual(
    [first.annotations[0].url, first.text, second.text],
    ['https://a.test', 'It rains.', 'Take care.'],
  );
});

test('a forged seal is a foreign value like any other', () => {
  const origin = { provider: 'elsewhere', model: 'x', format: 'openai-chat' } as const;
  const sealed = wrapOpaque({ kind: 'plain', origin, payload: '' });
  const item = {
    type: 'reasoning',
    id: 'r',
    summary: [{ type: 'summary_text', text: 'hm' }],
    encrypted_content: sealed,
  };
  assert.equal(
    JSON.stringify(sendCodex({ input: [user('hi'), item, said('ok')] }).body).includes('hm'),
    false,
  );
});
