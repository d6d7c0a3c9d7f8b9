/** Token counts and limits across formats. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  chatStream,
  codesOf,
  endOf,
  eventsOf,
  receive,
  receiveWhole,
  send,
  target,
  type Wire,
} from '../../../fixtures/translation.ts';

const REQUEST = { model: 'm', max_tokens: 128_000, messages: [{ role: 'user', content: 'hi' }] };

function anthropicUsage(usage: readonly Wire[]): Wire {
  const tail = usage.map((counts) => ({ id: 'c1', model: 'm', choices: [], usage: counts }));
  const { text, violations } = receive('openai-chat', 'anthropic-messages', [
    chatStream([{ content: 'x' }], 'stop', tail),
  ]);
  assert.deepEqual(violations, []);
  return { first: eventsOf(text)[0].message.usage, last: endOf(text).usage };
}

test('T23: the prompt is estimated until the provider counts it, and never 0 in both places', () => {
  const counted = anthropicUsage([{ prompt_tokens: 50, completion_tokens: 2, total_tokens: 52 }]);
  assert.equal(counted.first.input_tokens, 11);
  assert.equal(counted.last.input_tokens, 50);
  assert.equal(anthropicUsage([]).last.input_tokens, 11);
});

test('T24: cached tokens are part of the prompt in Chat and apart in Anthropic', () => {
  const usage = { prompt_tokens: 1_000, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 800 } };
  const { last } = anthropicUsage([usage]);
  assert.deepEqual([last.input_tokens, last.cache_read_input_tokens, last.output_tokens], [200, 800, 5]);
  const message = { id: 'm', content: [{ type: 'text', text: 'x' }], stop_reason: 'end_turn' };
  const counts = {
    input_tokens: 200,
    cache_read_input_tokens: 800,
    cache_creation_input_tokens: 30,
    output_tokens: 5,
  };
  const { body } = receiveWhole('anthropic-messages', 'openai-chat', { ...message, usage: counts });
  assert.deepEqual(body.usage, {
    prompt_tokens: 1_030,
    completion_tokens: 5,
    total_tokens: 1_035,
    prompt_tokens_details: { cached_tokens: 800, cache_write_tokens: 30 },
    completion_tokens_details: { reasoning_tokens: 0 },
  });
});

test('T24: more cached tokens than prompt leave no negative count', () => {
  const { last } = anthropicUsage([
    { prompt_tokens: 10, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 20 } },
  ]);
  assert.equal(last.input_tokens, 0);
});

test('T25: usage may stand in its own chunk, in every chunk or in the finishing one: the last counts', () => {
  const usage = { prompt_tokens: 9, completion_tokens: 4 };
  const { last } = anthropicUsage([
    { prompt_tokens: 9, completion_tokens: 1 },
    usage,
    { prompt_tokens: 9, completion_tokens: 4 },
  ]);
  assert.deepEqual([last.input_tokens, last.output_tokens], [9, 4]);
  const chunks = ['One', ' two'].map((content, at) => ({
    id: 'g',
    model: 'm',
    choices: [{ index: 0, delta: { content }, finish_reason: at === 1 ? 'stop' : null }],
    usage: { prompt_tokens: 9, completion_tokens: at + 1 },
  }));
  const stream = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('');
  const { text } = receive('openai-chat', 'anthropic-messages', [stream]);
  assert.equal(endOf(text).usage.output_tokens, 2);
});

test('T26: nulls in later usage overwrite nothing, and repeated reports are not added up', () => {
  const frames = [
    {
      type: 'message_start',
      message: {
        id: 'm',
        model: 'c',
        content: [],
        usage: { input_tokens: 7, output_tokens: 1, cache_read_input_tokens: 3 },
      },
    },
    {
      type: 'message_delta',
      delta: {},
      usage: { input_tokens: null, cache_read_input_tokens: null, output_tokens: 4 },
    },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 9 } },
    { type: 'message_stop' },
  ];
  const stream = frames.map((frame) => `event: ${frame.type}\ndata: ${JSON.stringify(frame)}\n\n`).join('');
  const { text } = receive('anthropic-messages', 'openai-chat', [stream]);
  const { usage } = eventsOf(text).at(-1);
  assert.deepEqual([usage.prompt_tokens, usage.completion_tokens], [10, 9]);
});

test('T27c: more output tokens than the model gives are clamped, with a warning', () => {
  const small = target('openai-chat', { outputTokens: 32_000 });
  const { body, warnings } = send('anthropic-messages', REQUEST, small);
  assert.equal(body.max_tokens, 32_000);
  assert.deepEqual(codesOf(warnings), ['limit_clamped']);
  const claude = target('anthropic-messages', {}, { model: 'claude-opus-4-1' });
  assert.equal(send('openai-chat', { ...REQUEST, max_tokens: 128_000 }, claude).body.max_tokens, 32_000);
});

test('T27c: prompt and output together stay within the window', () => {
  const window = target('openai-chat', { contextTokens: 8_000 });
  const { body } = send(
    'anthropic-messages',
    { ...REQUEST, messages: [{ role: 'user', content: 'x'.repeat(10_000) }] },
    window,
  );
  assert.ok(body.max_tokens < 6_000 && body.max_tokens > 4_000, String(body.max_tokens));
});

test('T27d: the field of the output limit is the target’s', () => {
  const newer = target('openai-chat', { maxTokensField: 'max_completion_tokens' });
  assert.equal(send('anthropic-messages', REQUEST, newer).body.max_completion_tokens, 128_000);
  assert.equal('max_tokens' in send('anthropic-messages', REQUEST, newer).body, false);
  const both = { ...REQUEST, max_tokens: undefined, max_completion_tokens: 77 };
  assert.equal(send('openai-chat', both, target('anthropic-messages')).body.max_tokens, 77);
});

test('T27d: Anthropic always gets an output limit', () => {
  const { body } = send(
    'openai-chat',
    { ...REQUEST, max_tokens: undefined },
    target('anthropic-messages', {}, { model: 'claude-sonnet-4-5' }),
  );
  assert.equal(body.max_tokens, 64_000);
});
