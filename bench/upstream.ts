/**
 * The upstream of the benchmark: raw sockets and prepared bytes, so that it is never the bottleneck.
 *
 *     node bench/upstream.ts burst          answers at once with the whole stream
 *     node bench/upstream.ts chat           the same in the format of Chat
 *     node bench/upstream.ts paced 10       sends an event each 10 ms until the connection closes
 *
 * It understands only what the benchmark sends: requests with a Content-Length, one at a time.
 */
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { answerEvents, chatAnswerEvents, deltaEvent, httpChunk } from './workload.ts';

const [mode = 'burst', interval = '10'] = process.argv.slice(2);

const HEAD = Buffer.from(
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ncache-control: no-cache\r\n' +
    'request-id: req_bench\r\ntransfer-encoding: chunked\r\n\r\n',
);
const events = mode === 'chat' ? chatAnswerEvents() : answerEvents();
const BURST = Buffer.concat([HEAD, ...events.map(httpChunk), Buffer.from('0\r\n\r\n')]);
const OPENING = Buffer.concat([HEAD, ...events.slice(0, 2).map(httpChunk)]);
const TICK = httpChunk(deltaEvent());

/**
 * Sockets by the millisecond in which they are served: real streams are not in step, and serving all of them in
 * one tick would let every proxy handle them as one batch.
 */
const slots: Set<Socket>[] = Array.from({ length: Number(interval) }, () => new Set<Socket>());
let nextSlot = 0;

function answer(socket: Socket): void {
  if (mode !== 'paced') {
    socket.write(BURST);
    return;
  }
  socket.write(OPENING);
  const slot = slots[nextSlot % slots.length];
  nextSlot += 1;
  slot?.add(socket);
  socket.once('close', () => slot?.delete(socket));
}

function serve(socket: Socket): void {
  let head = '';
  let missing = 0;
  socket.setNoDelay(true);
  socket.on('error', () => {
    socket.destroy();
  });
  socket.on('data', (chunk) => {
    if (missing > 0) {
      missing -= chunk.length;
    } else {
      head += chunk.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end === -1) return;
      const length = Number(/\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
      missing = length - (head.length - end - 4);
      head = '';
    }
    if (missing <= 0) answer(socket);
  });
}

if (mode === 'paced') {
  const started = performance.now();
  let served = 0;
  // Timers drift, so each tick serves every slot that has become due since the last one.
  setInterval(() => {
    const due = Math.floor(performance.now() - started);
    for (; served < due; served += 1) {
      for (const socket of slots[served % slots.length] ?? []) {
        if (socket.writableLength < 65_536) socket.write(TICK);
      }
    }
  }, 1);
}

const server = createServer(serve);
server.listen(0, '127.0.0.1', 4_096, () => {
  // A TCP server that listens has an AddressInfo; a string would be a pipe.
  console.error(`listening http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
