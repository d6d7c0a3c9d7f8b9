/** Ends, breaks and failures of streams. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture } from '../../../fixtures/play.ts';
import { translateWhole } from '../translate.ts';
import {
  chatStream,
  context,
  endOf,
  eventsOf,
  receive,
  receiveWhole,
  blocksOf,
  type Wire,
} from '../../../fixtures/translation.ts';

const HI = chatStream([{ content: 'hi' }], null);
const END = chatStream([], 'stop');

function toClaude(...chunks: readonly string[]) {
  return receive('openai-chat', 'anthropic-messages', chunks);
}

test('T53: odd line ends, missing blanks, comments and multi-line data read the same', () => {
  const stream = `: OPENROUTER PROCESSING\n\n${HI}${END}`;
  const plain = toClaude(stream).text;
  const variants = [
    stream.replaceAll('\n', '\r\n'),
    stream.replaceAll('\n', '\r'),
    stream.replaceAll('data: ', 'data:'),
    `\uFEFF${stream}`,
    stream.trimEnd(),
    stream.replaceAll('"choices"', '\ndata: "choices"'),
  ];
  for (const variant of variants) assert.equal(toClaude(...variant.split('')).text, plain);
});

test('T55: a finish without [DONE] is a success', () => {
  const { report, violations } = toClaude(HI + END.replace('data: [DONE]\n\n', ''));
  assert.equal(report.outcome.kind, 'complete');
  assert.deepEqual(violations, []);
});

test('T55: [DONE] without a finish, an early end and an empty body are failures', () => {
  for (const stream of [`${HI}data: [DONE]\n\n`, HI, HI.slice(0, -30), '']) {
    const { text, report } = toClaude(stream);
    assert.equal(report.outcome.kind, 'failed');
    assert.equal(text.includes('message_stop'), false);
    if (stream !== '') assert.equal(eventsOf(text).at(-1).error.type, 'api_error');
  }
});

test('T55: a broken stream gives a Chat client nothing that looks like an end', () => {
  const start = { type: 'message_start', message: { id: 'm', model: 'c', content: [], usage: {} } };
  const { text, report } = receive('anthropic-messages', 'openai-chat', [
    `event: message_start\ndata: ${JSON.stringify(start)}\n\n`,
  ]);
  assert.deepEqual(report.outcome.kind === 'failed' && report.outcome.failure.truncated, true);
  assert.equal(text.includes('[DONE]') || text.includes('finish_reason":"'), false);
});

test('T60: an error frame is a failure with its own words, first or in the middle', () => {
  const error = {
    error: {
      message: 'Provider returned error',
      code: 429,
      metadata: { raw: 'slow down', provider_name: 'X' },
    },
  };
  for (const stream of [`data: ${JSON.stringify(error)}\n\n`, `${HI}data: ${JSON.stringify(error)}\n\n`]) {
    const { text, report, violations } = toClaude(stream);
    assert.deepEqual(violations, []);
    assert.equal(report.sawContent, stream.startsWith(HI));
    assert.deepEqual(eventsOf(text).at(-1).error, { type: 'rate_limit_error', message: 'slow down' });
  }
});

test('T60: vLLM’s bare error, a string and OpenRouter’s finish_reason error are failures too', () => {
  const bodies: readonly Wire[] = [
    { object: 'error', message: 'no', type: 'BadRequestError', code: 400 },
    { error: 'no' },
    { id: 'c', choices: [{ index: 0, delta: {}, finish_reason: 'error' }] },
  ];
  for (const body of bodies)
    assert.equal(toClaude(`data: ${JSON.stringify(body)}\n\ndata: [DONE]\n\n`).report.outcome.kind, 'failed');
});

test('T60: an Anthropic error event that a retry cannot heal reaches a Chat client, others cut the connection', () => {
  const error = (type: string): string =>
    `event: error\ndata: ${JSON.stringify({ type: 'error', error: { type, message: 'why' } })}\n\n`;
  assert.equal(
    eventsOf(receive('anthropic-messages', 'openai-chat', [error('invalid_request_error')]).text)[0].error
      .message,
    'why',
  );
  assert.equal(receive('anthropic-messages', 'openai-chat', [error('overloaded_error')]).text, '');
});

test('T61: a whole answer to a stream request becomes a stream', () => {
  const body = {
    id: 'c',
    model: 'm',
    choices: [{ message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 5, completion_tokens: 1 },
  };
  for (const chunks of [
    [JSON.stringify(body)],
    JSON.stringify(body).split(''),
    [' \n', JSON.stringify(body, undefined, 1)],
  ]) {
    const { text, violations } = toClaude(...chunks);
    assert.deepEqual(violations, []);
    assert.deepEqual(blocksOf(text), [{ type: 'text', text: 'hi' }]);
    assert.equal(endOf(text).usage.input_tokens, 5);
  }
  const message = {
    id: 'm',
    type: 'message',
    model: 'c',
    content: [{ type: 'text', text: 'hi' }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 1, output_tokens: 1 },
  };
  assert.deepEqual(receive('anthropic-messages', 'openai-chat', [JSON.stringify(message)]).violations, []);
  assert.equal(toClaude('{"error":{"message":"no"}}').report.outcome.kind, 'failed');
});

test('T62: an event that cannot be read is a failure and not skipped', () => {
  const { report, text } = toClaude(`${HI}data: {"broken\n\n${END}`);
  assert.equal(report.outcome.kind, 'failed');
  assert.equal(eventsOf(text).at(-1).type, 'error');
});

test('T43: a refusal is told as text and as a refusal', () => {
  const { text, violations } = toClaude(chatStream([{ refusal: 'I will' }, { refusal: ' not.' }]));
  assert.deepEqual(violations, []);
  assert.deepEqual(blocksOf(text), [{ type: 'text', text: 'I will not.' }]);
  assert.equal(endOf(text).delta.stop_reason, 'refusal');
  const filtered = toClaude(chatStream([{ content: 'x' }], 'content_filter'));
  assert.equal(endOf(filtered.text).delta.stop_reason, 'refusal');
});

test('T70: a pause of Anthropic’s is a stop for a Chat client', () => {
  const message = {
    id: 'm',
    content: [{ type: 'text', text: 'wait' }],
    stop_reason: 'pause_turn',
    usage: {},
  };
  const { body, violations } = receiveWhole('anthropic-messages', 'openai-chat', message);
  assert.deepEqual(violations, []);
  assert.equal(body.choices[0].finish_reason, 'stop');
});

test('T74: a whole request gets one whole message', () => {
  const body = {
    id: 'c',
    model: 'm',
    choices: [{ message: { role: 'assistant', content: 'hi' }, finish_reason: 'length' }],
    usage: { prompt_tokens: 5, completion_tokens: 1, total_tokens: 6 },
  };
  const whole = receiveWhole('openai-chat', 'anthropic-messages', body);
  assert.deepEqual(whole.violations, []);
  assert.deepEqual(
    [whole.body.type, whole.body.model, whole.body.stop_reason],
    ['message', 'asked-for', 'max_tokens'],
  );
  assert.notEqual(
    receiveWhole('openai-chat', 'anthropic-messages', { error: { message: 'no' } }).failure,
    undefined,
  );
});

test('T66: a frame of two megabytes in small chunks is read in one pass', () => {
  const stream = Buffer.from(chatStream([{ content: 'x'.repeat(2_000_000) }]));
  const chunks = Array.from({ length: Math.ceil(stream.length / 16_384) }, (_, at) =>
    stream.subarray(at * 16_384, (at + 1) * 16_384),
  );
  const { text, violations } = receive('openai-chat', 'anthropic-messages', chunks);
  assert.deepEqual(violations, []);
  assert.equal(blocksOf(text)[0].text.length, 2_000_000);
});

test('accents: Mistral thinks in its content, Azure opens without a name, old servers call functions', () => {
  const thinking = { content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] }] };
  const mistral = toClaude(
    chatStream([thinking, { content: [{ type: 'text', text: 'so' }] }, { content: '.' }]),
  );
  assert.deepEqual(mistral.violations, []);
  assert.deepEqual(
    blocksOf(mistral.text).map((block) => block.thinking ?? block.text),
    ['hm', 'so.'],
  );
  const filters = { id: '', object: '', model: '', choices: [], prompt_filter_results: [] };
  const azure = toClaude(`data: ${JSON.stringify(filters)}\n\n${HI}${END}`);
  assert.equal(eventsOf(azure.text)[0].message.id, 'msg_c1');
  const old = [{ function_call: { name: 'f', arguments: '' } }, { function_call: { arguments: '{"x":1}' } }];
  const called = toClaude(chatStream(old, 'function_call'));
  assert.deepEqual(called.violations, []);
  assert.deepEqual(blocksOf(called.text)[0].input, { x: 1 });
  assert.equal(endOf(called.text).delta.stop_reason, 'tool_use');
});

test('T61: a stream in answer to a whole request is gathered to a whole answer', () => {
  const bytes = Buffer.from(chatStream([{ content: 'h' }, { content: 'i' }]));
  const answer = translateWhole(bytes, {
    from: 'openai-chat',
    to: 'anthropic-messages',
    context: context('openai-chat'),
  });
  assert.equal(answer.kind, 'answer');
  if (answer.kind === 'answer')
    assert.deepEqual(JSON.parse(answer.body.toString()).content, [{ type: 'text', text: 'hi' }]);
});

test('T25: Groq and Moonshot hide usage in places of their own', () => {
  const usage = { prompt_tokens: 6, completion_tokens: 2 };
  const groq = toClaude(chatStream([{ content: 'x' }], 'stop', [{ choices: [], x_groq: { usage } }]));
  assert.equal(endOf(groq.text).usage.input_tokens, 6);
  const moonshot = { choices: [{ index: 0, delta: { content: 'x' }, finish_reason: 'stop', usage }] };
  assert.equal(endOf(toClaude(`data: ${JSON.stringify(moonshot)}\n\n`).text).usage.input_tokens, 6);
});

test('T69: Google wraps an error into a list', () => {
  const { report } = toClaude('[{"error":{"code":429,"message":"slow","status":"RESOURCE_EXHAUSTED"}}]');
  assert.equal(report.outcome.kind === 'failed' && report.outcome.failure.message, 'slow');
});

test("a Gemini client's keep-alive is blank: Google's SDK reads no further than a comment", () => {
  const { text } = receive(
    'anthropic-messages',
    'gemini',
    ['event: ping\ndata: {"type":"ping"}\n\n', fixture('anthropic-messages/thinking-and-tool.txt')],
    { streamShape: 'events' },
  );
  let rest = text;
  // The very expression of @google/genai 1.x, which takes one event after the other from the front.
  for (let event = GENAI_LINE.exec(rest); event !== null; event = GENAI_LINE.exec(rest))
    rest = rest.slice(event[0].length);
  assert.equal(rest.trim(), '');
});

const GENAI_LINE = /^\s*data: (.*)(?:\n\n|\r\r|\r\n\r\n)/;
