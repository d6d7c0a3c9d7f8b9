/**
 * Clients that go away in each phase of an exchange. Whatever the phase, the upstream must not go on working for
 * nobody: its connection is closed at once, and nothing is left behind.
 */
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { cut, never, text } from '../support/answers.ts';
import { openRaw } from '../support/raw-client.ts';
import { streamingRequest } from '../support/requests.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';
import { soon, until } from '../support/until.ts';

export type AbortPhase = 'upload' | 'connect' | 'waiting' | 'mid-stream';

export const ABORT_PHASES: readonly AbortPhase[] = ['upload', 'connect', 'waiting', 'mid-stream'];

export interface AbortRange {
  readonly gatewayUrl: string;
  readonly upstream: ScriptedUpstream;
  /** What the gateway reaches under the model `silent`: it accepts connections and never shakes hands. */
  readonly silent: SilentListener;
}

/** Milliseconds from each abort to its arrival at the upstream; empty where the upstream must not notice anything. */
export async function abortMany(phase: AbortPhase, count: number, range: AbortRange): Promise<number[]> {
  const latencies: number[] = [];
  range.upstream.reset();
  if (phase === 'waiting') range.upstream.script({ answer: never() });
  if (phase === 'mid-stream') range.upstream.script({ answer: cut(text('much to say'), 400, 'hang') });
  for (let round = 0; round < count; round += 1) latencies.push(...(await abortOnce[phase](range)));
  return latencies;
}

const abortOnce: Readonly<Record<AbortPhase, (range: AbortRange) => Promise<number[]>>> = {
  async upload({ gatewayUrl, upstream }) {
    const request = streamingRequest('anthropic', gatewayUrl);
    const connection = await openRaw(gatewayUrl);
    connection.write(request.subarray(0, request.length - 20));
    await flushed(connection.socket);
    connection.destroy();
    if (upstream.requests.length > 0) throw new Error('half a request reached the upstream');
    return [];
  },

  async connect({ gatewayUrl, silent }) {
    const connection = await openRaw(gatewayUrl);
    const arriving = silent.nextConnection();
    connection.write(streamingRequest('anthropic', gatewayUrl, 'silent'));
    const closed = closeOf(await soon('a connection to the silent upstream', arriving));
    const at = performance.now();
    connection.destroy();
    return [(await soon('the connection to be given up', closed)) - at];
  },

  async waiting(range) {
    return abortAfter(range, async () => Promise.resolve());
  },

  async 'mid-stream'(range) {
    return abortAfter(range, async (connection) => {
      await connection.bodyBytes(400);
    });
  },
};

async function abortAfter(
  { gatewayUrl, upstream }: AbortRange,
  ready: (connection: Awaited<ReturnType<typeof openRaw>>) => Promise<void>,
): Promise<number[]> {
  const position = upstream.requests.length + 1;
  const connection = await openRaw(gatewayUrl);
  connection.write(streamingRequest('anthropic', gatewayUrl));
  const request = await upstream.request(position);
  await ready(connection);
  const at = performance.now();
  connection.destroy();
  const end = await soon('the upstream to notice the abort', request.ended);
  if (end.how !== 'aborted') throw new Error(`the request at the upstream ended as ${end.how}`);
  return [end.at - at];
}

async function flushed(socket: Socket): Promise<void> {
  await until('the bytes to leave', () => socket.writableLength === 0);
}

async function closeOf(socket: Socket): Promise<number> {
  return new Promise((resolve) => {
    socket.once('close', () => {
      resolve(performance.now());
    });
  });
}

export async function startSilentListener(): Promise<SilentListener> {
  const listener = new SilentListener();
  await listener.listen();
  return listener;
}

/** Accepts TCP connections, reads, and never says a word. */
export class SilentListener {
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  #waiting: ((socket: Socket) => void)[] = [];

  constructor() {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.resume();
      this.#waiting.shift()?.(socket);
    });
  }

  async listen(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.listen(0, '127.0.0.1', resolve);
    await promise;
  }

  get port(): number {
    // A TCP server that listens has an AddressInfo; a string would be a pipe.
    return (this.#server.address() as AddressInfo).port;
  }

  get openSockets(): number {
    return this.#sockets.size;
  }

  async nextConnection(): Promise<Socket> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  async close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => {
      resolve();
    });
    for (const socket of this.#sockets) socket.destroy();
    this.#waiting = [];
    await promise;
  }
}
