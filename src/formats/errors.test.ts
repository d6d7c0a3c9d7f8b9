/** What holds for the error envelopes of all formats, and how the official SDKs take them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import type { ErrorCode } from '../domain/errors.ts';
import { ERROR_TABLE, GatewayError } from '../domain/errors.ts';
import { headerValue } from '../domain/headers.ts';
import { SseParser } from '../lib/sse-parser.ts';
import * as anthropic from './anthropic-messages/errors.ts';
import { createMeter as createAnthropicMeter } from './anthropic-messages/meter.ts';
import * as gemini from './gemini/errors.ts';
import { createMeter as createGeminiMeter } from './gemini/meter.ts';
import * as chat from './openai-chat/errors.ts';
import { createMeter as createChatMeter } from './openai-chat/meter.ts';
import * as responses from './openai-responses/errors.ts';
import { createMeter as createResponsesMeter } from './openai-responses/meter.ts';

const FORMATS = {
  'anthropic-messages': { ...anthropic, createMeter: createAnthropicMeter },
  'openai-chat': { ...chat, createMeter: createChatMeter },
  'openai-responses': { ...responses, createMeter: createResponsesMeter },
  gemini: { ...gemini, createMeter: createGeminiMeter },
};

const CODES = Object.keys(ERROR_TABLE) as ErrorCode[];
const SECRET = 'sk-ant-very-secret';

for (const [name, format] of Object.entries(FORMATS)) {
  describe(name, () => {
    for (const code of CODES) {
      test(`${code} is a valid error of this format`, () => {
        const error = new GatewayError(code, 'Could not do it', { cause: new Error(SECRET) });
        const { status, headers, body } = format.encodeError(error, 'exchange-1');
        const text = body.toString();
        assert.ok(status >= 400 && status < 600);
        assert.equal(headerValue(headers, 'content-type'), 'application/json');
        assert.equal(headerValue(headers, 'x-should-retry'), error.row.retryable ? undefined : 'false');
        assert.ok(text.includes(JSON.stringify(`Could not do it — ${error.row.remedy}`)));
        assert.ok(text.includes('exchange-1') || headerValue(headers, 'x-request-id') === 'exchange-1');
        assert.ok(!text.includes(SECRET) && !headers.join().includes(SECRET));
        const meter = format.createMeter(false);
        meter.push(body);
        meter.end();
        assert.equal(meter.report.complete, false);
        assert.notEqual(meter.report.streamError, undefined);
      });
    }

    test('whoever has to wait is told for how long, in whole seconds', () => {
      const waiting = (retryAfter?: number) => {
        const error = new GatewayError('draining', 'm', retryAfter === undefined ? {} : { retryAfter });
        return headerValue(format.encodeError(error, 'x').headers, 'retry-after');
      };
      assert.equal(waiting(), '5');
      assert.equal(waiting(12), '12');
      assert.equal(waiting(1.2), '2');
      assert.equal(waiting(0), '1');
    });

    test('an error that need not wait says nothing of waiting, unless it knows', () => {
      const error = (retryAfter?: number) =>
        new GatewayError('upstream_reset', 'm', retryAfter === undefined ? {} : { retryAfter });
      assert.equal(headerValue(format.encodeError(error(), 'x').headers, 'retry-after'), undefined);
      assert.equal(headerValue(format.encodeError(error(7), 'x').headers, 'retry-after'), '7');
    });

    test('A10: an error inside a stream is exactly one event, and our own meter sees it', () => {
      const error = new GatewayError('format_not_supported', 'Line\nbreak', { cause: SECRET });
      const bytes = format.encodeStreamError(error, 'exchange-1') ?? Buffer.alloc(0);
      assert.equal(new SseParser().push(bytes).length, 1);
      assert.ok(!bytes.includes(SECRET) && !bytes.includes('[DONE]') && !bytes.includes('message_stop'));
      const meter = format.createMeter(true);
      meter.push(bytes);
      const { complete, streamError, atFrameBoundary } = meter.report;
      assert.deepEqual([complete, atFrameBoundary], [false, true]);
      assert.notEqual(streamError, undefined);
    });

    test('a keep-alive is a whole frame that means nothing', () => {
      const meter = format.createMeter(true);
      const before = structuredClone(meter.report);
      meter.push(format.KEEP_ALIVE);
      meter.end();
      assert.deepEqual(meter.report, before);
    });
  });
}

test('the kinds that clients act on have the status and type each vendor gives them', () => {
  const cases: [code: ErrorCode, anthropic: string, openAi: string, gemini: string][] = [
    ['malformed_body', '400 invalid_request_error', '400 invalid_request_error', '400 INVALID_ARGUMENT'],
    ['client_key_required', '401 authentication_error', '401 invalid_request_error', '401 UNAUTHENTICATED'],
    ['browser_refused', '403 permission_error', '403 invalid_request_error', '403 PERMISSION_DENIED'],
    ['unknown_path', '404 not_found_error', '404 invalid_request_error', '404 NOT_FOUND'],
    ['method_not_allowed', '405 invalid_request_error', '405 invalid_request_error', '405 INVALID_ARGUMENT'],
    ['body_too_large', '413 request_too_large', '413 invalid_request_error', '400 INVALID_ARGUMENT'],
    ['host_not_allowed', '421 invalid_request_error', '421 invalid_request_error', '421 FAILED_PRECONDITION'],
    [
      'websocket_refused',
      '426 invalid_request_error',
      '426 invalid_request_error',
      '426 FAILED_PRECONDITION',
    ],
    ['internal', '500 api_error', '500 server_error', '500 INTERNAL'],
    ['count_tokens_rejected', '501 not_supported', '501 invalid_request_error', '501 UNIMPLEMENTED'],
    ['upstream_unreachable', '502 api_error', '502 server_error', '500 INTERNAL'],
    ['upstream_headers_timeout', '504 timeout_error', '504 server_error', '504 DEADLINE_EXCEEDED'],
    ['loop_detected', '508 api_error', '508 server_error', '508 FAILED_PRECONDITION'],
    ['too_many_requests', '529 overloaded_error', '503 server_error', '503 UNAVAILABLE'],
  ];
  for (const [code, ...expected] of cases) {
    const error = new GatewayError(code, 'm');
    const actual = [anthropic, chat, gemini].map(({ encodeError }) => {
      const { status, body } = encodeError(error, 'x');
      const envelope = JSON.parse(body.toString()) as { error: { type?: string; status?: string } };
      return `${status} ${envelope.error.type ?? envelope.error.status}`;
    });
    assert.deepEqual(actual, expected, code);
    assert.deepEqual(responses.encodeError(error, 'x'), chat.encodeError(error, 'x'));
  }
});

test('on Chat a retryable error cannot be told inside a stream: its clients would not retry', () => {
  assert.equal(chat.encodeStreamError(new GatewayError('upstream_reset', 'm'), 'x'), undefined);
  assert.notEqual(chat.encodeStreamError(new GatewayError('loop_detected', 'm'), 'x'), undefined);
});

describe('the official SDKs throw', () => {
  const failed = new GatewayError('loop_detected', 'It went in circles.');
  const answer = (body: Buffer | undefined, status: number, type: string) => async () =>
    new Response(new Uint8Array(body ?? Buffer.alloc(0)), { status, headers: { 'content-type': type } });
  const inStream = (body: Buffer | undefined) => answer(body, 200, 'text/event-stream');
  const inReply = ({ body, status }: { body: Buffer; status: number }) =>
    answer(body, status, 'application/json');
  const circles = /circles/;

  async function anthropicCall(fetch: () => Promise<Response>): Promise<void> {
    const client = new Anthropic({ apiKey: 'x', maxRetries: 0, fetch });
    const messages = [{ role: 'user' as const, content: 'a' }];
    for await (const _ of await client.messages.create({
      model: 'm',
      max_tokens: 9,
      messages,
      stream: true,
    }));
  }

  async function chatCall(fetch: () => Promise<Response>): Promise<void> {
    const client = new OpenAI({ apiKey: 'x', maxRetries: 0, fetch });
    const messages = [{ role: 'user' as const, content: 'a' }];
    for await (const _ of await client.chat.completions.create({ model: 'm', messages, stream: true }));
  }

  async function responsesCall(fetch: () => Promise<Response>): Promise<void> {
    const client = new OpenAI({ apiKey: 'x', maxRetries: 0, fetch });
    for await (const _ of await client.responses.create({ model: 'm', input: 'a', stream: true }));
  }

  test('on an error reply, with our message', async () => {
    await assert.rejects(anthropicCall(inReply(anthropic.encodeError(failed, 'x'))), circles);
    await assert.rejects(chatCall(inReply(chat.encodeError(failed, 'x'))), circles);
    await assert.rejects(responsesCall(inReply(responses.encodeError(failed, 'x'))), circles);
  });

  test('on an error inside a stream, with our message', async () => {
    await assert.rejects(anthropicCall(inStream(anthropic.encodeStreamError(failed, 'x'))), circles);
    await assert.rejects(chatCall(inStream(chat.encodeStreamError(failed, 'x'))), circles);
    await assert.rejects(responsesCall(inStream(responses.encodeStreamError(failed, 'x'))), circles);
  });
});
