import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  chatStream,
  codesOf,
  context,
  receiveWhole,
  send,
  target,
  type Wire,
} from '../../fixtures/translation.ts';
import { OPENAI_QUIRKS } from '../domain/quirk-sets.ts';
import { canTranslate, createStreamTranslator, translateRequest } from './translate.ts';

const HI = { model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] };

function translated(body: Wire, to = target('openai-chat')) {
  const { answerModel, created, newId, reasoningFields } = context('openai-chat');
  return translateRequest({
    from: 'anthropic-messages',
    body: Buffer.from(JSON.stringify(body)),
    client: { model: undefined, stream: undefined },
    target: to,
    answer: { answerModel, created, newId, reasoningFields },
    policy: 'lenient',
  });
}

test('formats with a codec translate into each other', () => {
  assert.equal(canTranslate('anthropic-messages', 'openai-chat'), true);
  assert.equal(canTranslate('openai-chat', 'anthropic-messages'), true);
});

test('headers are made anew: media types, no encodings, and the API version where there is one', () => {
  assert.deepEqual(translated({ ...HI, stream: true }).headers, [
    'content-type',
    'application/json',
    'accept',
    'text/event-stream',
    'accept-encoding',
    'identity',
  ]);
  assert.deepEqual(translated(HI, target('anthropic-messages')).headers.slice(-2), [
    'anthropic-version',
    '2023-06-01',
  ]);
});

test('the way back knows who answers, what was asked and an estimate of the prompt', () => {
  const { context: way, stream } = translated({ ...HI, stream: true });
  assert.deepEqual(way.origin, { provider: 'there', model: 'model-9', format: 'openai-chat' });
  assert.equal(stream, true);
  assert.ok(way.estimatedInput >= 1);
});

test('the strict policy names the first loss and counts the rest', () => {
  const request = { ...HI, top_k: 5, context_management: {}, stop_sequences: ['1', '2', '3', '4', '5'] };
  assert.equal(codesOf(send('anthropic-messages', request, target('openai-chat')).warnings).length, 3);
  assert.throws(() => send('anthropic-messages', request, target('openai-chat'), 'strict'), {
    code: 'capability_rejected',
    message: /context_management.*and 2 more/,
  });
});

test('nesting beyond the stack is the client’s fault, and no crash', () => {
  const deep = `{"model":"m","messages":[{"role":"user","content":"x"}],"tools":[{"name":"f","input_schema":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}]}`;
  assert.throws(() => send('anthropic-messages', deep, target('openai-chat')), { code: 'malformed_body' });
});

test('an answer nested beyond the stack is a failure, and no crash', () => {
  const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
  const chunk = `data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"name":"f","arguments":${deep}}}]}}]}\n\n`;
  const translator = createStreamTranslator({
    from: 'openai-chat',
    to: 'anthropic-messages',
    context: context('openai-chat'),
  });
  translator.push(Buffer.from(chunk));
  translator.end();
  assert.equal(translator.report.outcome.kind, 'failed');
});

test('nothing follows the end of a translated stream', () => {
  const translator = createStreamTranslator({
    from: 'openai-chat',
    to: 'anthropic-messages',
    context: context('openai-chat'),
  });
  assert.equal(translator.push(Buffer.from(chatStream([{ content: 'x' }]))).length, 1);
  assert.deepEqual(translator.push(Buffer.from(chatStream([{ content: 'y' }]))), []);
  assert.deepEqual(translator.end(), []);
  assert.deepEqual(translator.report.outcome, { kind: 'complete' });
});

test('OpenAI’s reasoning models get what they take and nothing they refuse', () => {
  const request = {
    ...HI,
    system: 's',
    temperature: 0.5,
    top_k: 4,
    stop_sequences: ['x'],
    thinking: { type: 'adaptive' },
    output_config: { effort: 'max', format: { type: 'json_schema', schema: { type: 'object' } } },
    metadata: { user_id: 'u' },
    tools: [{ name: 'f', input_schema: {}, strict: true }],
    tool_choice: { type: 'any', disable_parallel_tool_use: true },
  };
  const { body, warnings } = send('anthropic-messages', request, target('openai-chat', OPENAI_QUIRKS));
  const { tools, messages, safety_identifier: user, ...rest } = body;
  assert.deepEqual(rest, {
    model: 'model-9',
    tool_choice: 'required',
    parallel_tool_calls: false,
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'output', schema: { type: 'object' }, strict: true },
    },
    max_completion_tokens: 9,
    reasoning_effort: 'xhigh',
  });
  assert.equal(messages[0].role, 'developer');
  assert.equal(tools[0].function.strict, true);
  assert.equal(user.length, 64);
  assert.deepEqual(codesOf(warnings), [
    'sampling_dropped',
    'sampling_dropped',
    'stop_dropped',
    'reasoning_changed',
  ]);
});

test('what the client is told of the model is what it asked for, or what the provider says', () => {
  const body = {
    id: 'c',
    model: 'served',
    choices: [{ message: { role: 'assistant', content: 'x' }, finish_reason: 'stop' }],
  };
  const told = (answerModel: string | undefined): string =>
    receiveWhole('openai-chat', 'anthropic-messages', body, { answerModel }).body.model;
  assert.deepEqual([told('asked-for'), told(undefined)], ['asked-for', 'served']);
});

test('citations of Anthropic with a link become annotations, others are told as lost', () => {
  const citation = {
    type: 'web_search_result_location',
    url: 'https://x.test',
    title: 'T',
    cited_text: 'q',
    encrypted_index: 'e',
  };
  const page = { type: 'page_location', cited_text: 'q', document_title: 'D' };
  const body = {
    id: 'm',
    content: [{ type: 'text', text: 'so', citations: [citation, page] }],
    stop_reason: 'end_turn',
    usage: {},
  };
  const { body: chat, warnings } = receiveWhole('anthropic-messages', 'openai-chat', body);
  assert.deepEqual(codesOf(warnings), ['answer_dropped']);
  assert.deepEqual(
    chat.choices[0].message.annotations.map((item: Wire) => item.url_citation.url),
    ['https://x.test'],
  );
});
