/**
 * What belongs to a request must be gone when it is over, at the cost of a short collection. Whatever outlives those is
 * moved, and waits for a collection of the whole heap: ten milliseconds instead of one, in the middle of streams.
 */
import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { originOf } from '../../src/domain/origin.ts';
import { message } from '../support/call.ts';
import { exampleProvider } from '../support/example-provider.ts';
import { startInProcess, type InProcessGateway } from '../support/in-process-gateway.ts';

const REQUESTS = 200;
const HEADER_BYTES = 12 * 1024;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (how: { type: 'minor' }) => void; // What the flag puts into every new context.

/** Bytes of objects that have outlived short collections. */
function oldBytes(): number {
  const old = getHeapSpaceStatistics().filter(({ space_name: name }) => /^(old|large_object)/.test(name));
  return old.reduce((sum, { space_used_size: bytes }) => sum + bytes, 0);
}

const BODY = JSON.stringify({ type: 'message', content: [{ type: 'text', text: 'hi' }], usage: {} });
const ANSWER = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`;

/** A provider that keeps nothing of what it is sent; a request is whole when it ends like one. */
const sockets = new Set<Socket>();
const provider = createServer((socket) => {
  sockets.add(socket);
  socket.on('error', () => undefined);
  socket.on('data', (bytes: Buffer) => {
    if (bytes.at(-1) === 0x7d) socket.write(ANSWER);
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

/** One client on one connection; `node:http` on this side would leave things of its own. */
async function send(client: Socket, count: number): Promise<void> {
  const body = JSON.stringify(message('claude-sonnet-5-5'));
  const head = `POST /v1/messages HTTP/1.1\r\nhost: ${new URL(gateway.url).host}\r\ncontent-length: ${body.length}\r\n`;
  for (let sent = 0; sent < count; sent += 1) {
    const done = gateway.records.length + 1;
    client.write(`${head}x-long: ${String(sent).padEnd(HEADER_BYTES, 'x')}\r\n\r\n${body}`);
    await gateway.record(done);
    if (sent % 5 === 0) collect({ type: 'minor' });
  }
}

test('requests that are over do not outlive short collections', async () => {
  const client = connect(Number(new URL(gateway.url).port), '127.0.0.1').resume();
  await send(client, REQUESTS / 2); // What is loaded and compiled on the way stays, and does not count.
  const oldBefore = oldBytes();
  await send(client, REQUESTS);
  const stay = oldBytes() - oldBefore;
  client.destroy();
  assert.ok(stay < REQUESTS * HEADER_BYTES, `${stay} bytes stay`);
});
