/** The load: sockets that send the prepared request and look at what comes back, without an HTTP parser. */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { requestBytes } from './workload.ts';

async function connected(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  socket.once('connect', () => {
    resolve(socket);
  });
  socket.once('error', reject);
  return promise;
}

/** One kept-alive connection that asks for whole answers, one after the other. */
export class SequentialClient {
  readonly #socket: Socket;
  readonly #request: Buffer;
  #onChunk: (chunk: Buffer) => void = () => undefined;
  #onGone: (failure: Error) => void = () => undefined;

  static async open(url: string): Promise<SequentialClient> {
    return new SequentialClient(await connected(url), requestBytes(url));
  }

  private constructor(socket: Socket, request: Buffer) {
    this.#socket = socket;
    this.#request = request;
    socket.on('data', (chunk: Buffer) => {
      this.#onChunk(chunk);
    });
    socket.on('error', (failure) => {
      this.#onGone(failure);
    });
    socket.on('close', () => {
      this.#onGone(new Error('the connection closed in the middle of an answer'));
    });
  }

  /** Sends the request, waits for the whole answer, and returns the milliseconds to its first byte. */
  async timeToFirstByte(): Promise<number> {
    return (await this.times()).first;
  }

  /** The same, with the milliseconds to its end. */
  async times(): Promise<{ readonly first: number; readonly last: number }> {
    const { promise, resolve, reject } = Promise.withResolvers<{ first: number; last: number }>();
    let first = 0;
    let tail = '';
    this.#onGone = reject;
    const sent = performance.now();
    this.#onChunk = (chunk) => {
      first ||= performance.now();
      if (tail === '' && chunk.toString('latin1', 0, 15).startsWith('HTTP/1.1 ') && chunk[9] !== 0x32) {
        reject(new Error(`an answer was not 2xx: ${chunk.toString('latin1', 0, 300)}`));
      }
      tail = (tail + chunk.toString('latin1')).slice(-5);
      if (tail === '0\r\n\r\n') resolve({ first: first - sent, last: performance.now() - sent });
    };
    this.#socket.write(this.#request);
    return promise;
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** Streams that stay open; counts the events of all of them. */
export class HeldStreams {
  events = 0;
  readonly #sockets = new Set<Socket>();
  #lost = 0;

  /** Opens `count` streams, 50 at a time, each as soon as an earlier one has had its first bytes. */
  static async open(url: string, count: number, body?: Buffer): Promise<HeldStreams> {
    const streams = new HeldStreams();
    const request = requestBytes(url, body);
    let left = count;
    const worker = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        await streams.#add(url, request);
      }
    };
    await Promise.all(Array.from({ length: 50 }, worker));
    return streams;
  }

  /** Streams that ended or broke although nobody closed them here. */
  get lost(): number {
    return this.#lost;
  }

  async #add(url: string, request: Buffer): Promise<void> {
    const socket = await connected(url);
    const first = Promise.withResolvers<void>();
    let previous = 0;
    this.#sockets.add(socket);
    socket.on('data', (chunk: Buffer) => {
      first.resolve();
      this.events += blankLines(chunk, previous);
      previous = chunk.at(-1) ?? 0;
    });
    socket.on('error', (failure) => {
      first.reject(failure);
    });
    socket.on('close', () => {
      first.reject(new Error('a stream was closed before it began'));
      if (this.#sockets.delete(socket)) this.#lost += 1;
    });
    socket.write(request);
    await first.promise;
  }

  close(): void {
    const sockets = [...this.#sockets];
    this.#sockets.clear();
    for (const socket of sockets) socket.destroy();
  }
}

/** Events end with a blank line: counts them, one torn between two chunks included. */
function blankLines(chunk: Buffer, previous: number): number {
  let found = previous === 0x0a && chunk[0] === 0x0a ? 1 : 0;
  for (let at = chunk.indexOf('\n\n'); at !== -1; at = chunk.indexOf('\n\n', at + 2)) found += 1;
  return found;
}
