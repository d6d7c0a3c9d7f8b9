/** The judge of Responses streams must speak up: one violation of each kind, in an otherwise good stream. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture } from '../../../fixtures/play.ts';
import { receive, type Wire } from '../../../fixtures/translation.ts';
import { RESPONSES_GRAMMAR } from './grammar.ts';

const { text: GOOD } = receive('anthropic-messages', 'openai-responses', [
  fixture('anthropic-messages/thinking-and-tool.txt'),
]);
const FRAMES = GOOD.split('\n\n').slice(0, -1);

function violations(stream: string): string {
  const judge = RESPONSES_GRAMMAR.createStreamJudge();
  judge.push(stream);
  return judge.end().join('\n');
}

/** The good stream with the data of its first event of this type changed. */
function changed(type: string, change: (data: Wire) => void): string {
  let isDone = false;
  const frames = FRAMES.map((frame) => {
    if (isDone || !frame.startsWith(`event: ${type}\n`)) return frame;
    isDone = true;
    const data: Wire = JSON.parse(frame.slice(frame.indexOf('{')));
    change(data);
    return `event: ${type}\ndata: ${JSON.stringify(data)}`;
  });
  assert.ok(isDone, type);
  return frames.join('\n\n') + '\n\n';
}

test('a good stream is good in any split', () => {
  assert.equal(violations(GOOD), '');
  const judge = RESPONSES_GRAMMAR.createStreamJudge();
  for (const character of GOOD.split('')) judge.push(character);
  assert.deepEqual(judge.end(), []);
});

test('every frame is missed', () => {
  for (const [at, frame] of FRAMES.entries()) {
    const rest = FRAMES.filter((_frame, index) => index !== at);
    assert.notEqual(violations(rest.join('\n\n') + '\n\n'), '', frame);
  }
});

test('violations are named', () => {
  const rows: readonly (readonly [stream: string, violation: RegExp])[] = [
    [changed('response.created', (data) => delete data.type), /holds the type/],
    [changed('response.created', (data) => (data.response.id = 'x')), /resp_/],
    [changed('response.output_item.added', (data) => (data.output_index = 3)), /output_index is not 0/],
    [changed('response.output_text.delta', (data) => (data.delta += 'x')), /another text/],
    [changed('response.output_text.delta', (data) => (data.item_id = 'x')), /does not belong/],
    [changed('response.function_call_arguments.done', (data) => (data.arguments = '{}')), /another text/],
    [changed('response.completed', (data) => data.response.output.pop()), /not the items told/],
    [
      changed('response.completed', (data) => delete data.response.usage.output_tokens_details),
      /reasoning_tokens/,
    ],
    [changed('response.completed', (data) => (data.response.status = 'incomplete')), /another status/],
    [`${GOOD}${FRAMES.at(-1)}\n\n`, /after the end/],
    [`${GOOD}data: [DONE]\n\n`, /not a frame/],
    [GOOD.slice(0, -1), /bytes after/],
  ];
  for (const [stream, violation] of rows) assert.match(violations(stream), violation);
});

test('a whole answer needs its fields, its items theirs', () => {
  const last = FRAMES.at(-1) ?? '';
  const { response }: Wire = JSON.parse(last.slice(last.indexOf('{')));
  const judge = (more: Wire): string =>
    RESPONSES_GRAMMAR.judgeAnswer(JSON.stringify({ ...response, ...more })).join();
  assert.equal(judge({}), '');
  assert.match(judge({ object: 'x' }), /object/);
  assert.match(judge({ usage: {} }), /input_tokens/);
  assert.match(judge({ status: 'failed' }), /error does not fit/);
  const call = { type: 'function_call', id: 'f', call_id: 'c', name: 'f', arguments: '{' };
  assert.match(judge({ output: [call] }), /JSON object/);
  assert.match(judge({ output: [{ ...call, call_id: '' }] }), /call_id/);
});
