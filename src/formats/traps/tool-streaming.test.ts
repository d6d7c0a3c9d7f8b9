/** Tool calls in the streams of Chat servers, which break every rule, as an Anthropic client must see them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  blocksOf,
  chatStream,
  endOf,
  eventsOf,
  receive,
  receiveWhole,
  send,
  target,
  type Wire,
} from '../../../fixtures/translation.ts';

function call(fields: Wire): Wire {
  return { tool_calls: [fields] };
}

function start(
  index: number | null | undefined,
  id: string | undefined,
  name: string,
  text: Wire = '',
): Wire {
  return call({ index, id, type: 'function', function: { name, arguments: text } });
}

function more(index: number | null | undefined, text: string, extra: Wire = {}): Wire {
  return call({ index, ...extra, function: { arguments: text } });
}

function callsIn(deltas: readonly Wire[], finish = 'tool_calls'): { calls: Wire[]; stop: string } {
  const { text, violations, report } = receive('openai-chat', 'anthropic-messages', [
    chatStream(deltas, finish),
  ]);
  assert.deepEqual(violations, []);
  assert.equal(report.outcome.kind, 'complete');
  const calls = blocksOf(text).filter((block) => block.type === 'tool_use');
  return {
    calls: calls.map(({ id, name, input }) => [id, name, input]),
    stop: endOf(text).delta.stop_reason,
  };
}

const BOTH = [
  ['a', 'f', { x: 1 }],
  ['b', 'g', { y: 2 }],
];

test('T1: interleaved calls come out one after the other, arguments intact', () => {
  const deltas = [
    start(0, 'a', 'f'),
    start(1, 'b', 'g'),
    more(0, '{"x":'),
    more(1, '{"y"'),
    more(0, '1}'),
    more(1, ':2}'),
  ];
  assert.deepEqual(callsIn(deltas).calls, BOTH);
});

test('T2: two calls at index 0 are told apart by their ids', () => {
  assert.deepEqual(callsIn([start(0, 'a', 'f', '{"x":1}'), start(0, 'b', 'g', '{"y":2}')]).calls, BOTH);
  assert.deepEqual(
    callsIn([start(0, 'a', 'f'), more(0, '{"x":1}'), start(0, 'b', 'g'), more(0, '{"y":2}')]).calls,
    BOTH,
  );
  const oneChunk = {
    tool_calls: [...start(0, 'a', 'f', '{"x":1}').tool_calls, ...start(0, 'b', 'g', '{"y":2}').tool_calls],
  };
  assert.deepEqual(callsIn([oneChunk]).calls, BOTH);
});

test('T2: two calls of one tool at index 0 are two calls', () => {
  const deltas = [start(0, 'a', 'f', '{"x":1}'), start(0, 'b', 'f', '{"x":1}')];
  assert.equal(callsIn(deltas).calls.length, 2);
  assert.equal(callsIn([start(0, 'a', 'f'), start(0, 'b', 'f')]).calls.length, 2);
});

test('T3: without an index, the id or the one open call decides', () => {
  assert.deepEqual(callsIn([start(null, 'a', 'f'), more(null, '{"x":'), more(undefined, '1}')]).calls, [
    BOTH[0],
  ]);
  const deltas = [
    start(undefined, 'a', 'f'),
    start(undefined, 'b', 'g'),
    more(null, '{"y":2}', { id: 'b' }),
    more(null, '{"x":1}', { id: 'a' }),
  ];
  assert.deepEqual(callsIn(deltas).calls, BOTH);
});

test('T4: a repeated, blank or changed head opens no second call', () => {
  const heads: Wire[] = [
    { id: 'a' },
    { id: '' },
    { id: '', function: { name: '', arguments: '1}' } },
    { id: 'a', type: 'function', function: { name: 'f', arguments: '1}' } },
    { id: null, function: { name: null, arguments: '1}' } },
  ];
  for (const head of heads) {
    const last = call({ index: 0, ...head, function: head.function ?? { arguments: '1}' } });
    assert.deepEqual(
      callsIn([start(0, 'a', 'f'), more(0, '{"x":'), last]).calls,
      [BOTH[0]],
      JSON.stringify(head),
    );
  }
});

test('T5: a missing id is made up once, and never twice the same', () => {
  const { calls } = callsIn([start(0, undefined, 'f', '{"x":1}'), start(1, undefined, 'g', '{"y":2}')]);
  const ids = calls.map(([id]: Wire) => id);
  assert.equal(new Set(ids).size, 2);
  for (const id of ids) assert.match(id, /^[a-zA-Z0-9_-]+$/);
});

test('T5: one id on two calls becomes two ids', () => {
  const { calls } = callsIn([start(0, 'a', 'f', '{"x":1}'), start(1, 'a', 'g', '{"y":2}')]);
  assert.equal(new Set(calls.map(([id]: Wire) => id)).size, 2);
});

test('T6: characters and surrogate pairs may split anywhere', () => {
  const stream = Buffer.from(
    chatStream([{ content: 'é漢😀' }, start(0, 'a', 'f', '{"x":"\ud83d'), more(0, '\ude00"}')], 'tool_calls'),
  );
  for (let cut = 1; cut < stream.length; cut += 1) {
    const { text } = receive('openai-chat', 'anthropic-messages', [
      stream.subarray(0, cut),
      stream.subarray(cut),
    ]);
    const blocks = blocksOf(text);
    assert.equal(blocks[0].text, 'é漢😀');
    assert.deepEqual(blocks[1].input, { x: '😀' });
  }
});

test('T7: empty, null and missing arguments mean none', () => {
  for (const text of ['', ' ', 'null', null, undefined, '{}'])
    assert.deepEqual(callsIn([start(0, 'a', 'f', text)]).calls, [['a', 'f', {}]], JSON.stringify(text));
  assert.deepEqual(callsIn([start(0, 'a', 'f'), more(0, 'nu'), more(0, 'll')]).calls, [['a', 'f', {}]]);
});

test('T7: a call without arguments reaches a Chat client as {}', () => {
  const message = { id: 'm', type: 'message', role: 'assistant', model: 'c', content: [], usage: {} };
  const frames = [
    { type: 'message_start', message },
    {
      type: 'content_block_start',
      index: 0,
      content_block: { type: 'tool_use', id: 'a', name: 'f', input: {} },
    },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 1 } },
    { type: 'message_stop' },
  ];
  const stream = frames.map((frame) => `event: ${frame.type}\ndata: ${JSON.stringify(frame)}\n\n`).join('');
  const { text, violations } = receive('anthropic-messages', 'openai-chat', [stream]);
  assert.deepEqual(violations, []);
  const calls = eventsOf(text).flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
  assert.equal(calls.map((item: Wire) => item.function.arguments).join(''), '{}');
  const whole = receiveWhole('anthropic-messages', 'openai-chat', {
    ...message,
    content: [{ type: 'tool_use', id: 'a', name: 'f', input: {} }],
    stop_reason: 'tool_use',
  });
  assert.equal(whole.body.choices[0].message.tool_calls[0].function.arguments, '{}');
});

test('T8: a whole call in the finishing chunk, arguments as an object', () => {
  const chunk = {
    id: 'c',
    model: 'm',
    choices: [{ index: 0, delta: start(0, 'a', 'f', { x: 1 }), finish_reason: 'tool_calls' }],
  };
  const { text, violations } = receive('openai-chat', 'anthropic-messages', [
    `data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`,
  ]);
  assert.deepEqual(violations, []);
  assert.deepEqual(blocksOf(text)[0].input, { x: 1 });
  const whole = receiveWhole('openai-chat', 'anthropic-messages', {
    choices: [
      {
        message: { role: 'assistant', content: null, tool_calls: start(0, 'a', 'f', { x: 1 }).tool_calls },
        finish_reason: 'tool_calls',
      },
    ],
  });
  assert.deepEqual(whole.body.content, [{ type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } }]);
});

test('T9: arguments before the name wait for it', () => {
  assert.deepEqual(callsIn([more(0, '{"x":'), start(0, 'a', 'f', '1}')]).calls, [BOTH[0]]);
});

test('T10: stop with a tool call is tool_use', () => {
  assert.equal(callsIn([start(0, 'a', 'f', '{"x":1}')], 'stop').stop, 'tool_use');
});

test('T11: text after and between calls is kept, after them', () => {
  const deltas = [
    { content: 'one' },
    start(0, 'a', 'f', '{"x":1}'),
    { content: 'two' },
    start(1, 'b', 'g', '{"y":2}'),
    { content: ' three' },
  ];
  const { text, violations } = receive('openai-chat', 'anthropic-messages', [
    chatStream(deltas, 'tool_calls'),
  ]);
  assert.deepEqual(violations, []);
  assert.deepEqual(
    blocksOf(text).map((block) => block.text ?? block.id),
    ['one', 'a', 'b', 'two three'],
  );
});

test('T12: arguments cut off by the output limit are passed on as they are, with max_tokens', () => {
  const { text, violations } = receive('openai-chat', 'anthropic-messages', [
    chatStream([start(0, 'a', 'f', '{"x":')], 'length'),
  ]);
  assert.deepEqual(violations, []);
  assert.equal(endOf(text).delta.stop_reason, 'max_tokens');
  assert.ok(text.includes('"partial_json":"{\\"x\\":"'));
});

test('T12: a whole answer with a cut-off call shows no call, least of all an empty one', () => {
  const message = { role: 'assistant', content: 'so', tool_calls: start(0, 'a', 'f', '{"x":').tool_calls };
  const { body, violations, warnings } = receiveWhole('openai-chat', 'anthropic-messages', {
    choices: [{ message, finish_reason: 'length' }],
  });
  assert.deepEqual(violations, []);
  assert.deepEqual(body.content, [{ type: 'text', text: 'so' }]);
  assert.equal(body.stop_reason, 'max_tokens');
  assert.equal(warnings.length, 1);
});

test('T12: arguments that are broken without a reason are a failure, not a call', () => {
  const { text, report } = receive('openai-chat', 'anthropic-messages', [
    chatStream([start(0, 'a', 'f', '{"x":')], 'tool_calls'),
  ]);
  assert.equal(report.outcome.kind, 'failed');
  assert.equal(eventsOf(text).at(-1).type, 'error');
});

test('T13: a call printed as text stays text', () => {
  const printed = '<tool_call>{"name":"f","arguments":{}}</tool_call>';
  const { text } = receive('openai-chat', 'anthropic-messages', [chatStream([{ content: printed }])]);
  assert.deepEqual(blocksOf(text), [{ type: 'text', text: printed }]);
  assert.equal(endOf(text).delta.stop_reason, 'end_turn');
});

test('T14: empty lists and nulls in every delta open nothing', () => {
  const deltas = [
    { role: 'assistant', content: null, tool_calls: null },
    { content: '', tool_calls: [], reasoning_content: null },
    { content: 'hi', tool_calls: [] },
  ];
  const { text, violations } = receive('openai-chat', 'anthropic-messages', [chatStream(deltas)]);
  assert.deepEqual(violations, []);
  assert.deepEqual(blocksOf(text), [{ type: 'text', text: 'hi' }]);
});

test('T28: names that were shortened for the provider come back as the client knows them', () => {
  const name = `mcp__a.very:long/name__${'x'.repeat(60)}`;
  const request = {
    model: 'm',
    max_tokens: 9,
    tools: [{ name, input_schema: { type: 'object' } }],
    messages: [{ role: 'user', content: 'hi' }],
  };
  const { body, context } = send('anthropic-messages', request, target('openai-chat'));
  const sentName = body.tools[0].function.name;
  assert.match(sentName, /^[a-zA-Z0-9_-]{1,64}$/);
  const { text } = receive(
    'openai-chat',
    'anthropic-messages',
    [chatStream([start(0, 'a', sentName, '{}')], 'tool_calls')],
    context,
  );
  assert.equal(blocksOf(text)[0].name, name);
});
