/** Clients of other formats in front of providers of Responses. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  blocksOf,
  codesOf,
  endOf,
  eventsOf,
  receive,
  receiveWhole,
  send,
  type Sent,
  target,
  type Wire,
} from '../../../fixtures/translation.ts';
import { fixture } from '../../../fixtures/play.ts';
import { OPENAI_QUIRKS } from '../../domain/quirk-sets.ts';

const OPENAI = target('openai-responses', OPENAI_QUIRKS);
const LOCAL = target('openai-responses');
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB';

function sendClaude(more: Wire, to = OPENAI): Sent {
  const request = { model: 'm', max_tokens: 32_000, messages: [{ role: 'user', content: 'hi' }], ...more };
  return send('anthropic-messages', request, to);
}

test('Claude Code on OpenAI: instructions, limits, thinking, tools and session', () => {
  const session = '6b2f0f0c-0000-4000-8000-000000000000';
  const { body, warnings } = sendClaude({
    stream: true,
    system: [{ type: 'text', text: 'You are.', cache_control: { type: 'ephemeral' } }],
    thinking: { type: 'adaptive' },
    output_config: { effort: 'max' },
    metadata: { user_id: JSON.stringify({ session_id: session }) },
    tools: [{ name: 'Bash', description: 'Runs.', input_schema: { type: 'object', properties: {} } }],
    tool_choice: { type: 'auto', disable_parallel_tool_use: true },
  });
  const { prompt_cache_key: key, safety_identifier: who, ...rest } = body;
  assert.deepEqual(rest, {
    model: 'model-9',
    instructions: 'You are.',
    input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hi' }] }],
    tools: [
      {
        type: 'function',
        name: 'Bash',
        description: 'Runs.',
        parameters: { type: 'object', properties: {} },
        strict: false,
      },
    ],
    tool_choice: 'auto',
    parallel_tool_calls: false,
    reasoning: { effort: 'xhigh', summary: 'auto' },
    max_output_tokens: 32_000,
    include: ['reasoning.encrypted_content'],
    store: false,
    stream: true,
  });
  assert.deepEqual([key.length, who.length], [32, 64]);
  assert.deepEqual(codesOf(warnings), ['cache_hint_dropped', 'reasoning_changed']);
});

test('thinking in every wording', () => {
  const rows: readonly (readonly [Wire, Wire])[] = [
    [{ thinking: { type: 'disabled' } }, { effort: 'none' }],
    [{ thinking: { type: 'enabled', budget_tokens: 5_000 } }, { effort: 'medium', summary: 'auto' }],
    [{ thinking: { type: 'adaptive', display: 'omitted' } }, { effort: 'high' }],
    [{ output_config: { effort: 'low' } }, { effort: 'low', summary: 'auto' }],
    [{}, undefined],
  ];
  for (const [more, reasoning] of rows) assert.deepEqual(sendClaude(more).body.reasoning, reasoning);
});

test('a provider that does not reason is not asked for sealed reasoning', () => {
  const { body, warnings } = sendClaude({ thinking: { type: 'adaptive' } }, LOCAL);
  assert.deepEqual([body.include, body.reasoning, body.store], [undefined, undefined, false]);
  assert.deepEqual(codesOf(warnings), ['reasoning_changed']);
});

function turn(content: readonly Wire[], results: readonly Wire[]): Wire {
  return {
    messages: [
      { role: 'user', content: 'hi' },
      { role: 'assistant', content },
      { role: 'user', content: results },
    ],
  };
}

test('images in the results of tools stay in the results', () => {
  const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PIXEL } };
  const result = { type: 'tool_result', tool_use_id: 't1', content: [{ type: 'text', text: 'shot' }, image] };
  const { body, warnings } = sendClaude(
    turn(
      [{ type: 'tool_use', id: 't1', name: 'see', input: { a: 1 } }],
      [result, { type: 'text', text: 'and?' }],
    ),
  );
  assert.deepEqual(body.input.slice(1), [
    { type: 'function_call', call_id: 't1', name: 'see', arguments: '{"a":1}' },
    {
      type: 'function_call_output',
      call_id: 't1',
      output: [
        { type: 'input_text', text: 'shot' },
        { type: 'input_image', image_url: `data:image/png;base64,${PIXEL}`, detail: 'auto' },
      ],
    },
    { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'and?' }] },
  ]);
  assert.deepEqual(codesOf(warnings), []);
});

test('T33b: failed and empty results say so', () => {
  const output = (more: Wire): Wire => {
    const call = { type: 'tool_use', id: 't1', name: 'f', input: {} };
    return sendClaude(turn([call], [{ type: 'tool_result', tool_use_id: 't1', ...more }])).body.input[2]
      .output;
  };
  assert.equal(output({ content: 'no such file', is_error: true }), 'Error: no such file');
  assert.equal(output({ content: [] }), '(no output)');
  assert.equal(output({ is_error: true }), 'Error: (no output)');
});

test('T42: ids longer than the provider takes are shortened alike on call and result', () => {
  const id = `toolu_${'x'.repeat(80)}`;
  const { body } = sendClaude(
    turn(
      [{ type: 'tool_use', id, name: 'f', input: {} }],
      [{ type: 'tool_result', tool_use_id: id, content: 'x' }],
    ),
  );
  const [, call, output] = body.input;
  assert.ok(call.call_id.length <= 64);
  assert.equal(call.call_id, output.call_id);
});

test('T29: a union at the top of a schema becomes an object, since no provider takes it there', () => {
  const input_schema = { anyOf: [{ properties: { a: { type: 'string' } } }, { properties: { b: {} } }] };
  const [tool] = sendClaude({ tools: [{ name: 'f', input_schema }] }).body.tools;
  assert.deepEqual([tool.parameters.type, Object.keys(tool.parameters.properties)], ['object', ['a', 'b']]);
});

test('instructions in mid-conversation keep their place and role', () => {
  const messages = [
    { role: 'user', content: 'hi' },
    { role: 'system', content: 'Be brief.' },
  ];
  const { input } = sendClaude({ messages }).body;
  assert.deepEqual(input[1], {
    type: 'message',
    role: 'developer',
    content: [{ type: 'input_text', text: 'Be brief.' }],
  });
});

test('documents are files, and what the provider cannot read is refused with the word that heals the client', () => {
  const document = {
    type: 'document',
    source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0x' },
  };
  const messages = [{ role: 'user', content: [document] }];
  const [part] = sendClaude({ messages }).body.input[0].content;
  assert.deepEqual([part.type, part.filename], ['input_file', 'document.pdf']);
  assert.throws(() => sendClaude({ messages }, LOCAL), { message: /capability_rejected: document_block/ });
});

test('T36: a search is made by a provider that has one, and refused by one that has none', () => {
  const tools = [
    { type: 'web_search_20250305', name: 'web_search', max_uses: 3, allowed_domains: ['a.test'] },
  ];
  const searching = target('openai-responses', { ...OPENAI_QUIRKS, webSearch: 'web_search_options' });
  const { body, warnings } = sendClaude(
    { tools, tool_choice: { type: 'tool', name: 'web_search' } },
    searching,
  );
  assert.deepEqual(body.tools, [{ type: 'web_search', filters: { allowed_domains: ['a.test'] } }]);
  assert.deepEqual(body.tool_choice, { type: 'web_search' });
  assert.deepEqual(codesOf(warnings), ['field_dropped']);
  assert.throws(() => sendClaude({ tools }), { code: 'capability_rejected' });
  const emulated = target('openai-responses', OPENAI_QUIRKS, { emulateWebSearch: true });
  assert.equal(sendClaude({ tools }, emulated).body.tools[0].parameters.required[0], 'query');
});

test('a Chat client’s fields find their places', () => {
  const format = {
    type: 'json_schema',
    json_schema: { name: 'answer', schema: { type: 'object' }, strict: true },
  };
  const custom = { type: 'custom', custom: { name: 'patch', format: { type: 'text' } } };
  const { body, warnings } = send(
    'openai-chat',
    {
      model: 'm',
      messages: [
        { role: 'user', content: 'hi' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'c1', type: 'custom', custom: { name: 'patch', input: '+1' } }],
        },
        { role: 'tool', tool_call_id: 'c1', content: 'ok' },
      ],
      response_format: format,
      verbosity: 'low',
      reasoning_effort: 'minimal',
      temperature: 0.2,
      stop: 'x',
      tools: [custom],
      tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [custom] } },
    },
    OPENAI,
  );
  assert.deepEqual(body.text, {
    verbosity: 'low',
    format: { type: 'json_schema', name: 'answer', schema: { type: 'object' }, strict: true },
  });
  assert.deepEqual(
    body.input.slice(1).map((item: Wire) => item.type),
    ['custom_tool_call', 'custom_tool_call_output'],
  );
  assert.deepEqual(body.tool_choice, {
    type: 'allowed_tools',
    mode: 'auto',
    tools: [{ type: 'custom', name: 'patch' }],
  });
  assert.deepEqual(codesOf(warnings).toSorted(), ['sampling_dropped', 'stop_dropped']);
});

test('reasoning comes back to its issuer as it was given, in front of what followed it', () => {
  const { text } = receive('openai-responses', 'anthropic-messages', [
    fixture('openai-responses/interleaved-calls.txt'),
  ]);
  const content = blocksOf(text);
  const results = content
    .filter((block) => block.type === 'tool_use')
    .map((block) => ({ type: 'tool_result', tool_use_id: block.id, content: 'rain' }));
  const [, reasoning, message, ...calls] = sendClaude(turn(content, results)).body.input;
  assert.deepEqual([reasoning.id, reasoning.encrypted_content], ['rs_7', 'gAAAAsealed']);
  assert.equal(reasoning.summary[0].text, content[0].thinking);
  assert.equal(message.content[0].text, "Let me look: 'é'.");
  assert.deepEqual(
    calls.map((item: Wire) => [item.type, item.call_id]),
    [
      ['function_call', 'call_a'],
      ['function_call', 'call_b'],
      ['function_call_output', 'call_a'],
      ['function_call_output', 'call_b'],
    ],
  );
  assert.ok(!calls.some((item: Wire) => 'id' in item));
});

test('reasoning at the end of an aborted turn is left out: the API refuses it alone', () => {
  const { text } = receive('openai-responses', 'anthropic-messages', [
    fixture('openai-responses/interleaved-calls.txt'),
  ]);
  const [thinking] = blocksOf(text);
  const { body, warnings } = sendClaude(turn([thinking], [{ type: 'text', text: 'go on' }]));
  assert.equal(JSON.stringify(body.input).includes('reasoning'), false);
  assert.ok(codesOf(warnings).includes('reasoning_dropped'));
});

test('T1: items whose events interleave come out one after the other', () => {
  const { text, violations } = receive('openai-responses', 'anthropic-messages', [
    fixture('openai-responses/interleaved-calls.txt'),
  ]);
  assert.deepEqual(violations, []);
  const calls = blocksOf(text).filter((block) => block.type === 'tool_use');
  assert.deepEqual(
    calls.map(({ id, input }) => [id, input]),
    [
      ['call_a', { city: 'Graz' }],
      ['call_b', { city: 'Łódź' }],
    ],
  );
  const { delta, usage } = endOf(text);
  assert.equal(delta.stop_reason, 'tool_use');
  assert.deepEqual(
    [usage.input_tokens, usage.cache_read_input_tokens, usage.output_tokens],
    [176, 1_024, 80],
  );
});

function stream(events: readonly Wire[]): string {
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
}

function completed(output: readonly Wire[], more: Wire = {}): Wire {
  return {
    type: 'response.completed',
    response: { id: 'resp_1', model: 'm', status: 'completed', output, ...more },
  };
}

function message(text: string): Wire {
  return { id: 'm1', type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] };
}

function told(events: readonly Wire[]): { blocks: Wire[]; stop: string; violations: readonly string[] } {
  const { text, violations } = receive('openai-responses', 'anthropic-messages', [stream(events)]);
  return { blocks: blocksOf(text), stop: endOf(text)?.delta.stop_reason, violations };
}

test('a server that streams nothing but the end is heard in full', () => {
  const call = { type: 'function_call', id: 'f1', call_id: 'c1', name: 'f', arguments: '{"a":1}' };
  const { blocks, stop, violations } = told([completed([message('hi'), call])]);
  assert.deepEqual(violations, []);
  assert.deepEqual(
    blocks.map((block) => block.text ?? block.input),
    ['hi', { a: 1 }],
  );
  assert.equal(stop, 'tool_use');
});

test('a server that does not announce its items, or sends arguments only when they are whole', () => {
  const call = { type: 'function_call', id: 'f1', call_id: 'c1', name: 'f', arguments: '' };
  const { blocks } = told([
    { type: 'response.created', response: { id: 'r' } },
    { type: 'response.output_text.delta', output_index: 0, delta: 'hi' },
    { type: 'response.output_item.added', output_index: 1, item: call },
    { type: 'response.function_call_arguments.done', output_index: 1, arguments: '{"a":1}' },
    completed([]),
  ]);
  assert.deepEqual(
    blocks.map((block) => block.text ?? block.input),
    ['hi', { a: 1 }],
  );
});

test('a call that only the closing response holds is not lost', () => {
  const call = { type: 'function_call', id: 'f1', call_id: 'c1', name: 'f', arguments: '{}' };
  const { blocks } = told([
    { type: 'response.output_item.added', output_index: 0, item: { type: 'message' } },
    { type: 'response.output_text.delta', output_index: 0, delta: 'hi' },
    completed([message('hi'), call]),
  ]);
  assert.deepEqual(
    blocks.map((block) => block.type),
    ['text', 'tool_use'],
  );
});

test('what follows the end belongs to another answer', () => {
  const { blocks, violations } = told([completed([message('one')]), completed([message('two')])]);
  assert.deepEqual([blocks.length, violations], [1, []]);
});

test('reasoning told twice, as text and as summary, is told once', () => {
  const delta = (kind: string, text: string): Wire => ({
    type: `response.${kind}.delta`,
    output_index: 0,
    delta: text,
  });
  const { blocks } = told([
    { type: 'response.output_item.added', output_index: 0, item: { type: 'reasoning', id: 'rs' } },
    delta('reasoning_text', 'I think'),
    delta('reasoning_summary_text', 'I think'),
    delta('reasoning_text', ' so.'),
    completed([message('x')]),
  ]);
  assert.equal(blocks[0].thinking, 'I think so.');
});

test('open reasoning of local servers goes back to them under its id', () => {
  const item = {
    type: 'reasoning',
    id: 'rs_1',
    summary: [],
    content: [{ type: 'reasoning_text', text: 'hm' }],
  };
  const answer = receiveWhole(
    'openai-responses',
    'anthropic-messages',
    completed([item, message('hi')]).response,
  );
  const { content } = answer.body;
  const back = sendClaude(turn(content, [{ type: 'text', text: 'go on' }]), LOCAL).body.input[1];
  assert.deepEqual(back, item);
});

test('arguments that are no JSON object end the stream in a failure, and are never run', () => {
  const call = { type: 'function_call', id: 'f1', call_id: 'c1', name: 'rm', arguments: '{"path":"/' };
  const { report } = receive('openai-responses', 'anthropic-messages', [stream([completed([call])])]);
  assert.equal(report.outcome.kind, 'failed');
});

test('a call without a name is a failure, one without an id gets one', () => {
  const call = { type: 'function_call', id: 'f1', call_id: 'c1', name: '', arguments: '{}' };
  const { report } = receive('openai-responses', 'anthropic-messages', [stream([completed([call])])]);
  assert.equal(report.outcome.kind, 'failed');
  const { blocks, violations } = told([completed([{ type: 'function_call', name: 'f', arguments: '{}' }])]);
  assert.deepEqual([blocks[0].name, violations], ['f', []]);
});

test('T12: arguments cut off by the limit are not run: the stop reason tells', () => {
  const call = { type: 'function_call', id: 'f1', call_id: 'c1', name: 'rm', arguments: '{"path":"/' };
  const response = { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } };
  const answer = receiveWhole('openai-responses', 'anthropic-messages', completed([call], response).response);
  assert.deepEqual([answer.body.content, answer.body.stop_reason], [[], 'max_tokens']);
});

test('T60: the first word of a failure counts, whole or streamed', () => {
  const { report } = receive('openai-responses', 'anthropic-messages', [
    fixture('openai-responses/failed.txt'),
  ]);
  assert.ok(report.outcome.kind === 'failed');
  assert.deepEqual(
    [report.outcome.failure.kind, report.outcome.failure.raw],
    ['rate_limit', 'insufficient_quota'],
  );
  const body = {
    id: 'r',
    status: 'failed',
    output: [],
    error: { code: 'server_is_overloaded', message: 'Oh' },
  };
  assert.equal(receiveWhole('openai-responses', 'openai-chat', body).failure?.kind, 'overloaded');
});

test('hosted calls are counted, and told as lost where the client has no part for them', () => {
  const search = {
    id: 'ws',
    type: 'web_search_call',
    status: 'completed',
    action: { type: 'search', query: 'x' },
  };
  const { body, warnings } = receiveWhole(
    'openai-responses',
    'anthropic-messages',
    completed([search, message('It rains.')]).response,
  );
  assert.equal(body.usage.server_tool_use.web_search_requests, 1);
  assert.deepEqual(codesOf(warnings), ['answer_dropped']);
});

test('a call of OpenAI’s own patch tool is told as the function it stands for', () => {
  const operation = { type: 'create_file', path: 'a', diff: '+1' };
  const call = { id: 'apc', type: 'apply_patch_call', call_id: 'c1', status: 'completed', operation };
  const { blocks, violations } = told([
    {
      type: 'response.output_item.added',
      output_index: 0,
      item: { ...call, operation: { ...operation, diff: '' } },
    },
    { type: 'response.output_item.done', output_index: 0, item: call },
    completed([call]),
  ]);
  assert.deepEqual(violations, []);
  assert.deepEqual([blocks[0].name, blocks[0].input], ['apply_patch', operation]);
});

test('free text of a custom tool is an argument that parses, for clients that know functions only', () => {
  const call = { id: 'ct', type: 'custom_tool_call', call_id: 'c1', name: 'sql', input: 'SELECT "x"\n😀' };
  const input = (delta: string): Wire => ({
    type: 'response.custom_tool_call_input.delta',
    output_index: 0,
    delta,
  });
  const { blocks, violations } = told([
    { type: 'response.output_item.added', output_index: 0, item: { ...call, input: '' } },
    input('SELECT "x"\n\ud83d'),
    input('\ude00'),
    { type: 'response.output_item.done', output_index: 0, item: call },
    completed([call]),
  ]);
  assert.deepEqual(violations, []);
  assert.deepEqual(blocks[0].input, { input: 'SELECT "x"\n😀' });
});

test('a refusal in words is one for every client', () => {
  const item = { ...message(''), content: [{ type: 'refusal', refusal: 'No.' }] };
  const { response } = completed([item]);
  assert.equal(receiveWhole('openai-responses', 'anthropic-messages', response).body.stop_reason, 'refusal');
  const chat = receiveWhole('openai-responses', 'openai-chat', response).body.choices[0];
  assert.deepEqual([chat.message.refusal, chat.finish_reason], ['No.', 'content_filter']);
});

test('pings of the provider reach the client as its own', () => {
  const { text } = receive('openai-responses', 'anthropic-messages', [
    stream([{ type: 'response.created', response: {} }, { type: 'keepalive' }, completed([message('x')])]),
  ]);
  assert.ok(eventsOf(text).some((event) => event.type === 'ping'));
});
