import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fixture, play } from '../../../fixtures/play.ts';
import type { MeterReport } from '../wire-format.ts';
import { createMeter } from './meter.ts';

function meter(...events: readonly Record<string, unknown>[]): MeterReport {
  const text = events.map((event) => `event: ${String(event['type'])}\ndata: ${JSON.stringify(event)}\n\n`);
  return play(createMeter(true), text.join(''));
}

const response = (fields: object) => ({ model: 'm', output: [], error: null, ...fields });

describe('a stream', () => {
  test('with a function call is read in full', () => {
    assert.deepEqual(play(createMeter(true), [fixture('openai-responses/function-call.txt')]), {
      usage: {
        input: 904,
        output: 90,
        cacheRead: 4096,
        cacheWrite5m: undefined,
        cacheWrite1h: undefined,
        reasoning: 64,
        serverToolCalls: 1,
      },
      servedModel: 'gpt-9-codex',
      stopReason: 'completed',
      toolCalls: 1,
      sawContent: true,
      complete: true,
      streamError: undefined,
      preliminary: false,
      atFrameBoundary: true,
      signatures: [],
    });
  });

  test('T60: that failed names its first error and is not complete', () => {
    const report = play(createMeter(true), [fixture('openai-responses/failed.txt')]);
    assert.deepEqual([report.streamError, report.complete], ['insufficient_quota', false]);
    assert.equal(report.servedModel, 'gpt-9-codex');
  });

  test('a failure keeps the usage it reports', () => {
    const failed = response({
      error: { code: 'server_error' },
      usage: { input_tokens: 7, output_tokens: 2 },
    });
    const report = meter({ type: 'response.failed', response: failed });
    assert.deepEqual([report.streamError, report.usage.input, report.usage.output], ['server_error', 7, 2]);
  });

  test('an incomplete answer is an end; its reason says why', () => {
    const fields = { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } };
    const report = meter({ type: 'response.incomplete', response: response(fields) });
    assert.deepEqual([report.complete, report.stopReason], [true, 'max_output_tokens']);
  });

  test('both spellings of an error event are understood', () => {
    assert.equal(meter({ type: 'error', code: 'slow_down', message: 'm' }).streamError, 'slow_down');
    assert.equal(meter({ type: 'error', error: { type: 'tokens' } }).streamError, 'tokens');
    assert.equal(meter({ type: 'error', code: null }).streamError, 'error');
  });

  test('content is seen with the first delta of any kind', () => {
    const created = { type: 'response.created', response: response({}) };
    assert.equal(meter(created, { type: 'response.in_progress' }).sawContent, false);
    for (const type of ['response.output_text.delta', 'response.reasoning_text.delta'])
      assert.equal(meter(created, { type, delta: 'a' }).sawContent, true);
  });

  test('calls are known before the end, and counted anew at the end', () => {
    const call = { type: 'response.output_item.added', item: { type: 'custom_tool_call' } };
    assert.equal(meter(call).toolCalls, 1);
    const end = {
      type: 'response.completed',
      response: response({ output: [{ type: 'custom_tool_call' }] }),
    };
    assert.equal(meter(call, end).toolCalls, 1);
    assert.equal(meter(call, { type: 'response.completed', response: response({}) }).toolCalls, 1);
  });

  test('a response.created that repeats a large request is not decoded', () => {
    const created = { type: 'response.created', response: response({ instructions: 'x'.repeat(10_000) }) };
    assert.equal(meter(created).servedModel, undefined);
    assert.equal(meter(created, { type: 'response.completed', response: response({}) }).servedModel, 'm');
  });

  test('T55: an end without a closing event is incomplete; [DONE] changes nothing', () => {
    assert.equal(meter({ type: 'response.output_text.delta', delta: 'a' }).complete, false);
    assert.equal(play(createMeter(true), 'data: [DONE]\n\n').complete, false);
  });

  test('frames without an event line are read by their type', () => {
    const event = { type: 'response.completed', response: response({ usage: { input_tokens: 3 } }) };
    const report = play(createMeter(true), `data: ${JSON.stringify(event)}\n\n`);
    assert.deepEqual([report.complete, report.usage.input], [true, 3]);
  });
});

describe('a whole body', () => {
  test('is read like a stream', () => {
    const body = response({
      status: 'completed',
      output: [{ type: 'function_call' }],
      usage: { input_tokens: 3 },
    });
    for (const stream of [false, true]) {
      const report = play(createMeter(stream), JSON.stringify(body));
      assert.deepEqual([report.complete, report.toolCalls, report.usage.input], [true, 1, 3]);
    }
  });

  test('that is an error, or a failed response, is not complete', () => {
    const failed = response({ status: 'failed', error: { code: 'server_error', message: 'm' } });
    for (const body of [failed, { error: { code: 'server_error', message: 'm' } }]) {
      const report = play(createMeter(false), JSON.stringify(body));
      assert.deepEqual([report.complete, report.streamError], [false, 'server_error']);
    }
  });
});
