import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, test } from 'node:test';
import * as fc from 'fast-check';
import { errorMessageOf, ProbeReader } from './probe-reader.ts';
import { readDecision } from './read-decision.ts';
import { sendProbe, type ProbeResult } from './send-probe.ts';

const ANTHROPIC_STREAM = [
  'event: message_start\ndata: {"type":"message_start","message":{"model":"glm-4.7"}}\n\n',
  'event: ping\ndata: {"type":"ping"}\n\n',
  'data: {"type":"content_block_delta","delta":{"type":"text_delta","text":"grüß "}}\n\n',
  'data: {"type":"content_block_delta","delta":{"type":"text_delta","text":"dich"}}\r\n\r\n',
].join('');

const CHAT_STREAM = [
  'data: {"model":"qwen","choices":[{"delta":{"role":"assistant","content":null}}]}\n\n',
  'data: {"model":"qwen","choices":[{"delta":{"content":"ok"}}]}\n\n',
  'data: [DONE]\n\n',
].join('');

test('the reader learns model and text, wherever the stream is cut', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(ANTHROPIC_STREAM.length)), (cuts) => {
      const reader = new ProbeReader();
      const ends = [...cuts, ANTHROPIC_STREAM.length].sort((one, other) => one - other);
      let start = 0;
      for (const end of ends) {
        reader.push(ANTHROPIC_STREAM.slice(start, end), 7);
        start = end;
      }
      assert.deepEqual([reader.servedModel, reader.text, reader.contentAt], ['glm-4.7', 'grüß dich', 7]);
    }),
  );
});

test('content begins with the first text, not with the opening event or a ping', () => {
  const reader = new ProbeReader();
  const [role, text] = CHAT_STREAM.split('\n\n');
  reader.push(`${role}\n\n`, 1);
  assert.equal(reader.contentAt, undefined);
  reader.push(`${text}\n\n`, 2);
  assert.deepEqual([reader.contentAt, reader.servedModel, reader.text], [2, 'qwen', 'ok']);
});

test('the message of an error is found in both dialects, and nowhere else', () => {
  assert.equal(errorMessageOf('{"type":"error","error":{"type":"x","message":"no key"}}'), 'no key');
  assert.equal(errorMessageOf('{"error":{"message":"no key"}}'), 'no key');
  assert.equal(errorMessageOf('<html>'), undefined);
});

test('the decision header is read part by part', () => {
  assert.deepEqual(readDecision('rule=tier; target=openrouter/a/b:free; attempts=2; id=x'), {
    rule: 'tier',
    target: 'openrouter/a/b:free',
    attempts: 2,
    error: undefined,
  });
  assert.equal(readDecision('nonsense')?.rule, undefined);
  assert.equal(readDecision(null), undefined);
});

let server: Server | undefined;
afterEach(() => server?.close());

async function probe(listener: RequestListener): Promise<ProbeResult> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const body = { model: 'claude-haiku-5-5' };
  return sendProbe({ url: `http://127.0.0.1:${port}/v1/messages`, headers: {}, body, timeoutMs: 2_000 });
}

test('a streamed answer becomes model, text and times', async () => {
  const result = await probe((_request, response) => {
    response.writeHead(200, { 'x-switchyard-decision': 'rule=tier; target=zai/glm-4.7; attempts=1' });
    response.end(ANTHROPIC_STREAM);
  });
  assert.deepEqual(
    [result.status, result.servedModel, result.text, result.error, result.decision?.target],
    [200, 'glm-4.7', 'grüß dich', undefined, 'zai/glm-4.7'],
  );
  assert.ok(result.ttftMs !== undefined && result.ttftMs <= result.totalMs);
});

test('an error status is a failure with the message of its body', async () => {
  const result = await probe((_request, response) => {
    response.writeHead(401).end('{"type":"error","error":{"message":"invalid key"}}');
  });
  assert.deepEqual([result.status, result.error], [401, 'invalid key']);
});

test('an error event inside a stream is a failure, although the status is 200', async () => {
  const result = await probe((_request, response) => {
    response.end('data: {"type":"error","error":{"message":"overloaded"}}\n\n');
  });
  assert.deepEqual([result.status, result.error], [200, 'overloaded']);
});

test('a redirect is not followed, and nothing is thrown', async () => {
  const result = await probe((_request, response) => response.writeHead(307, { location: '/other' }).end());
  assert.equal(result.status, undefined);
  assert.ok(result.error);
});
