import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fixture, play } from '../../../fixtures/play.ts';
import type { MeterReport } from '../wire-format.ts';
import { createMeter } from './meter.ts';

function meter(...chunks: readonly unknown[]): MeterReport {
  return play(createMeter(true), chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`).join(''));
}

const parts = (...parts: readonly object[]) => ({ candidates: [{ content: { parts } }] });

describe('a stream', () => {
  const expected: MeterReport = {
    usage: {
      input: 88,
      output: 42,
      cacheRead: 512,
      cacheWrite5m: undefined,
      cacheWrite1h: undefined,
      reasoning: 30,
      serverToolCalls: undefined,
    },
    servedModel: 'gemini-9-pro',
    stopReason: 'STOP',
    toolCalls: 1,
    sawContent: true,
    complete: true,
    streamError: undefined,
    preliminary: false,
    atFrameBoundary: true,
    signatures: [],
  };
  const bytes = fixture('gemini/thoughts-and-call.txt');

  test('with thoughts and a call is read in full', () => {
    assert.deepEqual(play(createMeter(true), [bytes]), expected);
  });

  test('T72: as a JSON array, which comes without alt=sse, too; nothing may be put into it', () => {
    const chunks = bytes
      .toString()
      .trim()
      .split('\n\n')
      .map((frame) => frame.slice('data: '.length));
    const report = play(createMeter(true), `[${chunks.join('\n,\r\n')}\n]`);
    assert.deepEqual(report, { ...expected, atFrameBoundary: false });
  });

  test('T55: without a finish reason is incomplete', () => {
    const report = meter(parts({ text: 'a' }), parts({ text: 'b' }));
    assert.deepEqual([report.complete, report.sawContent], [false, true]);
  });

  test('an empty text is no content', () => {
    assert.equal(meter(parts({ text: '' })).sawContent, false);
    assert.equal(meter(parts({ text: 'hm', thought: true })).sawContent, true);
  });

  test('a blocked prompt is an end', () => {
    const report = meter({
      promptFeedback: { blockReason: 'SAFETY' },
      usageMetadata: { promptTokenCount: 4 },
    });
    assert.deepEqual([report.complete, report.stopReason, report.usage.input], [true, 'SAFETY', 4]);
  });

  test('T60: an error ends it, bare or in an array', () => {
    const error = { error: { code: 503, status: 'UNAVAILABLE', message: 'm' } };
    for (const chunk of [error, [error]]) {
      const report = meter(parts({ text: 'a' }), chunk);
      assert.deepEqual([report.streamError, report.complete], ['UNAVAILABLE', false]);
    }
  });

  test('calls are counted over all chunks', () => {
    const call = (name: string) => ({ functionCall: { name, args: {} } });
    assert.equal(meter(parts(call('a'), call('b')), parts(call('c'), { functionCall: {} })).toolCalls, 3);
  });
});

describe('a whole body', () => {
  test('is read like a stream', () => {
    const body = {
      candidates: [{ content: { parts: [{ text: 'a' }] }, finishReason: 'MAX_TOKENS' }],
      usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 1 },
    };
    const report = play(createMeter(false), JSON.stringify(body));
    assert.deepEqual([report.complete, report.stopReason, report.usage.output], [true, 'MAX_TOKENS', 1]);
  });

  test('a token count is complete', () => {
    assert.equal(play(createMeter(false), '{"totalTokens":31}').complete, true);
  });

  test('an error is not', () => {
    const report = play(createMeter(false), '{"error":{"code":400,"status":"INVALID_ARGUMENT"}}');
    assert.deepEqual([report.complete, report.streamError], [false, 'INVALID_ARGUMENT']);
  });
});
