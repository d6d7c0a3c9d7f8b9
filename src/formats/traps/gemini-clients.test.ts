/** Gemini CLI and Google's SDK in front of providers of other formats. */
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
import { fixture } from '../../../fixtures/play.ts';
import { OPENAI_QUIRKS } from '../../domain/quirk-sets.ts';

const CHAT = target('openai-chat');
const CLAUDE = target('anthropic-messages');
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB';

function user(...parts: readonly Wire[]): Wire {
  return { role: 'user', parts: parts.map((part) => (typeof part === 'string' ? { text: part } : part)) };
}

function model(...parts: readonly Wire[]): Wire {
  return { role: 'model', parts };
}

function call(name: string, args: Wire, more: Wire = {}): Wire {
  return { functionCall: { name, args, ...more } };
}

function response(name: string, output: Wire, more: Wire = {}): Wire {
  return { functionResponse: { name, response: typeof output === 'string' ? { output } : output, ...more } };
}

function sendGemini(more: Wire, to = CHAT): Sent {
  return send('gemini', { contents: [user('hi')], ...more }, to);
}

/** The chunks of a stream, without its keep-alives. */
function chunksOf(text: string): Wire[] {
  return eventsOf(text.replaceAll('\r\n', '\n'));
}

function partsOf(text: string): Wire[] {
  return chunksOf(text).flatMap((chunk) => chunk.candidates[0].content.parts);
}

test('Gemini CLI on Anthropic: instructions, declarations, thinking and limits', () => {
  const schema = { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] };
  const { body, warnings } = sendGemini(
    {
      systemInstruction: { role: 'user', parts: [{ text: 'You are.' }] },
      tools: [
        {
          functionDeclarations: [
            { name: 'read', description: 'Reads.', parametersJsonSchema: schema },
            {
              name: 'list',
              parameters: {
                type: 'OBJECT',
                properties: {
                  depth: { type: 'INTEGER', nullable: true },
                  tags: { type: 'ARRAY', minItems: '1', items: { type: 'STRING' } },
                },
              },
            },
          ],
        },
      ],
      toolConfig: { functionCallingConfig: { mode: 'AUTO' } },
      generationConfig: {
        temperature: 1,
        topP: 0.95,
        topK: 64,
        maxOutputTokens: 8_000,
        stopSequences: ['END'],
        thinkingConfig: { includeThoughts: true, thinkingBudget: 2_000 },
      },
    },
    target('anthropic-messages', {}, { model: 'claude-sonnet-4-5' }),
  );
  assert.deepEqual([body.model, body.stream], ['claude-sonnet-4-5', true]);
  assert.equal(body.system[0].text, 'You are.');
  assert.deepEqual(body.tools[0].input_schema, schema);
  assert.deepEqual(body.tools[1].input_schema.properties, {
    depth: { type: ['integer', 'null'] },
    tags: { type: 'array', minItems: 1, items: { type: 'string' } },
  });
  assert.deepEqual(body.thinking, { type: 'enabled', budget_tokens: 2_000 });
  assert.deepEqual([body.max_tokens, body.stop_sequences], [8_000, ['END']]);
  assert.ok(codesOf(warnings).every((code) => code === 'sampling_dropped'));
});

test('thinking in every wording', () => {
  const rows: readonly (readonly [Wire, string | undefined])[] = [
    [{ thinkingLevel: 'LOW' }, 'low'],
    [{ thinkingLevel: 'high', includeThoughts: true }, 'high'],
    [{ thinkingBudget: 0 }, 'none'],
    [{ thinkingBudget: -1 }, 'high'],
    [{ thinkingBudget: 10_000 }, 'medium'],
    [{ includeThoughts: true }, 'high'],
    [{}, undefined],
  ];
  for (const [thinkingConfig, effort] of rows) {
    const { body } = sendGemini(
      { generationConfig: { thinkingConfig } },
      target('openai-chat', OPENAI_QUIRKS),
    );
    assert.equal(body.reasoning_effort, effort, JSON.stringify(thinkingConfig));
  }
});

test('results find their calls by name and order where there are no ids', () => {
  const { body } = sendGemini({
    contents: [
      user('hi'),
      model({ text: 'Looking.' }, call('read', { p: 'a' }), call('list', {}), call('read', { p: 'b' })),
      user(response('list', 'L'), response('read', 'A'), response('read', { error: 'no b' }), 'and now?'),
    ],
  });
  const [, turn, first, second, third, last] = body.messages;
  const ids = turn.tool_calls.map(({ id }: Wire) => id);
  assert.equal(new Set(ids).size, 3);
  assert.deepEqual(
    [first, second, third].map(({ tool_call_id, content }: Wire) => [ids.indexOf(tool_call_id), content]),
    [
      [0, 'A'],
      [1, 'L'],
      [2, 'Error: no b'],
    ],
  );
  assert.equal(last.content, 'and now?');
});

test('ids count where both sides have them, and are passed over where clients make up their own', () => {
  const contents = [
    user('hi'),
    model(call('f', { n: 1 }, { id: 'a' }), call('f', { n: 2 }, { id: 'b' })),
    user(response('f', 'two', { id: 'b' }), response('f', 'one', { id: 'mine-7' })),
  ];
  const [, turn, first, second] = sendGemini({ contents }).body.messages;
  assert.deepEqual([turn.tool_calls[0].id, turn.tool_calls[1].id], ['a', 'b']);
  assert.deepEqual([first.content, second.content], ['one', 'two']);
});

test('a result of any shape is told; images in it or beside it are shown', () => {
  const image = { inlineData: { mimeType: 'image/png', data: PIXEL } };
  const { body } = sendGemini(
    {
      contents: [
        user('hi'),
        model(call('f', {}), call('g', {})),
        user(response('f', { rows: [1] }), response('g', 'shot', { parts: [image] }), image),
      ],
    },
    CLAUDE,
  );
  const [f, g, beside] = body.messages[2].content;
  assert.equal(f.content[0].text, '{"rows":[1]}');
  assert.deepEqual([g.content[1].type, g.content[1].source.media_type], ['image', 'image/png']);
  assert.equal(beside.type, 'image');
});

test('snake case is read like camel case, and arguments are left as they are', () => {
  const { body } = sendGemini({
    system_instruction: { parts: [{ text: 's' }] },
    contents: [user('hi'), model({ function_call: { name: 'f', args: { snake_case: 1 } } }), user('x')],
    generation_config: { max_output_tokens: 9 },
  });
  assert.equal(body.messages[0].content, 's');
  assert.equal(body.messages[2].tool_calls[0].function.arguments, '{"snake_case":1}');
  assert.equal(body.max_tokens, 9);
});

test('JSON answers: any, by JSON schema, by Google’s schema', () => {
  const json = { responseMimeType: 'application/json' };
  const formatOf = (generationConfig: Wire) => sendGemini({ generationConfig }).body.response_format;
  assert.deepEqual(formatOf(json), { type: 'json_object' });
  const schema = { type: 'object', properties: { a: { type: 'string' } } };
  assert.deepEqual(formatOf({ ...json, responseJsonSchema: schema }).json_schema.schema, schema);
  const google = { type: 'OBJECT', properties: { a: { type: 'STRING' } }, propertyOrdering: ['a'] };
  assert.deepEqual(formatOf({ ...json, responseSchema: google }).json_schema.schema, schema);
  // Gemini CLI writes Google's types into the field for JSON Schema.
  assert.deepEqual(formatOf({ ...json, responseJsonSchema: google }).json_schema.schema, schema);
});

test('which functions may be called', () => {
  const tools = [{ functionDeclarations: [{ name: 'f' }, { name: 'g' }] }];
  const chosen = (mode: string, allowedFunctionNames?: readonly string[]): Wire => {
    const { body } = sendGemini({
      tools,
      toolConfig: { functionCallingConfig: { mode, allowedFunctionNames } },
    });
    return [body.tools.length, body.tool_choice];
  };
  assert.deepEqual(chosen('NONE'), [2, 'none']);
  assert.deepEqual(chosen('ANY'), [2, 'required']);
  assert.deepEqual(chosen('ANY', ['g']), [2, { type: 'function', function: { name: 'g' } }]);
  assert.deepEqual(chosen('VALIDATED', ['g']), [1, 'auto']);
});

test('a search of Google becomes that of the provider, or is refused where nothing else is asked for', () => {
  const { body } = sendGemini({ tools: [{ googleSearch: {} }] }, CLAUDE);
  assert.equal(body.tools[0].name, 'web_search');
  assert.throws(() => sendGemini({ tools: [{ googleSearch: {} }] }), { code: 'capability_rejected' });
  const beside = sendGemini({ tools: [{ googleSearch: {}, functionDeclarations: [{ name: 'f' }] }] });
  assert.deepEqual([beside.body.tools.length, codesOf(beside.warnings)], [1, ['tool_dropped']]);
});

test('cached content of another provider is refused, and other fields are told as lost', () => {
  assert.throws(() => sendGemini({ cachedContent: 'cachedContents/1' }), {
    message: /^cachedContent unsupported/,
  });
  const { warnings } = sendGemini({
    safetySettings: [{ category: 'x' }],
    generationConfig: { responseModalities: ['TEXT'], candidateCount: 1 },
  });
  assert.deepEqual(
    warnings.map(({ path }) => path),
    ['safetySettings', 'generationConfig.responseModalities'],
  );
});

test('a body without contents is malformed', () => {
  for (const body of [{}, { contents: [1] }, { contents: [{ role: 'robot', parts: [] }] }])
    assert.throws(() => send('gemini', body, CHAT), { code: 'malformed_body' });
});

test('T72: a call ends with STOP, whole, in events with CRLF', () => {
  const { text, violations } = receive('openai-chat', 'gemini', [fixture('openai-chat/two-tool-calls.txt')]);
  assert.deepEqual(violations, []);
  assert.ok(text.startsWith('data: {') && text.endsWith('}\r\n\r\n'));
  const chunks = chunksOf(text);
  assert.equal(chunks.at(-1).candidates[0].finishReason, 'STOP');
  const calls = partsOf(text).filter((part) => part.functionCall !== undefined);
  assert.equal(calls.length, 2);
  assert.ok(calls.every((part) => typeof part.functionCall.args === 'object' && part.functionCall.id !== ''));
});

test('T72: without alt=sse the stream is one JSON array', () => {
  const bytes = fixture('anthropic-messages/thinking-and-tool.txt');
  const { text, violations } = receive('anthropic-messages', 'gemini', [bytes], { streamShape: 'array' });
  assert.deepEqual(violations, []);
  const events = chunksOf(receive('anthropic-messages', 'gemini', [bytes]).text);
  assert.deepEqual(JSON.parse(text), events);
});

test('T60: a failure is an element of the array, too, and its end', () => {
  const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
  const frame = `event: error\ndata: ${JSON.stringify(error)}\n\n`;
  const expected = { error: { code: 503, message: 'Overloaded', status: 'UNAVAILABLE' } };
  const events = receive('anthropic-messages', 'gemini', [frame]);
  assert.deepEqual([chunksOf(events.text), events.violations], [[expected], []]);
  const array = receive('anthropic-messages', 'gemini', [frame], { streamShape: 'array' });
  assert.deepEqual(JSON.parse(array.text), [expected]);
});

test('usage keeps thoughts apart and stands on every chunk', () => {
  const { text } = receive('openai-responses', 'gemini', [fixture('openai-responses/interleaved-calls.txt')]);
  const chunks = chunksOf(text);
  assert.ok(chunks.every((chunk) => typeof chunk.usageMetadata.promptTokenCount === 'number'));
  assert.deepEqual(chunks.at(-1).usageMetadata, {
    promptTokenCount: 1_200,
    candidatesTokenCount: 50,
    totalTokenCount: 1_280,
    cachedContentTokenCount: 1_024,
    thoughtsTokenCount: 30,
  });
});

test('T73: thinking of Claude rides on the call, since the client throws thoughts away', () => {
  const { text, violations } = receive('anthropic-messages', 'gemini', [
    fixture('anthropic-messages/thinking-and-tool.txt'),
  ]);
  assert.deepEqual(violations, []);
  const parts = partsOf(text);
  const thought = parts.filter((part) => part.thought).map((part) => part.text);
  const sealed = parts.find((part) => part.functionCall !== undefined);
  assert.match(sealed.thoughtSignature, /^gw1\./);
  const kept = parts.filter((part) => !part.thought && part.text !== '');
  const results = kept
    .filter((part) => part.functionCall)
    .map((part) => response(part.functionCall.name, 'ok'));
  const contents = [user('hi'), model(...kept), user(...results)];
  const issuer = target('anthropic-messages', {}, { model: 'model-9' });
  const back = sendGemini({ contents }, issuer).body.messages[1].content;
  const thinking = back.find((block: Wire) => block.type === 'thinking');
  assert.equal(thinking.thinking, thought.join(''));
  assert.ok(thinking.signature !== '' && !thinking.signature.startsWith('gw1.'));
  assert.equal(JSON.stringify(sendGemini({ contents }).body).includes('gw1.'), false);
});

test('a whole answer has its parts, its reason and its usage', () => {
  const { body, violations } = receiveWhole('openai-chat', 'gemini', {
    id: 'c',
    model: 'm',
    choices: [
      { message: { role: 'assistant', reasoning_content: 'hm', content: 'hi' }, finish_reason: 'length' },
    ],
    usage: { prompt_tokens: 5, completion_tokens: 2 },
  });
  assert.deepEqual(violations, []);
  const [candidate] = body.candidates;
  const [thought, text] = candidate.content.parts;
  assert.deepEqual([thought.text, thought.thought, text], ['hm', true, { text: 'hi' }]);
  assert.equal(candidate.finishReason, 'MAX_TOKENS');
  assert.deepEqual([body.modelVersion, body.usageMetadata.totalTokenCount], ['asked-for', 7]);
});

test('T12: half a call is left out, and the reason tells of the limit', () => {
  const delta = { tool_calls: [{ index: 0, id: 'c', function: { name: 'rm', arguments: '{"path":"/' } }] };
  const { text, violations, report } = receive('openai-chat', 'gemini', [chatStream([delta], 'length')]);
  assert.deepEqual([violations, report.outcome.kind], [[], 'complete']);
  assert.equal(text.includes('functionCall'), false);
  assert.equal(chunksOf(text).at(-1).candidates[0].finishReason, 'MAX_TOKENS');
});

test('a refusal is one of safety, with the words of the provider', () => {
  const { text } = receive('openai-chat', 'gemini', [chatStream([{ refusal: 'No.' }])]);
  const last = chunksOf(text).at(-1).candidates[0];
  assert.deepEqual([last.finishReason, last.finishMessage], ['SAFETY', 'No.']);
});

test('links of a search are sources of the answer', () => {
  const citation = { type: 'web_search_result_location', url: 'https://a.test', title: 'A', cited_text: 'x' };
  const content = [{ type: 'text', text: 'It rains.', citations: [citation] }];
  const body = { id: 'm', content, stop_reason: 'end_turn', usage: {} };
  const answer = receiveWhole('anthropic-messages', 'gemini', body);
  assert.deepEqual(answer.body.candidates[0].groundingMetadata.groundingChunks, [
    { web: { uri: 'https://a.test', title: 'A' } },
  ]);
});
