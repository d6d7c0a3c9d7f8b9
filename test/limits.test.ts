import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { originOf } from '../src/domain/origin.ts';
import { Answer } from '../src/gateway/answer/answer.ts';
import { call, message } from './support/call.ts';
import { exampleProvider } from './support/example-provider.ts';
import { startInProcess } from './support/in-process-gateway.ts';
import { openRaw } from './support/raw-client.ts';
import { startScriptedUpstream } from './support/scripted-upstream.ts';
import { until } from './support/until.ts';

test('a client that leaves the last bytes of a finished answer unread is cut off too', async () => {
  class Stuck extends EventEmitter {
    destroyed = false;
    writableFinished = false;
    writableLength = 60_000;
    writeHead(): void {}
    flushHeaders(): void {}
    write(): boolean {
      return false;
    }
    end(): void {}
    destroy(): void {
      this.destroyed = true;
      this.emit('close');
    }
  }
  const response = new Stuck();
  const answer = new Answer(response as unknown as ServerResponse, 30);
  answer.begin(200, []);
  answer.write(Buffer.alloc(60_000));
  answer.end();
  await until('the response to be destroyed', () => response.destroyed, 500);
});

test('server.max_exchanges counts requests whose bodies are still coming', async () => {
  const upstream = await startScriptedUpstream();
  const gateway = await startInProcess({
    providers: [exampleProvider({ origin: originOf(new URL(upstream.url)) })],
    server: { maxExchanges: 2 },
  });
  const uploads = await Promise.all([1, 2].map(async () => openRaw(gateway.url)));
  const host = new URL(gateway.url).host;
  for (const upload of uploads) {
    upload.write(
      `GET /health HTTP/1.1\r\nHost: ${host}\r\n\r\nPOST /v1/messages HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 100\r\n\r\n{`,
    );
    await upload.answer();
  }
  const { status: code } = await call(gateway.url, '/v1/messages', { body: message('claude-opus-4-8') });
  for (const upload of uploads) upload.destroy();
  await gateway.stop();
  await upstream.close();
  assert.equal(code, 529);
});
