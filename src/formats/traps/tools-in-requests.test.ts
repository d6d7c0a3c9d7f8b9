/** Tools, calls and results in requests. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codesOf, send, target, type Wire } from '../../../fixtures/translation.ts';
import { sanitiseSchema } from '../passes/sanitise-schema.ts';

const CHAT = target('openai-chat');
const CLAUDE = target('anthropic-messages');
const USER = { role: 'user', content: 'hi' };

function withTools(tools: readonly Wire[], more: Wire = {}): Wire {
  return { model: 'm', max_tokens: 9, tools, messages: [USER], ...more };
}

function chatCall(id: string, name = 'f', text = '{}'): Wire {
  return { id, type: 'function', function: { name, arguments: text } };
}

test('T28: long and odd tool names become short ones, each its own, in tools, choice and history', () => {
  const long = `mcp__${'server'.repeat(12)}__one`;
  const tools = [long, `${long}2`, 'a.b', 'a:b', 'plain'].map((name) => ({
    name,
    input_schema: { type: 'object' },
  }));
  const messages = [
    USER,
    { role: 'assistant', content: [{ type: 'tool_use', id: 'x', name: long, input: {} }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'x', content: 'ok' }] },
  ];
  const { body } = send(
    'anthropic-messages',
    withTools(tools, { messages, tool_choice: { type: 'tool', name: long } }),
    CHAT,
  );
  const names = body.tools.map((tool: Wire) => tool.function.name);
  assert.equal(new Set(names).size, 5);
  for (const name of names) assert.match(name, /^[a-zA-Z0-9_-]{1,64}$/);
  assert.match(names[0], /^mcp__serverserver.*_[0-9a-f]{8}$/);
  assert.equal(names[4], 'plain');
  assert.equal(body.tool_choice.function.name, names[0]);
  assert.equal(body.messages[1].tool_calls[0].function.name, names[0]);
});

test('T29: schemas are cut down as far as the level tells', () => {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    properties: {
      url: { type: 'string', format: 'uri' },
      kind: { const: 'a' },
      map: { type: 'object', additionalProperties: {} },
      part: { $ref: '#/$defs/part' },
      maybe: { type: ['string', 'null'] },
    },
    $defs: { part: { type: 'string', minLength: 1 } },
  };
  const none = sanitiseSchema(schema, 'none');
  assert.equal(none['type'], 'object');
  assert.ok('$schema' in none);
  const openai: Wire = sanitiseSchema(schema, 'openai');
  assert.equal('$schema' in openai, false);
  assert.deepEqual(openai.properties.part, { $ref: '#/$defs/part' });
  const gemini: Wire = sanitiseSchema(schema, 'gemini');
  assert.deepEqual(gemini.properties, {
    url: { type: 'string' },
    kind: { enum: ['a'] },
    map: { type: 'object' },
    part: { type: 'string', minLength: 1 },
    maybe: { type: 'string', nullable: true },
  });
  const grammar: Wire = sanitiseSchema(schema, 'grammar');
  assert.deepEqual(grammar.properties.part, { type: 'string' });
  assert.deepEqual(grammar.properties.url, { type: 'string' });
});

test('T29: an empty schema, a union at the top and a schema that holds itself', () => {
  assert.deepEqual(sanitiseSchema({}, 'openai'), { type: 'object', properties: {} });
  const union = {
    anyOf: [
      { properties: { a: {}, b: {} }, required: ['a', 'b'] },
      { properties: { a: {} }, required: ['a'] },
    ],
  };
  assert.deepEqual(sanitiseSchema(union, 'openai'), {
    type: 'object',
    properties: { a: {}, b: {} },
    required: ['a'],
  });
  const tree = {
    $defs: { node: { properties: { next: { $ref: '#/$defs/node' } } } },
    properties: { root: { $ref: '#/$defs/node' } },
  };
  assert.ok(JSON.stringify(sanitiseSchema(tree, 'gemini')).length < 2_000);
});

test('T29: a property may be called like a keyword', () => {
  const schema = { type: 'object', properties: { format: { type: 'string' }, default: { type: 'number' } } };
  assert.deepEqual(sanitiseSchema(schema, 'grammar'), schema);
});

test('T29: Anthropic gets an object at the top', () => {
  const parameters = { anyOf: [{ properties: { a: { type: 'string' } } }] };
  const { body } = send(
    'openai-chat',
    {
      model: 'm',
      messages: [USER],
      tools: [
        { type: 'function', function: { name: 'f', parameters } },
        { type: 'function', function: { name: 'g' } },
      ],
    },
    CLAUDE,
  );
  assert.deepEqual(body.tools[0].input_schema, { type: 'object', properties: { a: { type: 'string' } } });
  assert.deepEqual(body.tools[1].input_schema, { type: 'object', properties: {} });
});

test('T31: parallel results and what the user says become one Anthropic message, results first, in call order', () => {
  const messages = [
    USER,
    { role: 'assistant', content: '', tool_calls: [chatCall('a'), chatCall('b')] },
    { role: 'tool', tool_call_id: 'b', content: 'B' },
    { role: 'tool', tool_call_id: 'a', content: 'A' },
    { role: 'user', content: 'and now?' },
  ];
  const { body } = send(
    'openai-chat',
    { model: 'm', messages },
    target('anthropic-messages', { injectCache: false }),
  );
  assert.equal(body.messages.length, 3);
  assert.deepEqual(
    body.messages[2].content.map((block: Wire) => block.tool_use_id ?? block.text),
    ['a', 'b', 'and now?'],
  );
});

test('T31: results in the order of completion reach a Chat server in the order of the calls', () => {
  const results = ['b', 'a'].map((id) => ({ type: 'tool_result', tool_use_id: id, content: id }));
  const calls = ['a', 'b'].map((id) => ({ type: 'tool_use', id, name: 'f', input: {} }));
  const messages = [
    USER,
    { role: 'assistant', content: calls },
    { role: 'user', content: [...results, { type: 'text', text: 'so?' }] },
  ];
  const { body } = send('anthropic-messages', { model: 'm', max_tokens: 1, messages }, CHAT);
  assert.deepEqual(
    body.messages.slice(2).map((message: Wire) => [message.role, message.tool_call_id ?? message.content]),
    [
      ['tool', 'a'],
      ['tool', 'b'],
      ['user', 'so?'],
    ],
  );
});

test('T32: missing, doubled and orphaned results are repaired with a warning', () => {
  const calls = ['a', 'b'].map((id) => ({ type: 'tool_use', id, name: 'f', input: {} }));
  const result = (id: string, content: string): Wire => ({ type: 'tool_result', tool_use_id: id, content });
  const messages = [
    USER,
    { role: 'assistant', content: calls },
    { role: 'user', content: [result('a', 'old'), result('a', 'new'), result('z', 'lost')] },
  ];
  for (const to of [CHAT, CLAUDE]) {
    const { warnings } = send('anthropic-messages', { model: 'm', max_tokens: 1, messages }, to);
    assert.equal(codesOf(warnings).filter((code) => code === 'tool_result_repaired').length, 3);
  }
  const { body } = send('anthropic-messages', { model: 'm', max_tokens: 1, messages }, CHAT);
  assert.deepEqual(
    body.messages.slice(2).map((message: Wire) => message.content),
    ['new', 'Error: No result was recorded for this call.', '[Result of an earlier tool call z]\n\nlost'],
  );
});

test('T32: an aborted turn at the end is answered too', () => {
  const messages = [USER, { role: 'assistant', content: null, tool_calls: [chatCall('a')] }];
  const { body } = send('openai-chat', { model: 'm', messages }, CLAUDE);
  assert.equal(body.messages[2].content[0].is_error, true);
});

test('T33: an image in a result follows all tool messages, named by its call', () => {
  const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } };
  const calls = ['a', 'b'].map((id) => ({ type: 'tool_use', id, name: 'f', input: {} }));
  const results = [
    { type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: 'see' }, image] },
    { type: 'tool_result', tool_use_id: 'b', content: [image] },
  ];
  const { body } = send(
    'anthropic-messages',
    {
      model: 'm',
      max_tokens: 1,
      messages: [USER, { role: 'assistant', content: calls }, { role: 'user', content: results }],
    },
    CHAT,
  );
  assert.deepEqual(
    body.messages.slice(2).map((message: Wire) => message.role),
    ['tool', 'tool', 'user'],
  );
  assert.equal(body.messages[2].content, 'see');
  assert.ok(body.messages[3].content.length > 0);
  assert.deepEqual(
    body.messages[4].content.map((part: Wire) => part.type),
    ['text', 'image_url', 'text', 'image_url'],
  );
  assert.ok(body.messages[4].content[0].text.includes('a'));
});

test('T33: empty results say something, errors are visible', () => {
  const call = { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: {} }] };
  for (const content of ['', [], undefined, [{ type: 'text', text: '' }]]) {
    const result = { type: 'tool_result', tool_use_id: 'a', content, is_error: true };
    const request = {
      model: 'm',
      max_tokens: 1,
      messages: [USER, call, { role: 'user', content: [result] }],
    };
    assert.equal(send('anthropic-messages', request, CHAT).body.messages[2].content, 'Error: (no output)');
    const [block] = send('anthropic-messages', request, CLAUDE).body.messages[2].content;
    assert.equal(block.is_error, true);
    assert.ok(block.content.length > 0);
  }
});

test('T36: a request that is nothing but a web search is refused by name', () => {
  const search = { type: 'web_search_20250305', name: 'web_search', max_uses: 8 };
  assert.throws(() => send('anthropic-messages', withTools([search]), CHAT), /web_search/);
  const { body, warnings } = send(
    'anthropic-messages',
    withTools([search, { name: 'f', input_schema: {} }]),
    CHAT,
  );
  assert.equal(body.tools.length, 1);
  assert.deepEqual(codesOf(warnings), ['tool_dropped']);
});

test('T36: where a search can be made, it is asked for', () => {
  const search = { type: 'web_search_20250305', name: 'web_search' };
  const plugin = target('openai-chat', { webSearch: 'openrouter_plugin' });
  assert.deepEqual(send('anthropic-messages', withTools([search]), plugin).body.plugins, [{ id: 'web' }]);
  const emulated = target('openai-chat', {}, { emulateWebSearch: true });
  assert.equal(
    send('anthropic-messages', withTools([search]), emulated).body.tools[0].function.name,
    'web_search',
  );
  const asked = { model: 'm', messages: [USER], web_search_options: {} };
  assert.equal(send('openai-chat', asked, CLAUDE).body.tools[0].type, 'web_search_20250305');
});

test('T42: ids fit the target, and calls and results stay together', () => {
  const rules = [
    { alphabet: 'alphanumeric', maxLength: 9, exactLength: 9 },
    { alphabet: 'word', maxLength: 40, exactLength: undefined },
  ] as const;
  const ids = ['functions.bash:0', 'x'.repeat(60), 'ok', 'functions.bash:1'];
  const messages = [
    USER,
    { role: 'assistant', content: ids.map((id) => ({ type: 'tool_use', id, name: 'f', input: {} })) },
    { role: 'user', content: ids.map((id) => ({ type: 'tool_result', tool_use_id: id, content: id })) },
  ];
  for (const rule of rules) {
    const { body } = send(
      'anthropic-messages',
      { model: 'm', max_tokens: 1, messages },
      target('openai-chat', { toolIds: rule }),
    );
    const sent = body.messages[1].tool_calls.map((call: Wire) => call.id);
    assert.equal(new Set(sent).size, ids.length);
    for (const id of sent)
      assert.match(id, rule.exactLength === 9 ? /^[a-zA-Z0-9]{9}$/ : /^[a-zA-Z0-9_-]{1,40}$/);
    assert.deepEqual(
      body.messages.slice(2).map((message: Wire) => message.tool_call_id),
      sent,
    );
  }
});

test('T42: ids that a server counts from 0 in every turn become unique', () => {
  const turn = (text: string): Wire[] => [
    { role: 'assistant', content: null, tool_calls: [chatCall('call_0')] },
    { role: 'tool', tool_call_id: 'call_0', content: text },
  ];
  const { body } = send(
    'openai-chat',
    { model: 'm', messages: [USER, ...turn('one'), ...turn('two')] },
    CLAUDE,
  );
  const [, first, firstResult, second, secondResult] = body.messages.map(
    (message: Wire) => message.content[0],
  );
  assert.notEqual(first.id, second.id);
  assert.equal(firstResult.tool_use_id, first.id);
  assert.equal(secondResult.tool_use_id, second.id);
});

test('deferred tools appear when a reference names them, the placeholder never', () => {
  const tools = [
    { name: 'DeferredToolPlaceholder', input_schema: {}, defer_loading: true },
    { name: 'ToolSearch', input_schema: {} },
    { name: 'Fetch', input_schema: {}, defer_loading: true },
    { name: 'Other', input_schema: {}, defer_loading: true },
  ];
  const messages = [
    USER,
    { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'ToolSearch', input: {} }] },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'a', content: [{ type: 'tool_reference', tool_name: 'Fetch' }] },
      ],
    },
  ];
  const namesIn = (request: Wire): string[] =>
    send('anthropic-messages', request, CHAT).body.tools.map((tool: Wire) => tool.function.name);
  assert.deepEqual(namesIn(withTools(tools)), ['ToolSearch']);
  assert.deepEqual(namesIn(withTools(tools, { messages })), ['ToolSearch', 'Fetch']);
  const { body } = send('anthropic-messages', withTools(tools, { messages }), CHAT);
  assert.match(body.messages[2].content, /Fetch is loaded/);
  const server = { type: 'tool_search_tool_regex', name: 'tool_search_tool_regex' };
  assert.deepEqual(namesIn(withTools([...tools, server])), ['ToolSearch', 'Fetch', 'Other']);
});

test('free-text tools go out as functions and their calls come back as free text', () => {
  const custom = {
    type: 'custom',
    custom: {
      name: 'patch',
      description: 'Applies.',
      format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'start: x' } },
    },
  };
  const messages = [
    USER,
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'a', type: 'custom', custom: { name: 'patch', input: 'old' } }],
    },
    { role: 'tool', tool_call_id: 'a', content: 'ok' },
  ];
  const { body, context } = send('openai-chat', { model: 'm', messages, tools: [custom] }, CLAUDE);
  assert.deepEqual(Object.keys(body.tools[0].input_schema.properties), ['input']);
  assert.match(body.tools[0].description, /lark grammar/);
  assert.deepEqual(body.messages[1].content[0].input, { input: 'old' });
  assert.deepEqual(context.toolNames.toClient('patch'), {
    name: 'patch',
    namespace: undefined,
    unwrap: true,
  });
});
