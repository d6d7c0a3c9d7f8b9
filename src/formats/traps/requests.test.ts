/** Everything else in requests: instructions, content, sampling, safety, privacy. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codesOf, send, target, type Wire } from '../../../fixtures/translation.ts';

const CHAT = target('openai-chat');
const CLAUDE = target('anthropic-messages');
const USER = { role: 'user', content: 'hi' };
const PNG = 'iVBORw0KGgoAAAAN';
const PDF = 'JVBERi0xLjcKJeLj';

function anthropic(more: Wire = {}): Wire {
  return { model: 'm', max_tokens: 9, messages: [USER], ...more };
}

function chat(more: Wire = {}): Wire {
  return { model: 'm', messages: [USER], ...more };
}

test('T30a: cache marks are taken out everywhere, or kept where the target knows them', () => {
  const cache_control = { type: 'ephemeral' };
  const request = anthropic({
    system: [{ type: 'text', text: 's', cache_control }],
    tools: [{ name: 'f', input_schema: {}, cache_control }],
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'u', cache_control }] },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: {}, cache_control }] },
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: 'a',
            cache_control,
            content: [{ type: 'text', text: 'r', cache_control }],
          },
        ],
      },
    ],
  });
  const dropped = send('anthropic-messages', request, CHAT);
  assert.equal(JSON.stringify(dropped.body).includes('cache_control'), false);
  assert.deepEqual(codesOf(dropped.warnings), ['cache_hint_dropped']);
  const kept = send('anthropic-messages', request, target('openai-chat', { cacheControl: true })).body;
  assert.deepEqual(kept.messages[0].content, [{ type: 'text', text: 's', cache_control }]);
});

test('T30b: of more than four cache marks the last four stay', () => {
  const parts = ['1', '2', '3', '4', '5', '6'].map((text) => ({
    type: 'text',
    text,
    cache_control: { type: 'ephemeral' },
  }));
  const { body, warnings } = send(
    'openai-chat',
    chat({ messages: [{ role: 'user', content: parts }] }),
    CLAUDE,
  );
  const marked = body.messages[0].content.filter((block: Wire) => block.cache_control !== undefined);
  assert.deepEqual(
    marked.map((block: Wire) => block.text),
    ['3', '4', '5', '6'],
  );
  assert.ok(codesOf(warnings).includes('cache_hint_dropped'));
});

test('T30: a Chat client without marks gets them at the ends of tools, instructions and conversation', () => {
  const tools = [{ type: 'function', function: { name: 'f' } }];
  const { body } = send(
    'openai-chat',
    chat({ tools, messages: [{ role: 'system', content: 's' }, USER] }),
    CLAUDE,
  );
  for (const block of [body.tools[0], body.system[0], body.messages[0].content[0]])
    assert.deepEqual(block.cache_control, { type: 'ephemeral' });
});

test('T34a: no part of Anthropic’s is left in a Chat request', () => {
  const server = { type: 'server_tool_use', id: 's', name: 'web_search', input: { query: 'q' } };
  const hits = [{ type: 'web_search_result', title: 'T', url: 'https://x.test', encrypted_content: 'zzz' }];
  const content = [
    server,
    { type: 'web_search_tool_result', tool_use_id: 's', content: hits },
    { type: 'container_upload', file_id: 'f' },
    { type: 'text', text: 'so' },
  ];
  const { body, warnings } = send(
    'anthropic-messages',
    anthropic({ messages: [USER, { role: 'assistant', content }, USER] }),
    CHAT,
  );
  assert.match(body.messages[1].content, /https:\/\/x\.test/);
  assert.equal(JSON.stringify(body).includes('zzz'), false);
  assert.ok(codesOf(warnings).includes('part_converted') && codesOf(warnings).includes('part_dropped'));
});

test('T34b: instructions in mid-conversation follow the policy of the target', () => {
  const messages = [
    USER,
    { role: 'system', content: 'mind' },
    { role: 'assistant', content: 'ok' },
    USER,
    { role: 'system', content: 'last' },
  ];
  const rolesOf = (midSystem: 'user' | 'in-place' | 'hoist'): Wire[] =>
    send(
      'anthropic-messages',
      anthropic({ system: 'first', messages }),
      target('openai-chat', { midSystem }),
    ).body.messages.map((message: Wire) => [message.role, message.content]);
  const wrapped = (text: string): string => `hi\n\n<system-reminder>\n${text}\n</system-reminder>`;
  assert.deepEqual(rolesOf('user'), [
    ['system', 'first'],
    ['user', wrapped('mind')],
    ['assistant', 'ok'],
    ['user', wrapped('last')],
  ]);
  assert.deepEqual(
    rolesOf('in-place').map(([role]: Wire) => role),
    ['system', 'user', 'system', 'assistant', 'user', 'system'],
  );
  assert.deepEqual(rolesOf('hoist')[0], ['system', 'first\n\nmind\n\nlast']);
});

test('T34b: Claude gets them in place where the model takes them and the place is allowed', () => {
  const messages = [
    USER,
    { role: 'developer', content: 'mind' },
    { role: 'assistant', content: 'ok' },
    { role: 'system', content: 'odd' },
    USER,
  ];
  const rolesAt = (model: string): string[] =>
    send('openai-chat', chat({ messages }), target('anthropic-messages', {}, { model })).body.messages.map(
      (message: Wire) => message.role,
    );
  assert.deepEqual(rolesAt('claude-opus-5-5'), ['user', 'system', 'assistant', 'user']);
  assert.deepEqual(rolesAt('claude-sonnet-4-5'), ['user', 'assistant', 'user']);
});

test('T34c: strict templates get user and assistant in turn', () => {
  const call = { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: {} }] };
  const result = {
    role: 'user',
    content: [
      { type: 'tool_result', tool_use_id: 'a', content: 'r' },
      { type: 'text', text: 'and?' },
    ],
  };
  const strict = target('openai-chat', { strictAlternation: true });
  const { body } = send(
    'anthropic-messages',
    anthropic({ messages: [{ role: 'assistant', content: 'first' }, USER, USER, call, result] }),
    strict,
  );
  const turns = body.messages.filter(
    (message: Wire) => message.role !== 'tool' && message.tool_calls === undefined,
  );
  assert.deepEqual(
    turns.map((message: Wire) => message.role),
    ['user', 'assistant', 'user', 'assistant', 'user'],
  );
});

test('T35: empty text, and messages of nothing else, disappear', () => {
  const messages = [
    {
      role: 'user',
      content: [
        { type: 'text', text: '' },
        { type: 'text', text: 'a' },
      ],
    },
    { role: 'assistant', content: [] },
    { role: 'assistant', content: [{ type: 'text', text: ' \n' }] },
    { role: 'user', content: 'b' },
  ];
  const { body } = send('anthropic-messages', anthropic({ messages }), CHAT);
  assert.deepEqual(body.messages, [{ role: 'user', content: 'a\n\nb' }]);
  const back = send(
    'openai-chat',
    chat({ messages }),
    target('anthropic-messages', { injectCache: false }),
  ).body;
  assert.deepEqual(back.messages, [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
    },
  ]);
});

test('T37: a document is sent as a file, read as text, or refused; it never vanishes', () => {
  const withDocument = (source: Wire): Wire =>
    anthropic({ messages: [{ role: 'user', content: [{ type: 'document', title: 'a.pdf', source }] }] });
  const pdf = { type: 'base64', media_type: 'application/pdf', data: PDF };
  const files = target('openai-chat', { documents: 'inline' });
  assert.deepEqual(send('anthropic-messages', withDocument(pdf), files).body.messages[0].content[0].file, {
    filename: 'a.pdf',
    file_data: `data:application/pdf;base64,${PDF}`,
  });
  assert.throws(
    () => send('anthropic-messages', withDocument(pdf), CHAT),
    /capability_rejected: document_block/,
  );
  assert.throws(
    () => send('anthropic-messages', withDocument({ type: 'file', file_id: 'f1' }), CHAT),
    /document_block/,
  );
  const text = { type: 'text', media_type: 'text/plain', data: 'body' };
  assert.equal(send('anthropic-messages', withDocument(text), CHAT).body.messages[0].content, 'a.pdf\nbody');
});

test('T37: a wrong media type is corrected from the bytes', () => {
  const image = { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: PNG } };
  const { body } = send(
    'anthropic-messages',
    anthropic({ messages: [{ role: 'user', content: [image] }] }),
    CHAT,
  );
  assert.equal(body.messages[0].content[0].image_url.url, `data:image/png;base64,${PNG}`);
  const url = `data:image/jpeg;base64,${PNG}`;
  const back = send(
    'openai-chat',
    chat({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }] }),
    CLAUDE,
  );
  assert.equal(back.body.messages[0].content[0].source.media_type, 'image/png');
});

test('T37: a model without eyes gets a marker and the client a warning; an unfetchable link is refused', () => {
  const linked = anthropic({
    messages: [
      { role: 'user', content: [{ type: 'image', source: { type: 'url', url: 'https://x.test/a.png' } }] },
    ],
  });
  const blind = send('anthropic-messages', linked, target('openai-chat', { images: 'none' }));
  assert.match(blind.body.messages[0].content, /cannot see/);
  assert.deepEqual(codesOf(blind.warnings), ['part_converted']);
  assert.throws(
    () => send('anthropic-messages', linked, target('openai-chat', { images: 'inline' })),
    /image_block/,
  );
  assert.equal(
    send('anthropic-messages', linked, CHAT).body.messages[0].content[0].image_url.url,
    'https://x.test/a.png',
  );
});

test('T38: the billing header is gone, and two turns begin with the same bytes', () => {
  const turn = (cch: string, more: readonly Wire[]): Buffer => {
    const system = [
      { type: 'text', text: `x-anthropic-billing-header: cc_version=2; cch=${cch};` },
      { type: 'text', text: 'You help.' },
    ];
    return send('anthropic-messages', anthropic({ system, messages: [USER, ...more] }), CHAT).bytes;
  };
  const first = turn('abc', []).toString();
  const second = turn('def', [{ role: 'assistant', content: 'yes' }, USER]).toString();
  assert.equal(first.includes('billing'), false);
  const shared = first.slice(0, first.indexOf('}],"max_tokens"') + 1);
  assert.ok(second.startsWith(shared), shared);
});

test('T39: a user id goes out hashed, the same each time, or not at all', () => {
  const user_id = JSON.stringify({ device_id: 'd', account_uuid: 'a', session_id: 's' });
  const request = anthropic({ metadata: { user_id } });
  const openai = target('openai-chat', { userField: 'user', promptCacheKey: true });
  const { body } = send('anthropic-messages', request, openai);
  assert.match(body.user, /^[0-9a-f]{64}$/);
  assert.match(body.prompt_cache_key, /^[0-9a-f]{32}$/);
  assert.equal(send('anthropic-messages', request, openai).body.user, body.user);
  assert.equal(JSON.stringify(send('anthropic-messages', request, CHAT).body).includes('device_id'), false);
});

test('T40: sampling, forced tools and disabled thinking follow the model', () => {
  const tools = [{ type: 'function', function: { name: 'f' } }];
  const request = chat({
    temperature: 0.3,
    top_p: 0.9,
    tools,
    tool_choice: 'required',
    reasoning_effort: 'none',
  });
  const at = (model: string) => send('openai-chat', request, target('anthropic-messages', {}, { model }));
  const newest = at('claude-opus-5-5');
  assert.equal('temperature' in newest.body || 'top_p' in newest.body, false);
  assert.equal(newest.body.tool_choice.type, 'auto');
  assert.equal(newest.body.thinking.type, 'adaptive');
  assert.equal(newest.body.output_config.effort, 'low');
  for (const code of ['sampling_dropped', 'tool_choice_changed', 'reasoning_changed'])
    assert.ok(codesOf(newest.warnings).includes(code));
  const older = at('claude-sonnet-4-5').body;
  assert.deepEqual(
    [older.temperature, older.tool_choice.type, older.thinking.type],
    [0.3, 'any', 'disabled'],
  );
});

test('T40: a temperature above 1 is clamped, and thinking takes none', () => {
  const hot = send(
    'openai-chat',
    chat({ temperature: 1.7 }),
    target('anthropic-messages', {}, { model: 'claude-sonnet-4-5' }),
  );
  assert.equal(hot.body.temperature, 1);
  const thinking = send(
    'openai-chat',
    chat({ temperature: 0.2, reasoning_effort: 'low' }),
    target('anthropic-messages', {}, { model: 'claude-sonnet-4-5' }),
  );
  assert.equal('temperature' in thinking.body, false);
  assert.ok(thinking.body.thinking.budget_tokens < thinking.body.max_tokens);
});

test('T41: only OpenAI gets the developer role', () => {
  const request = anthropic({ system: 's' });
  assert.equal(send('anthropic-messages', request, CHAT).body.messages[0].role, 'system');
  assert.equal(
    send('anthropic-messages', request, target('openai-chat', { systemRole: 'developer' })).body.messages[0]
      .role,
    'developer',
  );
});

test('T43: several answers, token probabilities and audio are warned of, refused under the strict policy', () => {
  for (const field of [
    { n: 2 },
    { logprobs: true },
    { modalities: ['text', 'audio'] },
    { logit_bias: { 1: 2 } },
    { seed: 3 },
  ]) {
    const { warnings } = send('openai-chat', chat(field), CLAUDE);
    assert.equal(warnings.length, 1, JSON.stringify(field));
    assert.throws(() => send('openai-chat', chat(field), CLAUDE, 'strict'), { code: 'capability_rejected' });
  }
  const audio = { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } };
  assert.throws(
    () => send('openai-chat', chat({ messages: [{ role: 'user', content: [audio] }] }), CLAUDE),
    /audio/,
  );
});

test('T44: fields nobody knows are warned of and not sent on', () => {
  const { body, warnings } = send(
    'anthropic-messages',
    anthropic({ brand_new: { a: 1 }, context_management: { edits: [] } }),
    CHAT,
  );
  assert.equal('brand_new' in body, false);
  assert.deepEqual(
    warnings.map((warning) => warning.path),
    ['brand_new', 'context_management'],
  );
});

test('T45: safeguards are refused by name, not ignored', () => {
  assert.throws(() => send('anthropic-messages', anthropic({ safeguards: [{}] }), CHAT), {
    code: 'capability_rejected',
    message: /safeguards/,
  });
});

test('T52: translated bodies have a stable order of keys, and odd numbers and names do no harm', () => {
  const body =
    '{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"\\ud800 x"}],"tools":[{"name":"f","input_schema":{"properties":{"10":{},"2":{},"__proto__":{"type":"string"}}}}]}';
  const first = send('anthropic-messages', body, CHAT).bytes;
  assert.ok(first.equals(send('anthropic-messages', body, CHAT).bytes));
  assert.equal(JSON.parse(first.toString()).messages[0].content, '\ud800 x');
});

test('malformed requests are refused where they are malformed', () => {
  const cases: readonly (readonly ['anthropic-messages' | 'openai-chat', Wire, RegExp])[] = [
    ['anthropic-messages', '[]', /one JSON object/],
    ['anthropic-messages', { model: 'm' }, /messages must be a list/],
    ['anthropic-messages', { messages: [{ role: 'robot', content: 'x' }] }, /messages\[0\]\.role/],
    [
      'anthropic-messages',
      { messages: [{ role: 'user', content: [{}] }] },
      /messages\[0\]\.content\[0\]\.type/,
    ],
    ['anthropic-messages', { messages: [{ role: 'user', content: [{ type: 'image' }] }] }, /source\.type/],
    ['openai-chat', { messages: [{ role: 'tool', content: 'x' }] }, /tool_call_id/],
    ['openai-chat', { messages: [{ role: 'assistant', tool_calls: [{}] }] }, /tool_calls\[0\]/],
    ['openai-chat', { messages: [USER], tools: [{ type: 'function', function: {} }] }, /tools\[0\]/],
    [
      'openai-chat',
      chat({
        messages: [
          USER,
          { role: 'assistant', tool_calls: [{ id: 'a', function: { name: 'f', arguments: '{' } }] },
        ],
      }),
      /arguments/,
    ],
  ];
  for (const [from, body, message] of cases)
    assert.throws(() => send(from, body, from === 'openai-chat' ? CLAUDE : CHAT), {
      code: 'malformed_body',
      message,
    });
});

test('T37: the same holds toward Anthropic’s format', () => {
  const part = (url: string): Wire =>
    chat({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }] });
  const blind = send(
    'openai-chat',
    part('https://x.test/a.png'),
    target('anthropic-messages', { images: 'none' }),
  );
  assert.match(blind.body.messages[0].content[0].text, /cannot see/);
  assert.throws(
    () =>
      send('openai-chat', part('https://x.test/a.png'), target('anthropic-messages', { images: 'inline' })),
    /image_block/,
  );
  const file = { type: 'file', file: { filename: 'a.txt', file_data: 'data:text/plain;base64,aGk=' } };
  const { body } = send('openai-chat', chat({ messages: [{ role: 'user', content: [file] }] }), CLAUDE);
  assert.deepEqual(body.messages[0].content[0].source, {
    type: 'text',
    media_type: 'text/plain',
    data: 'hi',
  });
});

test('an answer to be continued does not end in blanks', () => {
  const { body } = send(
    'openai-chat',
    chat({ messages: [USER, { role: 'assistant', content: 'So: \n' }] }),
    CLAUDE,
  );
  assert.equal(body.messages[1].content[0].text, 'So:');
});

test('the limit of a model that is no Claude is the client’s word', () => {
  const glm = target('anthropic-messages', {}, { model: 'glm-4.7' });
  assert.equal(send('openai-chat', chat({ max_tokens: 64_000 }), glm).body.max_tokens, 64_000);
  assert.equal(send('openai-chat', chat(), glm).body.max_tokens, 32_000);
});
