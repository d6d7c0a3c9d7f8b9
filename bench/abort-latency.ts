/** P7: from the moment a client breaks off a stream to the close of the connection to the upstream. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { Figure } from './figures.ts';
import { HeldStreams } from './load.ts';
import type { BenchSettings } from './rig.ts';
import { quantile } from './statistics.ts';
import type { Subject } from './subjects.ts';
import { startBare, startGateway } from './subjects.ts';
import { answerEvents, httpChunk } from './workload.ts';
import { soon } from '../test/support/until.ts';

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';

export async function measureAbortLatency({ gateway, quick, note }: BenchSettings): Promise<Figure> {
  const upstream = await startObservedUpstream();
  const measured: string[] = [];
  let value: number | undefined;
  try {
    for (const start of [
      async () => startBare(upstream.url),
      async () => startGateway(upstream.url, gateway),
    ]) {
      const subject = await start().catch((error: unknown) => {
        note(`P7 not measured: ${error instanceof Error ? error.message : String(error)}`);
      });
      if (subject === undefined) continue;
      const samples = await abortMany(subject, upstream, quick ? 60 : 300);
      await subject.stop();
      const p99 = quantile(samples, 0.99);
      measured.push(`${subject.name} p50 ${quantile(samples, 0.5).toFixed(1)} p99 ${p99.toFixed(1)}`);
      if (subject.name === 'gateway') value = p99;
    }
  } finally {
    upstream.close();
  }
  return {
    id: 'P7',
    what: 'client abort to upstream closed, p99',
    unit: 'ms',
    must: 50,
    goal: 10,
    value,
    behind: measured.length === 0 ? '' : `${measured.join(', ')} ms`,
  };
}

interface ObservedUpstream {
  readonly url: string;
  /** The next connection that a proxy opens and has sent a request on. */
  nextStream(): Promise<Socket>;
  close(): void;
}

/** In this process, because both moments have to be read off the same clock. */
async function startObservedUpstream(): Promise<ObservedUpstream> {
  const waiting: ((socket: Socket) => void)[] = [];
  const begun = answerEvents().slice(0, 5).map(httpChunk);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    let received = 0;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      received += chunk.length;
      // Only the benchmark's own request comes here, and its size is known to be above this.
      if (received < 74_000) return;
      received = -Infinity;
      socket.write(Buffer.concat([Buffer.from(HEAD), ...begun]));
      waiting.shift()?.(socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server that listens has an AddressInfo; a string would be a pipe.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    nextStream: async () => new Promise((resolve) => waiting.push(resolve)),
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

async function abortMany(subject: Subject, upstream: ObservedUpstream, count: number): Promise<number[]> {
  const samples: number[] = [];
  for (let attempt = 0; attempt < count; attempt += 1) {
    const arriving = upstream.nextStream();
    const stream = await HeldStreams.open(subject.url, 1);
    const socket = await arriving;
    const closed = new Promise<number>((resolve) => {
      socket.once('close', () => {
        resolve(performance.now());
      });
    });
    const aborted = performance.now();
    stream.close();
    samples.push((await soon('the upstream connection to close', closed)) - aborted);
  }
  return samples;
}
