/** What holds for the meters of all formats alike. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { cutAt, fixture, play, singleBytes } from '../../fixtures/play.ts';
import { createMeter as createAnthropicMeter } from './anthropic-messages/meter.ts';
import { createMeter as createGeminiMeter } from './gemini/meter.ts';
import { createMeter as createChatMeter } from './openai-chat/meter.ts';
import { createMeter as createResponsesMeter } from './openai-responses/meter.ts';

const METERS = {
  'anthropic-messages': createAnthropicMeter,
  'openai-chat': createChatMeter,
  'openai-responses': createResponsesMeter,
  gemini: createGeminiMeter,
};

const STREAMS: readonly [format: keyof typeof METERS, file: string][] = [
  ['anthropic-messages', 'thinking-and-tool.txt'],
  ['anthropic-messages', 'error-mid-stream.txt'],
  ['anthropic-messages', 'unnamed-frames.txt'],
  ['openai-chat', 'text.txt'],
  ['openai-chat', 'two-tool-calls.txt'],
  ['openai-chat', 'usage-on-every-chunk.txt'],
  ['openai-responses', 'function-call.txt'],
  ['openai-responses', 'failed.txt'],
  ['gemini', 'thoughts-and-call.txt'],
];

const FORMATS = Object.keys(METERS) as (keyof typeof METERS)[];

describe('A11: a meter does not care how an answer is cut', () => {
  for (const [format, file] of STREAMS) {
    const bytes = fixture(`${format}/${file}`);
    const whole = play(METERS[format](true), [bytes]);

    test(`${format}/${file}: any split gives the report of the whole`, () => {
      assert.deepEqual(play(METERS[format](true), singleBytes(bytes)), whole);
      fc.assert(
        fc.property(fc.array(fc.nat(bytes.length), { maxLength: 20 }), (cuts) => {
          assert.deepEqual(play(METERS[format](true), cutAt(bytes, cuts)), whole);
        }),
      );
    });

    test(`${format}/${file}: other line ends and a byte order mark change nothing`, () => {
      for (const lineEnd of ['\r\n', '\r']) {
        const respelled = Buffer.from(`\uFEFF${bytes.toString().replaceAll('\n', lineEnd)}`);
        assert.deepEqual(play(METERS[format](true), [respelled]), whole);
        assert.deepEqual(play(METERS[format](true), singleBytes(respelled)), whole);
      }
    });

    test(`${format}/${file}: it is metered the same where no stream was expected`, () => {
      const report = play(METERS[format](false), [bytes]);
      assert.deepEqual({ ...report, atFrameBoundary: true }, { ...whole, atFrameBoundary: true });
    });
  }
});

describe('a meter never throws', () => {
  for (const format of FORMATS) {
    test(`${format}: any bytes`, () => {
      const piece = fc.oneof(
        fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
        fc
          .constantFrom('data: ', 'event: error\n', '\n\n', '{"type":"message_start"', '[DONE]')
          .map((text) => Buffer.from(text)),
      );
      fc.assert(
        fc.property(fc.array(piece, { maxLength: 12 }), fc.boolean(), (chunks, stream) => {
          play(METERS[format](stream), chunks);
        }),
      );
    });

    test(`${format}: any JSON where its own was expected, and it is never taken for complete in a stream`, () => {
      const key = fc.constantFrom(
        'type',
        'message',
        'usage',
        'delta',
        'choices',
        'response',
        'output',
        'error',
        'candidates',
        'content',
        'content_block',
        'tool_calls',
        'function',
        'usageMetadata',
        'parts',
        'index',
        'id',
      );
      const value = fc.letrec((tie) => ({
        node: fc.oneof(
          { maxDepth: 5 },
          fc.constantFrom(null, true, -1, 1e300, '', 'error', 'message_start', []),
          fc.dictionary(key, tie('node'), { maxKeys: 5 }),
          fc.array(tie('node'), { maxLength: 3 }),
        ),
      })).node;
      fc.assert(
        fc.property(value, key, (json, name) => {
          play(METERS[format](false), JSON.stringify(json));
          const report = play(METERS[format](true), `event: ${name}\ndata: ${JSON.stringify(json)}\n\n`);
          assert.equal(report.complete, false);
          assert.equal(report.atFrameBoundary, true);
        }),
        { numRuns: 500 },
      );
    });
  }
});

describe('what is broken is never reported as complete', () => {
  for (const format of FORMATS) {
    for (const body of ['', '<html>Bad gateway</html>', '{"id":', 'upstream connect error'])
      test(`${format}: ${JSON.stringify(body)}`, () => {
        assert.equal(play(METERS[format](false), body).complete, false);
        assert.equal(play(METERS[format](true), body).complete, false);
      });
  }

  test('T55: a stream that breaks off anywhere before its end is incomplete', () => {
    const endings = [
      ['anthropic-messages', 'thinking-and-tool.txt', '{"type":"message_stop"}'],
      ['openai-chat', 'text.txt', '"finish_reason":"stop"}],"usage":null,"obfuscation":"i8"}'],
      ['openai-responses', 'function-call.txt', '"total_tokens":5090}}}'],
      ['gemini', 'thoughts-and-call.txt', '"totalTokenCount":642},"modelVersion":"gemini-9-pro"}'],
    ] as const;
    for (const [format, file, ending] of endings) {
      const bytes = fixture(`${format}/${file}`);
      const end = bytes.lastIndexOf(ending) + ending.length;
      for (let length = 0; length < end; length++) {
        const report = play(METERS[format](true), [bytes.subarray(0, length)]);
        assert.equal(report.complete, false, `${format} after ${length} bytes`);
      }
      assert.equal(play(METERS[format](true), [bytes.subarray(0, end)]).complete, true, format);
    }
  });
});

describe('E6: the same call in four formats has the same usage', () => {
  const bodies: Record<keyof typeof METERS, object> = {
    'anthropic-messages': {
      type: 'message',
      usage: { input_tokens: 200, cache_read_input_tokens: 800, output_tokens: 50 },
    },
    'openai-chat': {
      usage: { prompt_tokens: 1000, completion_tokens: 50, prompt_tokens_details: { cached_tokens: 800 } },
    },
    'openai-responses': {
      usage: { input_tokens: 1000, output_tokens: 50, input_tokens_details: { cached_tokens: 800 } },
    },
    gemini: {
      usageMetadata: {
        promptTokenCount: 1000,
        cachedContentTokenCount: 800,
        candidatesTokenCount: 20,
        thoughtsTokenCount: 30,
      },
    },
  };
  for (const format of FORMATS)
    test(format, () => {
      const { usage } = play(METERS[format](false), JSON.stringify(bodies[format]));
      assert.deepEqual([usage.input, usage.cacheRead, usage.output], [200, 800, 50]);
    });
});
