/**
 * One HTTP/1.1 connection: an undici Client that is never given more than one request at a time. undici frames
 * and parses; reuse, clocks and reconnecting are ours.
 */
import type { Socket } from 'node:net';
import { Client } from 'undici';
import type { Dispatcher } from 'undici';
import type { Call, Wire } from './call.ts';
import { endToEndHeaders } from './header-rules.ts';
import { exchangeErrorCode, socketError, systemCode } from './socket-errors.ts';

export interface Http1ConnectionOptions {
  readonly origin: string;
  readonly socket: Socket;
  /** How long an idle socket is kept when the server gives no hint, and at most. Milliseconds. */
  readonly idleSocket: number;
  readonly idleSocketMax: number;
  /** The exchange ended cleanly; the socket may be fit for another. */
  readonly onIdle: (connection: Http1Connection) => void;
  readonly onClosed: (connection: Http1Connection) => void;
  /** The idle socket turned out to be broken before anything was written: the call needs another one. */
  readonly onStale: (call: Call) => void;
}

/** Generous, because some providers send long cookies and policies; undici's default is Node's 16 KiB. */
const MAX_HEADERS = 65_536;

/** Upstreams close some time before the timeout they announce: stop using the socket this much earlier. */
const KEEP_ALIVE_MARGIN = 1_000;

export class Http1Connection {
  readonly #client: Client;
  readonly #socket: Socket;
  readonly #options: Http1ConnectionOptions;
  #exchange: Http1Exchange | undefined;

  constructor(options: Http1ConnectionOptions) {
    this.#options = options;
    this.#socket = options.socket;
    let handedOver = false;
    this.#client = new Client(options.origin, {
      pipelining: 1,
      allowH2: false,
      strictContentLength: true,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: options.idleSocket,
      keepAliveMaxTimeout: options.idleSocketMax,
      keepAliveTimeoutThreshold: KEEP_ALIVE_MARGIN,
      maxHeaderSize: MAX_HEADERS,
      // undici reconnects by itself; answering with an error instead keeps every new socket under our clocks.
      connect: (_, callback) => {
        const first = !handedOver;
        handedOver = true;
        queueMicrotask(() => {
          if (first) callback(null, options.socket);
          else callback(new Error('the connection is gone'), null);
        });
      },
    });
    this.#client.once('disconnect', () => options.onClosed(this));
    this.#client.on('connectionError', noop);
    guardAgainstFalseEnds(options.socket, () => this.#exchange);
  }

  /** Whether a request may be put on it. */
  get usable(): boolean {
    return !this.#socket.destroyed && !this.#client.destroyed && this.#exchange === undefined;
  }

  send(call: Call): void {
    const { request } = call;
    const exchange = new Http1Exchange(this, call);
    this.#exchange = exchange;
    call.ride(exchange);
    this.#client.dispatch(
      {
        method: request.method,
        path: request.path,
        // undici reads the array and keeps none of it.
        headers: call.headers as string[],
        body: request.body,
      },
      exchange,
    );
  }

  destroy(): void {
    this.#client.destroy(null, noop);
    this.#socket.destroy();
  }

  /** Called from within undici's parser: whether the socket survives is known only when that has returned. */
  onExchangeEnd(): void {
    this.#exchange = undefined;
    queueMicrotask(() => {
      if (this.usable) this.#options.onIdle(this);
    });
  }

  onExchangeError(call: Call, error: Error, started: boolean): void {
    this.#exchange = undefined;
    if (!started && call.reusedSocket && exchangeErrorCode(error) !== 'bad_target') {
      this.#options.onStale(call);
    } else {
      const attempted = `The request to ${this.#options.origin} (provider ${call.request.provider.name})`;
      call.fail(socketError(exchangeErrorCode(error), attempted, error));
    }
    this.destroy();
  }
}

class Http1Exchange implements Dispatcher.DispatchHandler, Wire {
  readonly #connection: Http1Connection;
  readonly #call: Call;
  #controller: Dispatcher.DispatchController | undefined;
  /** What one read of the socket brought, chunk by chunk; handed on as one piece when the read has been parsed. */
  #gathered: Buffer[] = [];

  constructor(connection: Http1Connection, call: Call) {
    this.#connection = connection;
    this.#call = call;
  }

  cut(): void {
    this.#connection.destroy();
  }

  pause(): void {
    this.#controller?.pause();
  }

  resume(): void {
    this.#controller?.resume();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#call.onSending();
  }

  onResponseStarted(): void {
    this.#call.onResponseBytes();
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    // Informational heads (103 and the like) come through here too; they end at this hop.
    if (status < 200) return;
    this.#call.onHead(status, endToEndHeaders(rawHeadersOf(controller)));
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (chunk.length === 0) return;
    if (this.#gathered.push(chunk) === 1) process.nextTick(() => this.#handOn());
  }

  #handOn(): void {
    const gathered = this.#gathered;
    const [first] = gathered;
    if (first === undefined) return;
    this.#gathered = [];
    this.#call.onData(gathered.length === 1 ? first : Buffer.concat(gathered));
  }

  onResponseEnd(): void {
    this.#handOn();
    this.#connection.onExchangeEnd();
    this.#call.onEnd();
  }

  onResponseError(_: unknown, error: Error): void {
    this.#handOn();
    this.#connection.onExchangeError(this.#call, error, this.#controller !== undefined);
  }
}

function rawHeadersOf(controller: Dispatcher.DispatchController): readonly (Buffer | string)[] {
  const { rawHeaders } = controller;
  return Array.isArray(rawHeaders) ? rawHeaders : [];
}

/**
 * Two defects of undici's parser are kept away from the gateway by listening first. A reset takes the code
 * ECONNRESET, which undici accepts as the clean end of an answer that only the end of the connection delimits:
 * a cut answer would look complete. And undici 7 throws, from an event nobody can catch, when such an answer
 * ends while its reader is paused; resuming it first is what undici 8 does itself.
 */
function guardAgainstFalseEnds(socket: Socket, current: () => Wire | undefined): void {
  socket.prependListener('error', (error: NodeJS.ErrnoException) => {
    if (systemCode(error) === 'ECONNRESET') error.code = 'UPSTREAM_CONNRESET';
  });
  socket.prependListener('end', () => current()?.resume());
}

function noop(): void {}
