/** A stream that is held open must not hold the request that began it: agents send long conversations. */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { originOf } from '../../src/domain/origin.ts';
import { exampleProvider } from '../support/example-provider.ts';
import { startInProcess, type InProcessGateway } from '../support/in-process-gateway.ts';
import { openRaw, postBytes } from '../support/raw-client.ts';
import { until } from '../support/until.ts';

const MEBIBYTE = 1024 * 1024;
const STREAMS = 30;
const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';
const CONTENT = 'event: content_block_delta\ndata: {"type":"content_block_delta","index":0}\n\n';
const STOP = 'event: message_stop\ndata: {"type":"message_stop"}\n\n';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void; // What the flag puts into every new context.

/** Bytes outside the heap that somebody still refers to. */
function heldBytes(): number {
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
}

const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;

/** A provider that keeps nothing of what it is sent; requests of a mebibyte are whole when they end like one. */
const sockets = new Set<Socket>();
const stopTalking: (() => void)[] = [];
const provider = createServer((socket) => {
  sockets.add(socket);
  socket.on('error', () => undefined);
  socket.on('data', (bytes: Buffer) => {
    if (bytes.toString('latin1', bytes.length - 2) !== '"}') return;
    socket.write(HEAD + chunk(CONTENT));
    // The first content may overtake the news that the request has left; the memory then goes with a later one.
    const more = setInterval(() => socket.write(chunk(CONTENT)), 20);
    stopTalking.push(() => clearInterval(more));
    socket.once('close', () => clearInterval(more));
  });
});
let gateway: InProcessGateway;
before(async () => {
  await new Promise<void>((resolve) => {
    provider.listen(0, '127.0.0.1', resolve);
  });
  // A TCP server that listens has an AddressInfo; a string would be a pipe.
  const { port } = provider.address() as AddressInfo;
  const origin = originOf(new URL(`http://127.0.0.1:${port}`));
  gateway = await startInProcess({ providers: [exampleProvider({ origin })] });
});
after(async () => {
  for (const socket of sockets) socket.destroy();
  provider.close();
  await gateway.stop();
});

for (const [name, model] of [
  ['as it came', 'claude-sonnet-5-5'],
  ['with its model replaced', 'other'],
] as const) {
  test(`a request ${name} is let go with the first content of its answer, and still counted`, async () => {
    const body = { model, stream: true, filler: 'x'.repeat(MEBIBYTE), end: '' };
    const request = postBytes(gateway.url, '/v1/messages', body);
    const heldBefore = heldBytes();
    const clients = await Promise.all(Array.from({ length: STREAMS }, async () => openRaw(gateway.url)));
    for (const client of clients) client.write(request);
    await until('the requests to be let go', () => {
      const begun = clients.every((client) => client.received().includes(CONTENT));
      return begun && heldBytes() - heldBefore < 0.2 * STREAMS * MEBIBYTE;
    });
    for (const stop of stopTalking.splice(0)) stop();
    const done = gateway.records.length + STREAMS;
    for (const socket of sockets) socket.write(`${chunk(STOP)}0\r\n\r\n`);
    const record = await gateway.record(done);
    assert.equal(record.requestBytes, Buffer.byteLength(JSON.stringify(body)));
    assert.deepEqual(record.outcome, { kind: 'answered', status: 200 });
    for (const client of clients) client.destroy();
  });
}
