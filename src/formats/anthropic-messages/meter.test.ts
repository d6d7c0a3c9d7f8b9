import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fixture, play } from '../../../fixtures/play.ts';
import type { MeterReport } from '../wire-format.ts';
import { createMeter } from './meter.ts';

function named(...events: readonly Record<string, unknown>[]): string {
  return events
    .map((event) => `event: ${String(event['type'])}\ndata: ${JSON.stringify(event)}\n\n`)
    .join('');
}

function meter(...events: readonly Record<string, unknown>[]): MeterReport {
  return play(createMeter(true), named(...events));
}

const START = {
  type: 'message_start',
  message: { model: 'm', usage: { input_tokens: 5, output_tokens: 1 } },
};
const block = (type: string) => ({ type: 'content_block_start', index: 0, content_block: { type } });
const delta = (delta: object) => ({ type: 'content_block_delta', index: 0, delta });
const BLOCK_STOP = { type: 'content_block_stop', index: 0 };
const STOP = { type: 'message_stop' };

describe('a stream', () => {
  test('with thinking, text and a tool call is read in full', () => {
    const report = play(createMeter(true), [fixture('anthropic-messages/thinking-and-tool.txt')]);
    assert.deepEqual(report, {
      usage: {
        input: 12,
        output: 57,
        cacheRead: 40_000,
        cacheWrite5m: 1000,
        cacheWrite1h: 2000,
        reasoning: 21,
        serverToolCalls: undefined,
      },
      servedModel: 'claude-opus-9',
      stopReason: 'tool_use',
      toolCalls: 1,
      sawContent: true,
      complete: true,
      streamError: undefined,
      preliminary: false,
      atFrameBoundary: true,
      signatures: ['c2lnbmF0dXJlLW9uZQ=='],
    });
  });

  test('T60, E4: broken off by an error keeps what it had used', () => {
    const report = play(createMeter(true), [fixture('anthropic-messages/error-mid-stream.txt')]);
    assert.deepEqual(
      [report.streamError, report.complete, report.sawContent],
      ['overloaded_error', false, true],
    );
    assert.deepEqual([report.usage.input, report.usage.output], [70, 1]);
  });

  test('T60: that begins with an error has no content', () => {
    const report = meter({ type: 'error', error: { type: 'overloaded_error', message: 'm' } });
    assert.deepEqual(
      [report.streamError, report.complete, report.sawContent],
      ['overloaded_error', false, false],
    );
  });

  test('without event lines and with loose spacing is read all the same', () => {
    const report = play(createMeter(true), [fixture('anthropic-messages/unnamed-frames.txt')]);
    assert.deepEqual([report.usage.input, report.usage.output], [321, 8]);
    assert.deepEqual([report.servedModel, report.stopReason, report.complete], ['glm-9', 'end_turn', true]);
    assert.deepEqual(report.signatures, ['c2lnbmF0dXJlLXR3bw==']);
  });

  test('two message_starts are not counted twice', () => {
    const report = meter(START, START, STOP);
    assert.deepEqual([report.usage.input, report.usage.output], [5, 1]);
  });

  test('is not complete after message_delta, nor when a message_stop follows an error', () => {
    const end = { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 3 } };
    assert.equal(meter(START, end).complete, false);
    assert.equal(meter(START, { type: 'error', error: {} }, STOP).complete, false);
  });

  test('is complete only once message_stop has come whole', () => {
    const bytes = Buffer.from(named(START, STOP));
    const open = createMeter(true);
    open.push(bytes.subarray(0, bytes.length - 1));
    assert.deepEqual([open.report.complete, open.report.atFrameBoundary], [false, false]);
    open.push(bytes.subarray(bytes.length - 1));
    assert.deepEqual([open.report.complete, open.report.atFrameBoundary], [true, true]);
  });

  test('a last frame without its blank line counts at the end', () => {
    assert.equal(play(createMeter(true), named(START, STOP).trimEnd()).complete, true);
  });

  test('content is seen with the first block, not with message_start or pings', () => {
    const open = createMeter(true);
    open.push(Buffer.from(named(START, { type: 'ping' })));
    assert.equal(open.report.sawContent, false);
    open.push(Buffer.from(named(block('text'))));
    assert.equal(open.report.sawContent, true);
    assert.equal(meter(START, delta({ type: 'text_delta', text: 'a' })).sawContent, true);
  });

  test('events and fields yet unknown are passed over', () => {
    const report = meter(START, { type: 'novel_event', message: { model: 'x' } }, block('novel_block'), STOP);
    assert.deepEqual([report.servedModel, report.complete, report.toolCalls], ['m', true, 0]);
  });

  test('only calls the client has to make are counted', () => {
    assert.equal(meter(block('tool_use'), block('server_tool_use'), block('tool_use')).toolCalls, 2);
  });
});

describe('signatures', () => {
  const signature = (signature: string) => delta({ type: 'signature_delta', signature });
  const thought = delta({ type: 'thinking_delta', thinking: 'signature":"no' });

  test('one of each thinking block is learnt, none of a text block', () => {
    const first = [block('thinking'), thought, signature('one'), BLOCK_STOP];
    const second = [block('thinking'), signature('two'), BLOCK_STOP];
    const text = [block('text'), signature('no'), BLOCK_STOP];
    assert.deepEqual(meter(START, ...first, ...text, ...second).signatures, ['one', 'two']);
  });

  test('a thinking block without a signature teaches nothing', () => {
    assert.deepEqual(meter(block('thinking'), thought, BLOCK_STOP).signatures, []);
    assert.deepEqual(meter(block('thinking'), BLOCK_STOP).signatures, []);
  });

  test('the sealed data of a redacted block serves as its signature', () => {
    const sealed = {
      type: 'content_block_start',
      content_block: { type: 'redacted_thinking', data: 'sealed' },
    };
    assert.deepEqual(meter(sealed, BLOCK_STOP).signatures, ['sealed']);
  });

  test('at most 64 are kept', () => {
    const blocks = Array.from({ length: 70 }, (_, index) => [
      block('thinking'),
      signature(`s${index}`),
      BLOCK_STOP,
    ]);
    const { signatures } = meter(...blocks.flat());
    assert.equal(signatures.length, 64);
    assert.equal(signatures.at(-1), 's63');
  });
});

describe('T74: a whole body', () => {
  test('is read like a stream', () => {
    const message = {
      type: 'message',
      model: 'm',
      stop_reason: 'tool_use',
      content: [
        { type: 'thinking', thinking: 't', signature: 's' },
        { type: 'tool_use', id: 'a' },
      ],
      usage: { input_tokens: 9, output_tokens: 4, cache_read_input_tokens: null },
    };
    for (const stream of [false, true]) {
      const report = play(createMeter(stream), JSON.stringify(message));
      assert.deepEqual([report.complete, report.servedModel, report.stopReason], [true, 'm', 'tool_use']);
      assert.deepEqual([report.toolCalls, report.signatures, report.sawContent], [1, ['s'], true]);
      assert.deepEqual([report.usage.input, report.usage.output, report.usage.cacheRead], [9, 4, undefined]);
    }
  });

  test('that is an error is not complete', () => {
    const error = { type: 'error', error: { type: 'rate_limit_error', message: 'Slow down' } };
    const report = play(createMeter(false), JSON.stringify(error));
    assert.deepEqual([report.complete, report.streamError], [false, 'rate_limit_error']);
  });

  test('a token count is complete and no usage', () => {
    const report = play(createMeter(false), '{"input_tokens":2095}');
    assert.deepEqual([report.complete, report.usage.input], [true, undefined]);
  });
});
