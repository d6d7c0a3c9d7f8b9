/**
 * An HTTP/2 upstream that misbehaves on purpose, written in raw frames: node:http2's own server is too polite to
 * stall, to withhold SETTINGS or to reset a stream in the middle of an answer. It reads frame headers only and
 * answers each HEADERS frame as told; `normal` answers 200 with a short body.
 */
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import type { Certificate } from './certificates.ts';

export type H2Behaviour =
  | { readonly kind: 'normal' }
  /** Accepts the connection and never says anything, not even TLS. */
  | { readonly kind: 'no-handshake' }
  | { readonly kind: 'no-settings' }
  | { readonly kind: 'no-headers' }
  /** SETTINGS_INITIAL_WINDOW_SIZE 0: the request's body can never be sent. */
  | { readonly kind: 'zero-window' }
  | { readonly kind: 'refused-stream' }
  /** GOAWAY naming a last stream before this one. */
  | { readonly kind: 'goaway-before'; readonly code: number }
  /** GOAWAY naming this stream, then the connection closes. */
  | { readonly kind: 'goaway-during'; readonly code: number }
  /** RST_STREAM before any header. */
  | { readonly kind: 'reset'; readonly code: number }
  /** Headers and a piece of the body, then RST_STREAM. */
  | { readonly kind: 'reset-midway'; readonly code: number }
  /** Headers and a piece of the body, then the socket is destroyed. */
  | { readonly kind: 'cut-midway' }
  /** Headers and a piece of the body, then silence. */
  | { readonly kind: 'silent-midway' }
  /** The connection closes on the request. */
  | { readonly kind: 'close' }
  /** HTTP/1.1 text where frames should be. */
  | { readonly kind: 'not-http2' };

export interface H2Upstream {
  readonly port: number;
  /** Requests (HEADERS frames) seen. */
  readonly requests: number;
  readonly connections: number;
  /** RST_STREAM frames received, with their codes. */
  readonly resets: readonly number[];
  behave(behaviour: H2Behaviour): void;
  /** Resolves at the next RST_STREAM from the client. */
  nextReset(): Promise<number>;
  close(): Promise<void>;
}

const FRAME = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goaway: 7 } as const;
const PREFACE_LENGTH = 24;
const END_STREAM = 1;
const END_HEADERS = 4;
const ACK = 1;
/** HPACK: static table entry 8, `:status: 200`. */
const STATUS_200 = Buffer.from([0x88]);

export interface H2UpstreamOptions {
  readonly behaviour: H2Behaviour;
  /** With TLS and ALPN `h2`; without, HTTP/2 with prior knowledge. */
  readonly certificate?: Certificate;
  /** With TLS: gets the connections on which HTTP/1.1 was agreed, so that one port can stall on HTTP/2 alone. */
  readonly onHttp1?: (socket: TLSSocket) => void;
}

export async function startH2Upstream(options: H2UpstreamOptions): Promise<H2Upstream> {
  const upstream = new ScriptedUpstream(options);
  await upstream.listen();
  return upstream;
}

class ScriptedUpstream implements H2Upstream {
  requests = 0;
  connections = 0;
  readonly resets: number[] = [];
  #behaviour: H2Behaviour;
  readonly #tcp: Server;
  readonly #sockets = new Set<Socket>();
  #waitingForReset: ((code: number) => void)[] = [];

  constructor({ behaviour, certificate, onHttp1 }: H2UpstreamOptions) {
    this.#behaviour = behaviour;
    const serve = (socket: Socket): void => new Connection(this, socket).start();
    const tls =
      certificate === undefined
        ? undefined
        : createTlsServer({ ...certificate, ALPNProtocols: ['h2', 'http/1.1'] }, (socket) => {
            if (onHttp1 === undefined || socket.alpnProtocol === 'h2') serve(socket);
            else onHttp1(socket);
          });
    tls?.on('tlsClientError', ignore);
    this.#tcp = createTcpServer((socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.on('error', ignore).once('close', () => this.#sockets.delete(socket));
      if (this.#behaviour.kind === 'no-handshake') socket.resume();
      else if (tls === undefined) serve(socket);
      else tls.emit('connection', socket);
    });
  }

  get port(): number {
    return (this.#tcp.address() as AddressInfo).port; // A TCP server's address is never a pipe's name.
  }

  get behaviour(): H2Behaviour {
    return this.#behaviour;
  }

  behave(behaviour: H2Behaviour): void {
    this.#behaviour = behaviour;
  }

  listen(): Promise<void> {
    return new Promise((resolve) => {
      this.#tcp.listen(0, '127.0.0.1', resolve);
    });
  }

  nextReset(): Promise<number> {
    return new Promise((resolve) => {
      this.#waitingForReset.push(resolve);
    });
  }

  onReset(code: number): void {
    this.resets.push(code);
    for (const resolve of this.#waitingForReset.splice(0)) resolve(code);
  }

  close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    return new Promise((resolve) => {
      this.#tcp.close(() => resolve());
    });
  }
}

class Connection {
  readonly #upstream: ScriptedUpstream;
  readonly #socket: Socket;
  #received = Buffer.alloc(0);
  #prefaceSeen = false;

  constructor(upstream: ScriptedUpstream, socket: Socket) {
    this.#upstream = upstream;
    this.#socket = socket;
  }

  start(): void {
    this.#socket.on('error', ignore);
    this.#socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    const { kind } = this.#upstream.behaviour;
    if (kind === 'not-http2') this.#socket.write('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n');
    else if (kind === 'zero-window') this.#frame(FRAME.settings, 0, 0, Buffer.from([0, 4, 0, 0, 0, 0]));
    else if (kind !== 'no-settings') this.#frame(FRAME.settings, 0, 0);
  }

  #onData(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    if (!this.#prefaceSeen) {
      if (this.#received.length < PREFACE_LENGTH) return;
      this.#received = this.#received.subarray(PREFACE_LENGTH);
      this.#prefaceSeen = true;
    }
    while (this.#received.length >= 9) {
      const length = this.#received.readUIntBE(0, 3);
      if (this.#received.length < 9 + length) return;
      const frame = this.#received.subarray(0, 9 + length);
      this.#received = this.#received.subarray(9 + length);
      this.#onFrame(frame);
    }
  }

  #onFrame(frame: Buffer): void {
    const type = frame[3];
    const flags = frame[4] ?? 0;
    const stream = frame.readUInt32BE(5) & 0x7fff_ffff;
    if (type === FRAME.headers) this.#onRequest(stream);
    if (type === FRAME.reset) this.#upstream.onReset(frame.readUInt32BE(9));
    const { kind } = this.#upstream.behaviour;
    if (type === FRAME.settings && (flags & ACK) === 0 && kind !== 'no-settings')
      this.#frame(FRAME.settings, ACK, 0);
    if (type === FRAME.ping && (flags & ACK) === 0) this.#frame(FRAME.ping, ACK, 0, frame.subarray(9));
  }

  #onRequest(stream: number): void {
    this.#upstream.requests += 1;
    const { behaviour } = this.#upstream;
    switch (behaviour.kind) {
      case 'normal':
        this.#head(stream);
        this.#frame(FRAME.data, END_STREAM, stream, Buffer.from('{"ok":true}'));
        return;
      case 'refused-stream':
        return this.#reset(stream, 7);
      case 'reset':
        return this.#reset(stream, behaviour.code);
      case 'goaway-before':
        return this.#goaway(stream - 2, behaviour.code);
      case 'goaway-during':
        this.#goaway(stream, behaviour.code);
        this.#socket.end();
        return;
      case 'reset-midway':
        this.#begin(stream);
        return this.#reset(stream, behaviour.code);
      case 'cut-midway':
        this.#begin(stream);
        // Written bytes go out before the end of the connection, a plain destroy could drop them.
        this.#socket.destroySoon();
        return;
      case 'silent-midway':
        return this.#begin(stream);
      case 'close':
        this.#socket.destroy();
        return;
      case 'no-handshake':
      case 'no-settings':
      case 'no-headers':
      case 'zero-window':
      case 'not-http2':
    }
  }

  #head(stream: number): void {
    this.#frame(FRAME.headers, END_HEADERS, stream, STATUS_200);
  }

  #begin(stream: number): void {
    this.#head(stream);
    this.#frame(FRAME.data, 0, stream, Buffer.from('partial'));
  }

  #reset(stream: number, code: number): void {
    const payload = Buffer.alloc(4);
    payload.writeUInt32BE(code);
    this.#frame(FRAME.reset, 0, stream, payload);
  }

  #goaway(lastStream: number, code: number): void {
    const payload = Buffer.alloc(8);
    payload.writeUInt32BE(Math.max(0, lastStream), 0);
    payload.writeUInt32BE(code, 4);
    this.#frame(FRAME.goaway, 0, 0, payload);
  }

  #frame(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): void {
    const head = Buffer.alloc(9);
    head.writeUIntBE(payload.length, 0, 3);
    head[3] = type;
    head[4] = flags;
    head.writeUInt32BE(stream, 5);
    this.#socket.write(Buffer.concat([head, payload]));
  }
}

function ignore(): void {}
