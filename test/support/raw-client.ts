/**
 * An HTTP/1.1 client without a parser of its own opinion: it writes the bytes it is given and keeps the bytes
 * it gets, together with how the connection ended. For malformed requests, aborts and broken streams.
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { until } from './until.ts';

export interface Exchanged {
  /** The status of the first answer; `undefined` when none came. */
  readonly status: number | undefined;
  /** Lower-case names; the last value wins. */
  readonly headers: ReadonlyMap<string, string>;
  /** Decoded body of the first answer, as far as it came. */
  readonly body: Buffer;
  /** `whole`: the HTTP message was finished; `closed`/`reset`: the connection ended first; `open`: neither. */
  readonly end: 'whole' | 'closed' | 'reset' | 'open';
}

/** Opens a connection that the caller drives and must `destroy()`. */
export async function openRaw(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once('connect', resolve);
  socket.once('error', reject);
  await promise;
  return new RawConnection(socket);
}

export class RawConnection {
  readonly socket: Socket;
  #chunks: Buffer[] = [];
  #end: 'open' | 'closed' | 'reset' = 'open';

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => this.#chunks.push(chunk));
    socket.on('end', () => {
      this.#end = this.#end === 'open' ? 'closed' : this.#end;
    });
    socket.on('error', () => {
      this.#end = 'reset';
    });
    socket.on('close', () => {
      this.#end = this.#end === 'open' ? 'closed' : this.#end;
    });
  }

  /** Writes without waiting; a write on a broken connection is part of many tests and only ends it. */
  write(bytes: Buffer | string): void {
    this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  }

  /** All bytes received so far. */
  received(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** What has been received so far, read as one answer. */
  exchanged(): Exchanged {
    const bytes = this.received();
    const parsed = parseAnswer(bytes, this.#end === 'open' ? 'more may come' : 'ended');
    return { ...parsed, end: parsed.whole ? 'whole' : this.#end };
  }

  /** Waits until the answer is finished or the connection is. */
  async answer(within = 5_000): Promise<Exchanged> {
    return until(
      `the end of the answer (so far: ${JSON.stringify(this.received().toString('latin1').slice(0, 200))})`,
      () => {
        const now = this.exchanged();
        return now.end === 'open' ? undefined : now;
      },
      within,
    );
  }

  /** Waits until so many body bytes came. */
  async bodyBytes(count: number, within = 5_000): Promise<Buffer> {
    return until(
      `${count} body bytes`,
      () => {
        const { body } = this.exchanged();
        return body.length >= count ? body : undefined;
      },
      within,
    );
  }

  destroy(): void {
    this.socket.destroy();
  }
}

/** Sends one request as raw bytes and waits for its end. */
export async function exchangeRaw(url: string, bytes: Buffer | string, within?: number): Promise<Exchanged> {
  const connection = await openRaw(url);
  try {
    connection.write(bytes);
    return await connection.answer(within);
  } finally {
    connection.destroy();
  }
}

/** A well-formed POST with a JSON body, as bytes. */
export function postBytes(
  url: string,
  path: string,
  body: unknown,
  headers: readonly (readonly [string, string])[] = [],
): Buffer {
  const content = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const lines = [
    `POST ${path} HTTP/1.1`,
    `Host: ${new URL(url).host}`,
    'Content-Type: application/json',
    `Content-Length: ${content.length}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), content]);
}

interface ParsedAnswer {
  readonly status: number | undefined;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  readonly whole: boolean;
}

const NOTHING: ParsedAnswer = {
  status: undefined,
  headers: new Map<string, string>(),
  body: Buffer.alloc(0),
  whole: false,
};

/** Reads the first final answer of a connection; 1xx interim answers are skipped. */
export function parseAnswer(bytes: Buffer, connection: 'more may come' | 'ended'): ParsedAnswer {
  const blank = bytes.indexOf('\r\n\r\n');
  if (blank === -1) return NOTHING;
  const [first = '', ...lines] = bytes.toString('latin1', 0, blank).split('\r\n');
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1]);
  if (Number.isNaN(status)) return NOTHING;
  const rest = bytes.subarray(blank + 4);
  if (status < 200 && status !== 101) return parseAnswer(rest, connection);
  const headers = new Map(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  return { status, headers, ...bodyIn(rest, headers, connection) };
}

function bodyIn(
  rest: Buffer,
  headers: ReadonlyMap<string, string>,
  connection: 'more may come' | 'ended',
): { body: Buffer; whole: boolean } {
  if (headers.get('transfer-encoding')?.toLowerCase() === 'chunked') return dechunk(rest);
  const declared = headers.get('content-length');
  if (declared === undefined) return { body: rest, whole: connection === 'ended' };
  const length = Number(declared);
  return { body: rest.subarray(0, length), whole: rest.length >= length };
}

function dechunk(bytes: Buffer): { body: Buffer; whole: boolean } {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd === -1) return { body: Buffer.concat(parts), whole: false };
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    if (Number.isNaN(size)) return { body: Buffer.concat(parts), whole: false };
    if (size === 0) return { body: Buffer.concat(parts), whole: bytes.indexOf('\r\n', lineEnd + 2) !== -1 };
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}
