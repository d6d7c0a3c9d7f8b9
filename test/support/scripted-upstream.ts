/**
 * An upstream that does what a script says: an HTTP/1.1 server (with TLS when given a certificate) on a free
 * loopback port, speaking Anthropic Messages, OpenAI Chat and OpenAI Responses. It keeps every byte it received
 * and its own ledger of billed tokens, so tests compare the gateway with the truth instead of with itself.
 */
import { createServer as createHttpServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { agent, firstBytes } from './answers.ts';
import type { RecordedRequest, RequestEnd } from './recorded-request.ts';
import { modelOf } from './recorded-request.ts';
import type { Answer, BilledTokens, Reply } from './reply.ts';
import { until } from './until.ts';

export interface Rule {
  /** Requests without a matching rule go to the default answer. */
  readonly when?: (request: RecordedRequest) => boolean;
  /** How many requests the rule serves before it is used up; without it, all. */
  readonly times?: number;
  readonly answer: Answer;
}

export interface LedgerRow {
  readonly request: number;
  readonly model: string;
  readonly status: number;
  /** What would be on the bill. Cut and aborted answers are billed as if they had been delivered. */
  readonly billed: BilledTokens | undefined;
  readonly how: RequestEnd['how'];
}

export interface UpstreamSettings {
  readonly tls?: { readonly key: string; readonly cert: string };
  /** What happens to requests that no rule matches; the agent's brain unless said otherwise. */
  readonly answer?: Answer;
}

interface MutableRequest extends RecordedRequest {
  body: Buffer;
}

/** Starts the upstream; `close()` it at the end of the test. */
export async function startScriptedUpstream(settings: UpstreamSettings = {}): Promise<ScriptedUpstream> {
  const upstream = new ScriptedUpstream(settings);
  await upstream.listen();
  return upstream;
}

export class ScriptedUpstream {
  /** Every request whose head arrived, in order. */
  readonly requests: RecordedRequest[] = [];
  readonly ledger: LedgerRow[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #received: Buffer[] = [];
  readonly #scheme: 'http' | 'https';
  readonly #fallback: Answer;
  #rules: { rule: Rule; left: number }[] = [];
  #connections = 0;

  constructor(settings: UpstreamSettings) {
    const handle = (request: IncomingMessage, response: ServerResponse): void => {
      void this.#serve(request, response);
    };
    this.#scheme = settings.tls === undefined ? 'http' : 'https';
    this.#fallback = settings.answer ?? agent;
    this.#server =
      settings.tls === undefined ? createHttpServer(handle) : createHttpsServer(settings.tls, handle);
    this.#server.requestTimeout = 0;
    this.#server.keepAliveTimeout = 60_000;
    this.#server.on('connection', (socket: Socket) => {
      // Under TLS this is the bare TCP connection, which alone can be reset.
      const key = connectionKey(socket);
      bareSockets.set(key, socket);
      socket.once('close', () => bareSockets.delete(key));
    });
    this.#server.on(settings.tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
      this.#watch(socket);
    });
    // A handshake that the caller breaks off is part of some tests; without a listener it would end the process.
    this.#server.on('tlsClientError', () => undefined);
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

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.port}`;
  }

  /** Adds a rule; the first that matches and is not used up wins. Returns the upstream for chaining. */
  script(rule: Rule): this {
    this.#rules.push({ rule, left: rule.times ?? Infinity });
    return this;
  }

  /** Forgets all rules and everything recorded, so that one upstream can serve many cases. */
  reset(): void {
    this.#rules = [];
    this.requests.length = 0;
    this.ledger.length = 0;
    this.#received.length = 0;
  }

  /** Every byte that arrived on any connection since the start (decrypted), request lines and headers included. */
  receivedBytes(): Buffer {
    return Buffer.concat(this.#received);
  }

  get openSockets(): number {
    return this.#sockets.size;
  }

  /** Connections accepted since the start. */
  get connections(): number {
    return this.#connections;
  }

  /** Waits for the request with this number (from 1 since the start or the last reset). */
  async request(position: number, within?: number): Promise<RecordedRequest> {
    return until(`request ${position} at the upstream`, () => this.requests[position - 1], within);
  }

  /** Closes connections that wait for their next request, and waits until they are gone. */
  async closeIdleSockets(): Promise<void> {
    this.#server.closeIdleConnections();
    await until('idle sockets to close', () => this.#sockets.size === 0);
  }

  async close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => {
      resolve();
    });
    for (const socket of this.#sockets) socket.destroy();
    await promise;
  }

  #watch(socket: Socket): void {
    this.#connections += 1;
    this.#sockets.add(socket);
    socket.on('data', (chunk: Buffer) => this.#received.push(chunk));
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined);
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const ended = Promise.withResolvers<RequestEnd>();
    const request: MutableRequest = {
      number: this.requests.length + 1,
      method: incoming.method ?? '',
      target: incoming.url ?? '',
      httpVersion: incoming.httpVersion,
      rawHeaders: incoming.rawHeaders,
      body: Buffer.alloc(0),
      arrivedAt: performance.now(),
      ended: ended.promise,
    };
    this.requests.push(request);
    let scriptedCut = false;
    response.once('close', () => {
      const how = scriptedCut ? 'cut' : response.writableFinished ? 'answered' : 'aborted';
      ended.resolve({ how, at: performance.now() });
    });
    incoming.on('error', () => undefined);
    response.on('error', () => undefined);
    const body = await bodyOf(incoming);
    if (body === undefined) return;
    request.body = body;
    const reply = await this.#answerFor(request)(request);
    scriptedCut = reply.ending.kind === 'cut' && reply.ending.how !== 'hang';
    await send(reply, response);
    const { how } = await ended.promise;
    const { status, billed } = reply;
    this.ledger.push({ request: request.number, model: modelOf(request), status, billed, how });
  }

  #answerFor(request: RecordedRequest): Answer {
    const found = this.#rules.find(({ rule, left }) => left > 0 && (rule.when?.(request) ?? true));
    if (found === undefined) return this.#fallback;
    found.left -= 1;
    return found.rule.answer;
  }
}

/** The whole body, or `undefined` when the caller went away in the middle of it. */
async function bodyOf(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  const { promise, resolve } = Promise.withResolvers<Buffer | undefined>();
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.once('end', () => {
    resolve(Buffer.concat(chunks));
  });
  incoming.once('close', () => {
    resolve(undefined);
  });
  return promise;
}

async function send(reply: Reply, response: ServerResponse): Promise<void> {
  const gone = Promise.withResolvers<'gone'>();
  response.once('close', () => {
    gone.resolve('gone');
  });
  response.writeHead(reply.status, reply.headers.flat());
  response.flushHeaders();
  const pieces = reply.ending.kind === 'cut' ? firstBytes(reply.pieces, reply.ending.after) : reply.pieces;
  for (const [index, piece] of pieces.entries()) {
    if (reply.hold?.beforePiece === index) await reply.hold.until;
    if (index > 0 && reply.pace > 0) await delay(reply.pace);
    // A write on a closed response may never call back, so the close counts too.
    if ((await Promise.race([written(response, piece), gone.promise])) === 'gone') return;
  }
  if (reply.hold !== undefined && reply.hold.beforePiece >= pieces.length) await reply.hold.until;
  finish(reply, response);
}

async function written(response: ServerResponse, piece: Buffer): Promise<'written' | 'gone'> {
  if (response.destroyed) return 'gone';
  const { promise, resolve } = Promise.withResolvers<'written' | 'gone'>();
  response.write(piece, (failure) => {
    resolve(failure == null ? 'written' : 'gone');
  });
  return promise;
}

function finish(reply: Reply, response: ServerResponse): void {
  if (reply.ending.kind === 'complete') {
    response.end();
    return;
  }
  const { socket } = response;
  switch (reply.ending.how) {
    case 'end':
      response.end();
      return;
    case 'fin':
      socket?.end();
      return;
    case 'reset':
      if (socket !== null) reset(socket);
      return;
    case 'bad-chunk':
      socket?.end('ZZ\r\nnot a chunk\r\n');
      return;
    case 'hang':
      return;
  }
}

/** Accepted TCP connections by their two ports; a TLS socket has the same ports as the connection under it. */
const bareSockets = new Map<string, Socket>();

function connectionKey(socket: Socket): string {
  return `${socket.localPort} ${socket.remotePort}`;
}

/** Ends a connection with RST instead of FIN. */
function reset(socket: Socket): void {
  const bare = bareSockets.get(connectionKey(socket)) ?? socket;
  bare.resetAndDestroy();
}
