/** Clients of other formats in front of Gemini. */
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
import { cutAt, fixture } from '../../../fixtures/play.ts';
import { createStreamTranslator } from '../translate.ts';
import { context } from '../../../fixtures/translation.ts';

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB';

function gemini(model: string, quirks: Parameters<typeof target>[1] = {}) {
  return target('gemini', quirks, { model });
}

const NEW = gemini('gemini-3.1-pro');
const OLD = gemini('gemini-2.5-flash');

function sendClaude(more: Wire, to = NEW): Sent {
  const request = { model: 'm', max_tokens: 9_000, messages: [{ role: 'user', content: 'hi' }], ...more };
  return send('anthropic-messages', request, to);
}

function turn(content: readonly Wire[], results: readonly Wire[]): Wire {
  return {
    messages: [
      { role: 'user', content: 'hi' },
      { role: 'assistant', content },
      { role: 'user', content: results },
    ],
  };
}

function use(id: string, name: string, input: Wire = {}): Wire {
  return { type: 'tool_use', id, name, input };
}

function result(id: string, content: Wire, more: Wire = {}): Wire {
  return { type: 'tool_result', tool_use_id: id, content, ...more };
}

test('Claude Code on Gemini: one body, model and stream in the path', () => {
  const { body, warnings } = sendClaude({
    stream: true,
    system: 'You are.',
    temperature: 0.5,
    top_k: 4,
    stop_sequences: ['1', '2', '3', '4', '5', '6'],
    tools: [
      {
        name: 'Bash',
        description: 'Runs.',
        input_schema: { type: 'object', properties: { c: { type: 'string' } } },
      },
    ],
    tool_choice: { type: 'any' },
  });
  assert.deepEqual(body, {
    systemInstruction: { parts: [{ text: 'You are.' }] },
    contents: [{ role: 'user', parts: [{ text: 'hi' }] }],
    tools: [
      {
        functionDeclarations: [
          {
            name: 'Bash',
            description: 'Runs.',
            parameters: { type: 'object', properties: { c: { type: 'string' } } },
          },
        ],
      },
    ],
    toolConfig: { functionCallingConfig: { mode: 'ANY' } },
    generationConfig: {
      maxOutputTokens: 9_000,
      temperature: 0.5,
      topK: 4,
      stopSequences: ['1', '2', '3', '4', '5'],
    },
  });
  assert.deepEqual(codesOf(warnings), ['stop_dropped']);
});

test('thinking: budgets for the second generation, levels from the third on', () => {
  const rows: readonly (readonly [model: string, more: Wire, config: Wire])[] = [
    ['gemini-2.5-flash', { thinking: { type: 'disabled' } }, { thinkingBudget: 0 }],
    ['gemini-2.5-pro', { thinking: { type: 'disabled' } }, { thinkingBudget: 128 }],
    [
      'gemini-2.5-flash',
      { thinking: { type: 'enabled', budget_tokens: 99_000 } },
      { includeThoughts: true, thinkingBudget: 24_576 },
    ],
    ['gemini-2.5-pro', { thinking: { type: 'adaptive' } }, { includeThoughts: true, thinkingBudget: -1 }],
    ['gemini-3.1-pro', { thinking: { type: 'disabled' } }, { thinkingLevel: 'LOW' }],
    [
      'gemini-3.1-pro',
      { thinking: { type: 'adaptive' }, output_config: { effort: 'max' } },
      { includeThoughts: true, thinkingLevel: 'HIGH' },
    ],
    [
      'gemini-3-flash',
      { output_config: { effort: 'medium' } },
      { includeThoughts: true, thinkingLevel: 'MEDIUM' },
    ],
    ['gemini-3-flash', {}, undefined],
    ['gemma-3', { thinking: { type: 'adaptive' } }, undefined],
  ];
  for (const [model, more, config] of rows)
    assert.deepEqual(sendClaude(more, gemini(model)).body.generationConfig.thinkingConfig, config, model);
});

test('all results of a turn stand in one content, in the order of the calls, with what they showed behind', () => {
  const image = { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: PIXEL } };
  const { body } = sendClaude(
    turn(
      [use('a', 'see'), use('b', 'read', { p: 1 })],
      [
        result('b', 'no such file', { is_error: true }),
        result('a', [{ type: 'text', text: 'shot' }, image]),
        { type: 'text', text: 'and?' },
      ],
    ),
    OLD,
  );
  assert.deepEqual(body.contents.slice(1), [
    {
      role: 'model',
      parts: [
        { functionCall: { name: 'see', args: {} } },
        { functionCall: { name: 'read', args: { p: 1 } } },
      ],
    },
    {
      role: 'user',
      parts: [
        { functionResponse: { name: 'see', response: { output: 'shot' } } },
        { functionResponse: { name: 'read', response: { error: 'no such file' } } },
        { text: 'Output of see:' },
        { inlineData: { mimeType: 'image/png', data: PIXEL } },
        { text: 'and?' },
      ],
    },
  ]);
});

test('T32: a call without its result gets one, since Gemini counts them', () => {
  const { body, warnings } = sendClaude(turn([use('a', 'f'), use('b', 'g')], [result('a', 'x')]));
  assert.equal(body.contents[2].parts.length, 2);
  assert.match(body.contents[2].parts[1].functionResponse.response.error, /No result/);
  assert.deepEqual(codesOf(warnings), ['tool_result_repaired']);
});

test('T73: calls of others bear the word Google documents, on the first call of a step, where it is demanded', () => {
  const history = turn([use('a', 'f'), use('b', 'g')], [result('a', 'x'), result('b', 'y')]);
  const signatures = (model: string): Wire[] =>
    sendClaude(history, gemini(model)).body.contents[1].parts.map((part: Wire) => part.thoughtSignature);
  const dummy = 'skip_thought_signature_validator';
  assert.deepEqual(signatures('gemini-3.1-pro'), [dummy, undefined]);
  assert.deepEqual(signatures('gemini-flash-latest'), [dummy, undefined]);
  assert.deepEqual(signatures('gemini-2.5-pro'), [undefined, undefined]);
  assert.deepEqual(signatures('model-9'), [undefined, undefined]);
});

test('T73: Gemini’s own signatures travel through every client and return on their calls', () => {
  const bytes = fixture('gemini/parallel-calls.txt');
  const self = gemini('model-9');
  const signaturesIn = (sent: Sent): Wire[] =>
    sent.body.contents[1].parts
      .filter((part: Wire) => part.functionCall)
      .map((part: Wire) => [part.functionCall.args.city, part.thoughtSignature]);
  const expected = [
    ['Graz', 'c2lnMQ=='],
    ['Łódź', undefined],
    [undefined, undefined],
  ];
  const blocks = blocksOf(receive('gemini', 'anthropic-messages', [bytes]).text);
  const results = blocks
    .filter((block) => block.type === 'tool_use')
    .map((block) => result(block.id, 'rain'));
  assert.deepEqual(signaturesIn(sendClaude(turn(blocks, results), self)), expected);
  const { output } = eventsOf(receive('gemini', 'openai-responses', [bytes]).text).at(-1).response;
  const outputs = output
    .filter((item: Wire) => item.type === 'function_call')
    .map((item: Wire) => ({ type: 'function_call_output', call_id: item.call_id, output: 'rain' }));
  const input = [{ role: 'user', content: 'hi' }, ...output, ...outputs];
  assert.deepEqual(signaturesIn(send('openai-responses', { model: 'm', input }, self)), expected);
});

test('T73: a signature on the last words comes back behind them', () => {
  const blocks = blocksOf(
    receive('gemini', 'anthropic-messages', [fixture('gemini/grounded-text.txt')]).text,
  );
  const { body } = sendClaude(turn(blocks, [{ type: 'text', text: 'more' }]), gemini('model-9'));
  assert.deepEqual(body.contents[1].parts, [
    { text: 'It rains in Graz.' },
    { text: '', thoughtSignature: 'c2lnMg==' },
  ]);
});

test('T72: parallel calls come whole, get ids, and end as calls', () => {
  for (const file of ['parallel-calls.txt', 'array.txt']) {
    const { text, violations } = receive('gemini', 'anthropic-messages', [fixture(`gemini/${file}`)]);
    assert.deepEqual(violations, []);
    const calls = blocksOf(text).filter((block) => block.type === 'tool_use');
    assert.deepEqual(
      calls.map(({ name, input }) => [name, input]),
      [
        ['weather', { city: 'Graz' }],
        ['weather', { city: 'Łódź' }],
        ['now', {}],
      ],
    );
    assert.equal(new Set(calls.map(({ id }) => id)).size, 3);
    const { delta, usage } = endOf(text);
    assert.deepEqual([delta.stop_reason, usage.input_tokens, usage.output_tokens], ['tool_use', 50, 32]);
  }
});

test('T72: an array is passed on as it comes, not at its end', () => {
  const bytes = fixture('gemini/array.txt');
  const translator = createStreamTranslator({
    from: 'gemini',
    to: 'anthropic-messages',
    context: context('gemini'),
  });
  const half = Buffer.concat(translator.push(bytes.subarray(0, bytes.indexOf('functionCall'))));
  assert.ok(half.includes('Let me '));
});

test('T6: characters cut in two, in events and in arrays', () => {
  for (const file of ['parallel-calls.txt', 'array.txt']) {
    const bytes = fixture(`gemini/${file}`);
    const cuts = Array.from({ length: bytes.length }, (_, at) => at);
    const { text } = receive('gemini', 'anthropic-messages', cutAt(bytes, cuts));
    assert.equal(text, receive('gemini', 'anthropic-messages', [bytes]).text);
    assert.equal(text.includes('\ufffd'), false);
  }
});

function chunk(candidate: Wire, more: Wire = {}): string {
  return `data: ${JSON.stringify({ candidates: [candidate], ...more })}\r\n\r\n`;
}

test('every reason has its meaning', () => {
  const rows: readonly (readonly [reason: string, stop: string])[] = [
    ['STOP', 'end_turn'],
    ['MAX_TOKENS', 'max_tokens'],
    ['SAFETY', 'refusal'],
    ['RECITATION', 'refusal'],
    ['PROHIBITED_CONTENT', 'refusal'],
    ['OTHER', 'refusal'],
  ];
  for (const [finishReason, stop] of rows) {
    const stream = chunk({ content: { parts: [{ text: 'x' }] }, finishReason });
    const { text, violations } = receive('gemini', 'anthropic-messages', [stream]);
    assert.deepEqual([violations, endOf(text).delta.stop_reason], [[], stop], finishReason);
  }
});

test('a call that cannot be run is a failure the client tries again', () => {
  const stream = chunk({ finishReason: 'MALFORMED_FUNCTION_CALL', finishMessage: 'bad call' });
  const { report } = receive('gemini', 'anthropic-messages', [stream]);
  assert.ok(report.outcome.kind === 'failed');
  assert.deepEqual([report.outcome.failure.kind, report.outcome.failure.message], ['upstream', 'bad call']);
});

test('a call without a name is a failure', () => {
  const stream = chunk({
    content: { parts: [{ functionCall: { args: {} } }, { text: 'x' }] },
    finishReason: 'STOP',
  });
  assert.equal(receive('gemini', 'anthropic-messages', [stream]).report.outcome.kind, 'failed');
});

test('a blocked prompt is a refusal without words', () => {
  const body = { promptFeedback: { blockReason: 'SAFETY', blockReasonMessage: 'no' }, usageMetadata: {} };
  const { text, violations } = receive('gemini', 'anthropic-messages', [`data: ${JSON.stringify(body)}\n\n`]);
  assert.deepEqual(violations, []);
  assert.equal(endOf(text).delta.stop_reason, 'refusal');
  assert.equal(receiveWhole('gemini', 'openai-chat', body).body.choices[0].finish_reason, 'content_filter');
});

test('T55: without a reason to finish the answer broke off; usage may follow the reason', () => {
  const broken = receive('gemini', 'anthropic-messages', [chunk({ content: { parts: [{ text: 'x' }] } })]);
  assert.ok(broken.report.outcome.kind === 'failed' && broken.report.outcome.failure.truncated);
  const late = chunk({ finishReason: 'STOP' }) + 'data: {"usageMetadata":{"promptTokenCount":7}}\n\n';
  assert.equal(receive('gemini', 'anthropic-messages', [late]).report.usage.input, 7);
});

test('T60: errors, bare or as a list of one', () => {
  const error = { error: { code: 429, message: 'Slow', status: 'RESOURCE_EXHAUSTED' } };
  for (const body of [`data: ${JSON.stringify(error)}\n\n`, JSON.stringify([error]), JSON.stringify(error)]) {
    const { report } = receive('gemini', 'anthropic-messages', [body]);
    assert.ok(report.outcome.kind === 'failed');
    assert.deepEqual([report.outcome.failure.kind, report.outcome.failure.message], ['rate_limit', 'Slow']);
  }
});

test('T29: schemas are cut down to what Google’s own knows', () => {
  const rows: readonly (readonly [schema: Wire, cleaned: Wire])[] = [
    [{ type: ['string', 'null'] }, { type: 'string', nullable: true }],
    [{ const: 5 }, { type: 'string', enum: ['5'] }],
    [{ oneOf: [{ type: 'string' }, { type: 'null' }] }, { type: 'string', nullable: true }],
    [
      { anyOf: [{ type: 'string' }, { type: 'number' }] },
      { anyOf: [{ type: 'string' }, { type: 'number' }] },
    ],
    [{ type: 'array' }, { type: 'array', items: { type: 'string' } }],
    [
      { type: 'string', format: 'uri', minLength: 1, contentEncoding: 'x' },
      { type: 'string', minLength: 1 },
    ],
    [
      { type: 'integer', exclusiveMinimum: 0, format: 'int32' },
      { type: 'integer', format: 'int32' },
    ],
    [{ $ref: '#/$defs/leaf' }, { type: 'object', properties: { a: { type: 'string' } } }],
    [
      { allOf: [{ type: 'object', properties: { b: {} } }] },
      { type: 'object', properties: { b: { type: 'string' } } },
    ],
    [{}, { type: 'string' }],
    [
      { type: 'object', properties: { x: {} }, required: ['x', 'y'] },
      { type: 'object', properties: { x: { type: 'string' } }, required: ['x'] },
    ],
  ];
  for (const [schema, cleaned] of rows) {
    const $defs = { leaf: { type: 'object', properties: { a: { type: 'string' } } } };
    const input_schema = {
      type: 'object',
      $schema: 'x',
      additionalProperties: false,
      properties: { p: schema },
      $defs,
    };
    const [tool] = sendClaude({ tools: [{ name: 'f', input_schema }] }).body.tools[0].functionDeclarations;
    assert.deepEqual(tool.parameters, { type: 'object', properties: { p: cleaned } });
  }
});

test('T29: a tool without arguments has no parameters, and a schema may stay as it is where that is known to work', () => {
  const tools = [{ name: 'f', input_schema: { type: 'object', properties: {} } }];
  assert.deepEqual(sendClaude({ tools }).body.tools[0].functionDeclarations, [{ name: 'f' }]);
  const raw = sendClaude({ tools }, gemini('gemini-3.1-pro', { schema: 'none' })).body;
  assert.deepEqual(raw.tools[0].functionDeclarations[0].parametersJsonSchema, {
    type: 'object',
    properties: {},
  });
});

test('which functions may be called', () => {
  const tools = ['f', 'g'].map((name) => ({ type: 'function', function: { name, parameters: {} } }));
  const chosen = (tool_choice: Wire) =>
    send('openai-chat', { model: 'm', messages: [{ role: 'user', content: 'x' }], tools, tool_choice }, NEW)
      .body.toolConfig.functionCallingConfig;
  assert.deepEqual(chosen('none'), { mode: 'NONE' });
  assert.deepEqual(chosen({ type: 'function', function: { name: 'g' } }), {
    mode: 'ANY',
    allowedFunctionNames: ['g'],
  });
  const allowed = { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [tools[1]] } };
  assert.deepEqual(chosen(allowed), { mode: 'VALIDATED', allowedFunctionNames: ['g'] });
});

test('JSON answers, and what excludes them', () => {
  const format = { type: 'json_schema', schema: { type: 'object', properties: {} } };
  const config = { output_config: { format } };
  const { generationConfig } = sendClaude(config).body;
  assert.equal(generationConfig.responseMimeType, 'application/json');
  assert.equal(generationConfig.responseJsonSchema.type, 'object');
  const both = sendClaude({ ...config, tools: [{ name: 'f', input_schema: {} }] }, OLD);
  assert.equal(both.body.generationConfig.responseMimeType, undefined);
  assert.ok(codesOf(both.warnings).includes('response_format_changed'));
});

test('instructions in mid-conversation are told as the user’s, and an assistant does not begin', () => {
  const messages = [
    { role: 'assistant', content: 'hi' },
    { role: 'user', content: 'x' },
    { role: 'system', content: 'Be brief.' },
  ];
  const { body, warnings } = sendClaude({ messages }, gemini('gemini-3-pro', { midSystem: 'in-place' }));
  assert.deepEqual(
    body.contents.map(({ role }: Wire) => role),
    ['user', 'model', 'user'],
  );
  assert.match(body.contents[2].parts[1].text, /^<system-reminder>/);
  assert.deepEqual(codesOf(warnings), ['message_inserted']);
});

test('links of Google’s search are annotations to a Chat client', () => {
  const { text } = receive('gemini', 'openai-chat', [fixture('gemini/grounded-text.txt')]);
  const annotations = eventsOf(text).flatMap((event) => event.choices[0]?.delta.annotations ?? []);
  assert.equal(annotations[0].url_citation.url, 'https://example.org/rain');
});

test('audio and documents go along where the model takes them', () => {
  const content = [
    { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
    { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0x' } },
  ];
  const request = { model: 'm', messages: [{ role: 'user', content }] };
  const { body } = send('openai-chat', request, gemini('gemini-3-pro', { documents: 'inline' }));
  assert.deepEqual(body.contents[0].parts, [
    { inlineData: { mimeType: 'audio/wav', data: 'AAAA' } },
    { inlineData: { mimeType: 'application/pdf', data: 'JVBERi0x' } },
  ]);
});
