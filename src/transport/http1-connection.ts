/**
 * One HTTP/1.1 connection, which carries one request at a time. Reading and writing HTTP is done here and not by
 * undici: docs/decisions/0004 tells why.
 */
import type { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import { AnswerReader } from './answer-reader.ts';
import type { AnswerSink } from './answer-reader.ts';
import type { Call, Wire } from './call.ts';
import { endToEndHeaders } from './header-rules.ts';
import type { AnswerHead } from './http1-head.ts';
import { requestHead } from './http1-request.ts';
import { exchangeErrorCode, socketError } from './socket-errors.ts';

export interface Http1ConnectionOptions {
  readonly origin: string;
  readonly socket: Socket;
  /** How long an idle socket is kept when the server gives no hint, and at most. Milliseconds. */
  readonly idleSocket: number;
  readonly idleSocketMax: number;
  /** The exchange ended cleanly; the socket is fit for another. */
  readonly onIdle: (connection: Http1Connection) => void;
  readonly onClosed: (connection: Http1Connection) => void;
}

/** Upstreams close some time before the timeout they announce: stop using the socket this much earlier. */
const KEEP_ALIVE_MARGIN = 1_000;

export class Http1Connection implements AnswerSink, Wire {
  readonly #options: Http1ConnectionOptions;
  readonly #socket: Socket;
  readonly #host: string;
  readonly #reader = new AnswerReader(this);
  #call: Call | undefined;
  /** The provider has sent its last byte, or the socket is gone. */
  #ended = false;
  #keepAlive = true;
  #idleFor: number;
  #idleUntil = 0;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(options: Http1ConnectionOptions) {
    this.#options = options;
    this.#host = new URL(options.origin).host;
    this.#idleFor = Math.min(options.idleSocket, options.idleSocketMax);
    const { socket } = options;
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => this.#onBytes(bytes));
    socket.once('end', () => this.#onEnd());
    socket.on('error', (error) => this.#fail(error));
    socket.once('close', () => this.#onClose());
    socket.resume(); // Whoever opened a tunnel through it has left it paused.
  }

  /** Whether a request may be put on it. */
  get usable(): boolean {
    return this.#call === undefined && !this.#ended && !this.#socket.destroyed;
  }

  send(call: Call): void {
    const socket = this.#socket;
    const { method, body } = call.request;
    this.#call = call;
    call.ride(this);
    call.onSending();
    this.#reader.start(method);
    socket.ref();
    socket.cork(); // Head and body leave in one write.
    socket.write(requestHead(call, this.#host), 'latin1');
    if (body.length > 0) socket.write(body);
    socket.uncork();
  }

  destroy(): void {
    this.cut();
  }

  cut(): void {
    this.#call = undefined;
    this.#ended = true;
    this.#reader.stop();
    clearTimeout(this.#idleTimer);
    this.#socket.destroy();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  onHead(head: AnswerHead): void {
    this.#keepAlive = head.keepAlive;
    this.#setIdleTime(head.keepAliveFor);
    this.#call?.onHead(head.status, endToEndHeaders(head.headers));
  }

  onBody(piece: Buffer): void {
    this.#call?.onData(piece);
  }

  #onBytes(bytes: Buffer): void {
    const call = this.#call;
    // Bytes on an idle connection are an answer nobody asked for, and would be taken for the next one's.
    if (call === undefined) return this.cut();
    call.onResponseBytes();
    let left = 0;
    try {
      left = this.#reader.push(bytes);
    } catch (error) {
      return this.#fail(error);
    }
    if (this.#reader.over) this.#complete(left === 0);
  }

  /** @param clean nothing came behind the answer */
  #complete(clean: boolean): void {
    const call = this.#call;
    this.#call = undefined;
    this.#reader.stop();
    // An answer may come before its request has left; what is still to be written belongs to no other request.
    const reusable = clean && this.#keepAlive && !this.#ended && this.#socket.writableLength === 0;
    if (reusable && this.#idleFor > 0) this.#rest();
    else this.cut();
    call?.onEnd();
  }

  #rest(): void {
    const socket = this.#socket;
    if (socket.isPaused()) socket.resume(); // Its reader has gone; bytes nobody asked for must be noticed.
    socket.unref();
    this.#idleUntil = performance.now() + this.#idleFor;
    this.#idleTimer ??= setTimeout(() => this.#onIdleTimer(), this.#idleFor).unref();
    this.#options.onIdle(this);
  }

  /** A timer that fires in vain costs less than one that is moved with every request. */
  #onIdleTimer(): void {
    this.#idleTimer = undefined;
    if (this.#call !== undefined) return;
    const left = this.#idleUntil - performance.now();
    if (left <= 0) this.cut();
    else this.#idleTimer = setTimeout(() => this.#onIdleTimer(), left).unref();
  }

  #setIdleTime(hint: number | undefined): void {
    const { idleSocket, idleSocketMax } = this.#options;
    const idleFor = Math.min(hint === undefined ? idleSocket : hint - KEEP_ALIVE_MARGIN, idleSocketMax);
    if (idleFor < this.#idleFor) {
      clearTimeout(this.#idleTimer);
      this.#idleTimer = undefined;
    }
    this.#idleFor = idleFor;
  }

  #onEnd(): void {
    this.#ended = true;
    if (this.#call === undefined) return this.cut();
    if (this.#reader.endsWithConnection) this.#complete(true);
    else this.#fail(new Error('the other side closed the connection'));
  }

  #onClose(): void {
    this.#ended = true;
    this.#fail(new Error('the connection was closed'));
    clearTimeout(this.#idleTimer);
    this.#options.onClosed(this);
  }

  #fail(error: unknown): void {
    const call = this.#call;
    this.cut();
    if (call === undefined) return;
    const attempted = `The request to ${this.#options.origin} (provider ${call.request.provider.name})`;
    call.fail(socketError(exchangeErrorCode(error), attempted, error));
  }
}
