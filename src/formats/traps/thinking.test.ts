/** Reasoning on its way between formats and back to its issuer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture } from '../../../fixtures/play.ts';
import {
  blocksOf,
  chatStream,
  codesOf,
  eventsOf,
  receive,
  receiveWhole,
  send,
  target,
  type Wire,
} from '../../../fixtures/translation.ts';

const ORIGIN = { provider: 'there', model: 'model-9', format: 'openai-chat' } as const;
const CHAT = target('openai-chat');
const CLAUDE = target('anthropic-messages');

function anthropicHistory(assistant: readonly Wire[], rest: Wire = {}): Wire {
  return {
    model: 'm',
    max_tokens: 4_000,
    messages: [
      { role: 'user', content: 'go' },
      { role: 'assistant', content: [...assistant, { type: 'tool_use', id: 'a', name: 'f', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: 'done' }] },
    ],
    ...rest,
  };
}

function chatHistory(assistant: Wire, rest: Wire = {}): Wire {
  const call = { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } };
  return {
    model: 'm',
    messages: [
      { role: 'user', content: 'go' },
      { role: 'assistant', content: null, tool_calls: [call], ...assistant },
      { role: 'tool', tool_call_id: 'a', content: 'done' },
    ],
    ...rest,
  };
}

function thoughtsOf(deltas: readonly Wire[]): Wire[] {
  const { text, violations } = receive('openai-chat', 'anthropic-messages', [chatStream(deltas)], {
    origin: ORIGIN,
  });
  assert.deepEqual(violations, []);
  return blocksOf(text);
}

test('T15: a delta with the last thought and the first word keeps both, in two blocks', () => {
  const blocks = thoughtsOf([
    { reasoning_content: 'hm' },
    { reasoning_content: '!', content: 'Yes' },
    { content: '.' },
  ]);
  assert.deepEqual(
    blocks.map((block) => block.thinking ?? block.text),
    ['hm!', 'Yes.'],
  );
});

test('T16: text, thought and text again are three blocks of their own kinds, after one message_start', () => {
  const deltas = [{ content: 'a' }, { reasoning: 'b' }, { content: 'c' }];
  const { text, violations } = receive('openai-chat', 'anthropic-messages', [chatStream(deltas)]);
  assert.deepEqual(violations, []);
  assert.deepEqual(
    blocksOf(text).map((block) => block.type),
    ['text', 'thinking', 'text'],
  );
  assert.equal(eventsOf(text).filter((event) => event.type === 'message_start').length, 1);
});

test('T16: two message_start of a provider become one', () => {
  const stream = fixture('anthropic-messages/thinking-and-tool.txt').toString();
  const head = stream.slice(0, stream.indexOf('\n\n') + 2);
  const { text, violations } = receive('anthropic-messages', 'anthropic-messages', [head, stream]);
  assert.deepEqual(violations, []);
  assert.equal(blocksOf(text).length, 3);
});

test('T18: reasoning of one provider goes back to it, and to no other', () => {
  const [thinking] = thoughtsOf([{ reasoning_content: 'hm' }, { content: 'Yes' }]);
  assert.match(thinking.signature, /^gw1\./);
  const history = anthropicHistory([thinking]);
  const back = send('anthropic-messages', history, CHAT);
  assert.equal(back.body.messages[1].reasoning_content, 'hm');
  assert.deepEqual(codesOf(back.warnings), []);
  const elsewhere = send('anthropic-messages', history, target('openai-chat', {}, { provider: 'other' }));
  assert.equal('reasoning_content' in elsewhere.body.messages[1], false);
  assert.deepEqual(codesOf(elsewhere.warnings), ['reasoning_dropped']);
});

test('T18: a foreign signature never reaches Anthropic, its own comes back to the byte', () => {
  const foreign = { type: 'thinking', thinking: 'hm', signature: 'Zm9yZWlnbg==' };
  const { body, warnings } = send('anthropic-messages', anthropicHistory([foreign]), CLAUDE);
  assert.deepEqual(
    body.messages[1].content.map((block: Wire) => block.type),
    ['tool_use'],
  );
  assert.ok(codesOf(warnings).includes('reasoning_dropped'));
  const own = target(
    'anthropic-messages',
    {},
    { isOwnSignature: (signature) => signature === 'Zm9yZWlnbg==' },
  );
  assert.deepEqual(
    send('anthropic-messages', anthropicHistory([foreign]), own).body.messages[1].content[0],
    foreign,
  );
});

test('T18: the thinking of Claude survives a Chat client that keeps reasoning_details', () => {
  const stream = fixture('anthropic-messages/thinking-and-tool.txt');
  const origin = { provider: CLAUDE.provider, model: CLAUDE.model, format: CLAUDE.format };
  const { text } = receive('anthropic-messages', 'openai-chat', [stream], { origin });
  const deltas = eventsOf(text).map((chunk) => chunk.choices[0]?.delta ?? {});
  const reasoning_details = deltas.flatMap((delta) => delta.reasoning_details ?? []);
  const reasoning_content = deltas.map((delta) => delta.reasoning_content ?? '').join('');
  const { body } = send('openai-chat', chatHistory({ reasoning_details, reasoning_content }), CLAUDE);
  assert.deepEqual(body.messages[1].content[0], {
    type: 'thinking',
    thinking: 'The file “notes” is wanted, so I read it.',
    signature: 'c2lnbmF0dXJlLW9uZQ==',
  });
});

test('T19: thinking is neither a part nor visible text at a Chat server', () => {
  const thinking = { type: 'thinking', thinking: 'secret thought', signature: 'eA==' };
  const redacted = { type: 'redacted_thinking', data: 'sealed' };
  const { body } = send(
    'anthropic-messages',
    anthropicHistory([thinking, redacted, { type: 'text', text: 'hi' }]),
    CHAT,
  );
  assert.equal(JSON.stringify(body).includes('secret thought'), false);
  assert.equal(body.messages[1].content, 'hi');
});

test('T20: a turn that began without thinking goes on without it', () => {
  const request = chatHistory({}, { reasoning_effort: 'high', max_tokens: 9_000 });
  const { body, warnings } = send(
    'openai-chat',
    request,
    target('anthropic-messages', {}, { model: 'claude-sonnet-4-5' }),
  );
  assert.deepEqual(body.thinking, { type: 'disabled' });
  assert.ok(codesOf(warnings).includes('reasoning_changed'));
  const adaptive = send(
    'openai-chat',
    request,
    target('anthropic-messages', {}, { model: 'claude-opus-4-8' }),
  );
  assert.equal(adaptive.body.thinking.type, 'adaptive');
});

test('T21: servers that demand reasoning on tool turns get an empty one where there is none', () => {
  const strict = target('openai-chat', { reasoningRequired: true });
  assert.equal(
    send('anthropic-messages', anthropicHistory([]), strict).body.messages[1].reasoning_content,
    '',
  );
  assert.equal(
    'reasoning_content' in send('anthropic-messages', anthropicHistory([]), CHAT).body.messages[1],
    false,
  );
});

test('T21: OpenRouter gets its reasoning_details back unmodified and in order', () => {
  const details = [
    { type: 'reasoning.summary', summary: 'thinking', format: 'openai-responses-v1', index: 0 },
    { type: 'reasoning.encrypted', data: 'c2VhbGVk', id: 'rs_1', format: 'openai-responses-v1', index: 1 },
  ];
  const [thinking] = thoughtsOf([
    { reasoning: 'thinking', reasoning_details: [details[0]] },
    { reasoning_details: [details[1]] },
    { content: 'x' },
  ]);
  const router = target('openai-chat', { reasoningField: 'reasoning_details' });
  assert.deepEqual(
    send('anthropic-messages', anthropicHistory([thinking]), router).body.messages[1].reasoning_details,
    details,
  );
});

test('T22: reasoning that comes in several fields is read once', () => {
  const both = {
    reasoning: 'hm',
    reasoning_content: 'hm',
    reasoning_details: [{ type: 'reasoning.text', text: 'hm', index: 0 }],
  };
  assert.equal(thoughtsOf([both, { content: 'x' }])[0].thinking, 'hm');
  assert.equal(thoughtsOf([{ reasoning: 'hm' }, { content: 'x' }])[0].thinking, 'hm');
  assert.equal(
    thoughtsOf([{ reasoning_details: both.reasoning_details }, { content: 'x' }])[0].thinking,
    'hm',
  );
  const whole = receiveWhole('openai-chat', 'anthropic-messages', {
    choices: [{ message: { role: 'assistant', content: 'x', ...both }, finish_reason: 'stop' }],
  });
  assert.equal(whole.body.content[0].thinking, 'hm');
});

test('T73: a signed call keeps its signature through an Anthropic client', () => {
  const signed = {
    tool_calls: [
      {
        index: 0,
        id: 'a',
        function: { name: 'f', arguments: '{}' },
        extra_content: { google: { thought_signature: 'c2ln' } },
      },
    ],
  };
  const { text, violations } = receive(
    'openai-chat',
    'anthropic-messages',
    [chatStream([signed], 'tool_calls')],
    { origin: ORIGIN },
  );
  assert.deepEqual(violations, []);
  const content = blocksOf(text);
  const history = {
    ...anthropicHistory([]),
    messages: [
      { role: 'user', content: 'go' },
      { role: 'assistant', content },
    ],
  };
  const [sent] = send('anthropic-messages', history, CHAT).body.messages[1].tool_calls;
  assert.equal(sent.extra_content.google.thought_signature, 'c2ln');
});
