import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fixture, play } from '../../../fixtures/play.ts';
import type { MeterReport } from '../wire-format.ts';
import { createMeter } from './meter.ts';

function chunks(...values: readonly unknown[]): string {
  return values.map((value) => `data: ${JSON.stringify(value)}\n\n`).join('');
}

function meter(...values: readonly unknown[]): MeterReport {
  return play(createMeter(true), chunks(...values));
}

const piece = (delta: object, extra: object = {}) => ({
  model: 'm',
  choices: [{ index: 0, delta, ...extra }],
});
const text = (content: string) => piece({ content });
const STOP = piece({}, { finish_reason: 'stop' });

describe('a stream', () => {
  test('with its usage in a chunk of its own is read in full', () => {
    assert.deepEqual(play(createMeter(true), [fixture('openai-chat/text.txt')]), {
      usage: {
        input: 200,
        output: 40,
        cacheRead: 800,
        cacheWrite5m: undefined,
        cacheWrite1h: undefined,
        reasoning: 16,
        serverToolCalls: undefined,
      },
      servedModel: 'gpt-9-mini',
      stopReason: 'stop',
      toolCalls: 0,
      sawContent: true,
      complete: true,
      streamError: undefined,
      preliminary: false,
      atFrameBoundary: true,
      signatures: [],
    });
  });

  test('with two tool calls and the usage in the finish chunk', () => {
    const report = play(createMeter(true), [fixture('openai-chat/two-tool-calls.txt')]);
    assert.deepEqual([report.toolCalls, report.stopReason, report.complete], [2, 'tool_calls', true]);
    assert.deepEqual([report.usage.input, report.usage.cacheRead, report.usage.output], [19, 320, 83]);
  });

  test('T25: usage on every chunk is not added up', () => {
    const report = play(createMeter(true), [fixture('openai-chat/usage-on-every-chunk.txt')]);
    assert.deepEqual([report.usage.input, report.usage.cacheRead, report.usage.output], [20, 30, 3]);
  });

  const cases: [name: string, values: unknown[], expected: Partial<MeterReport>][] = [
    [
      'T55: a finish reason without [DONE] is complete',
      [text('a'), STOP],
      { complete: true, stopReason: 'stop' },
    ],
    ['T55: an end without either is not', [text('a'), text('b')], { complete: false, sawContent: true }],
    ['a blank finish reason is none', [text('a'), piece({}, { finish_reason: '' })], { complete: false }],
    ['a role alone is no content', [piece({ role: 'assistant', content: '' })], { sawContent: false }],
    ['T22: reasoning by either name is content', [piece({ reasoning: 'hm' })], { sawContent: true }],
    [
      'T14: an empty list of tool calls is no content',
      [piece({ tool_calls: [], content: null })],
      { sawContent: false, toolCalls: 0 },
    ],
    [
      'an error chunk',
      [text('a'), { error: { type: 'server_error', code: 'x', message: 'm' } }],
      { streamError: 'server_error', complete: false },
    ],
    [
      'an error chunk of OpenRouter',
      [{ error: { code: 502, message: 'm' }, choices: [{ delta: {}, finish_reason: 'error' }] }],
      { streamError: '502', complete: false },
    ],
    [
      'a bare error object of vLLM',
      [{ object: 'error', message: 'm', type: 'BadRequestError', code: 400 }],
      { streamError: 'BadRequestError', complete: false },
    ],
    ['an error that is a text', [{ error: 'model not found' }], { streamError: 'error', complete: false }],
    [
      'an error in an array, as Google sends it',
      [[{ error: { code: 503, message: 'm' } }]],
      { streamError: '503' },
    ],
    [
      'a finish reason "error" alone',
      [text('a'), piece({}, { finish_reason: 'error' })],
      { streamError: 'error', complete: false },
    ],
  ];
  for (const [name, values, expected] of cases) {
    test(name, () => {
      const report = meter(...values);
      for (const [key, value] of Object.entries(expected))
        assert.equal(report[key as keyof MeterReport], value, key);
    });
  }

  test('usage in the places of Moonshot and Groq is found', () => {
    assert.equal(meter(piece({}, { usage: { prompt_tokens: 4 } })).usage.input, 4);
    assert.equal(meter({ choices: [], x_groq: { usage: { prompt_tokens: 6 } } }).usage.input, 6);
  });

  test('[DONE] completes it, unless an error came before', () => {
    assert.equal(play(createMeter(true), `${chunks(text('a'))}data: [DONE]\n\n`).complete, true);
    const failed = `${chunks({ error: { type: 'server_error' } })}data: [DONE]\n\n`;
    assert.deepEqual(play(createMeter(true), failed).complete, false);
  });

  test('an event named error is one', () => {
    const report = play(createMeter(true), 'event: error\ndata: {"message":"m","type":"overloaded"}\n\n');
    assert.deepEqual([report.streamError, report.complete], ['overloaded', false]);
  });
});

describe('chunks that look like the one before', () => {
  const many = [text('a'), text('b'), text('c'), text('d')];

  test('a usage, a finish reason, a tool call or an error after many of them is not missed', () => {
    const usage = { ...text('e'), usage: { prompt_tokens: 8, completion_tokens: 5 } };
    assert.equal(meter(...many, usage).usage.input, 8);
    assert.equal(meter(...many, piece({ content: 'e' }, { finish_reason: 'length' })).stopReason, 'length');
    const call = piece({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '' } }] });
    assert.equal(meter(...many, call).toolCalls, 1);
    assert.equal(meter(...many, { ...text('e'), error: { type: 'boom' } }).streamError, 'boom');
  });

  test('calls without id or index that look alike are all counted', () => {
    const call = piece({ tool_calls: [{ function: { name: 'f', arguments: '{}' } }] });
    assert.equal(meter(text('a'), call, call, call).toolCalls, 3);
  });

  test('content after empty texts is seen', () => {
    assert.equal(meter(text(''), text('')).sawContent, false);
    assert.equal(meter(text(''), text(''), text('a')).sawContent, true);
  });

  test('text that imitates the rest of a chunk is only text', () => {
    const imitation = '"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1}}';
    const report = meter(...many, text(imitation), text(`\\${imitation}`));
    assert.deepEqual([report.complete, report.usage.input], [false, undefined]);
  });
});

describe('a whole body', () => {
  test('is read like a stream', () => {
    const body = {
      model: 'm',
      choices: [
        {
          message: { content: null, tool_calls: [{ id: 'a', function: { name: 'f' } }] },
          finish_reason: 'tool_calls',
        },
      ],
      usage: { prompt_tokens: 10, completion_tokens: 2 },
    };
    for (const stream of [false, true]) {
      const report = play(createMeter(stream), JSON.stringify(body));
      assert.deepEqual([report.complete, report.servedModel, report.stopReason], [true, 'm', 'tool_calls']);
      assert.deepEqual([report.toolCalls, report.usage.input, report.sawContent], [1, 10, true]);
    }
  });

  test('with an error under status 200 is not complete', () => {
    const report = play(createMeter(false), '{"error":{"message":"m","code":"insufficient_quota"}}');
    assert.deepEqual([report.complete, report.streamError], [false, 'insufficient_quota']);
  });
});
