/**
 * One HTTP/2 connection and its streams, on node:http2 itself rather than on undici's HTTP/2 client. That one
 * holds every non-idempotent request back while another runs, ends all of them on any GOAWAY without looking
 * at its last stream id, and reports resets without their code; each would turn a safe retry into a lost or a
 * doubled request.
 */
import { connect, constants, sensitiveHeaders } from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream, OutgoingHttpHeaders } from 'node:http2';
import type { Socket } from 'node:net';
import type { Call, Wire } from './call.ts';
import { endToEndHeaders } from './header-rules.ts';
import { streamFailure } from './http2-errors.ts';
import type { TransportSettings } from './pool-context.ts';
import { describeError, socketError } from './socket-errors.ts';
import { GatewayError } from '../domain/errors.ts';

export interface Http2ConnectionOptions {
  readonly origin: string;
  readonly socket: Socket;
  readonly settings: TransportSettings;
  /** No further request may be put on it. */
  readonly onRetired: (connection: Http2Connection) => void;
}

/** Streams we open before the provider has told its own limit (RFC 9113 §6.5.2 recommends at least 100). */
const ASSUMED_STREAMS = 100;

/** MiB that nghttp2 may hold for one connection; Node's 10 would refuse streams once a few readers pause. */
const SESSION_MEMORY = 1_024;

export class Http2Connection {
  readonly #options: Http2ConnectionOptions;
  readonly #session: ClientHttp2Session;
  #streams = 0;
  #streamLimit = ASSUMED_STREAMS;
  #retired = false;
  #lastProcessed = Infinity;
  #error: Error | undefined;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(options: Http2ConnectionOptions) {
    this.#options = options;
    const { settings, socket, origin } = options;
    this.#session = connect(origin, {
      createConnection: () => socket,
      peerMaxConcurrentStreams: ASSUMED_STREAMS,
      maxSessionMemory: SESSION_MEMORY,
      settings: { enablePush: false, initialWindowSize: settings.h2StreamWindow },
    });
    this.#session.once('connect', (session) => session.setLocalWindowSize(settings.h2ConnectionWindow));
    this.#session.on('remoteSettings', ({ maxConcurrentStreams }) => {
      this.#streamLimit = maxConcurrentStreams ?? Infinity;
    });
    this.#session.on('error', (error: Error) => {
      this.#error = error;
      this.retire();
    });
    this.#session.on('goaway', (_code: number, lastStreamId: number) => {
      this.#lastProcessed = lastStreamId;
      this.retire();
    });
    this.#session.once('close', () => this.retire());
    this.#session.unref();
  }

  get origin(): string {
    return this.#options.origin;
  }

  get error(): Error | undefined {
    return this.#error;
  }

  /** Whether one more request may be put on it. */
  get hasRoom(): boolean {
    if (this.#retired || this.#session.closed || this.#session.destroyed) return false;
    return this.#streams < this.#streamLimit;
  }

  send(call: Call): void {
    let stream: ClientHttp2Stream;
    try {
      stream = this.#session.request(requestHeaders(call, this.#options.origin), {
        endStream: call.request.body.length === 0,
      });
    } catch (error) {
      this.retire();
      call.fail(socketError('upstream_reset', `Opening an HTTP/2 stream to ${this.origin}`, error));
      return;
    }
    this.#onStreamOpened();
    stream.once('close', () => this.#onStreamClosed());
    call.ride(new Http2Exchange(this, stream, call));
    call.onSending();
    if (call.request.body.length > 0) stream.end(call.request.body);
  }

  /** Takes no more requests and closes when the running ones are done. */
  retire(): void {
    if (this.#retired) return;
    this.#retired = true;
    clearTimeout(this.#idleTimer);
    this.#options.onRetired(this);
    this.#closeWhenIdle();
  }

  /** Whether the provider said by GOAWAY that it never looked at this stream. */
  isBeyondGoaway(stream: ClientHttp2Stream): boolean {
    return (stream.id ?? 0) > this.#lastProcessed;
  }

  #onStreamOpened(): void {
    this.#streams += 1;
    if (this.#streams > 1) return;
    clearTimeout(this.#idleTimer);
    this.#session.ref();
  }

  #onStreamClosed(): void {
    this.#streams -= 1;
    if (this.#streams > 0) return;
    this.#session.unref();
    if (this.#retired) return this.#closeWhenIdle();
    this.#idleTimer = setTimeout(() => this.retire(), this.#options.settings.idleSocketMax).unref();
  }

  /** A session that is told to close refuses requests whose first frames are not out yet. */
  #closeWhenIdle(): void {
    if (this.#streams === 0 && !this.#session.destroyed) this.#session.close();
  }
}

class Http2Exchange implements Wire {
  readonly #connection: Http2Connection;
  readonly #stream: ClientHttp2Stream;
  readonly #call: Call;
  #headSeen = false;
  #endSeen = false;
  #error: Error | undefined;

  constructor(connection: Http2Connection, stream: ClientHttp2Stream, call: Call) {
    this.#connection = connection;
    this.#stream = stream;
    this.#call = call;
    this.#watchForEndStream();
    stream.on('response', (headers, _flags, rawHeaders) => this.#onHead(headers[':status'], rawHeaders));
    stream.on('data', (chunk: Buffer) => call.onData(chunk));
    stream.once('end', () => this.#onEnd());
    stream.on('error', (error: Error) => {
      this.#error = error;
    });
    stream.once('close', () => this.#onClose());
  }

  cut(reason: 'aborted' | 'expired'): void {
    this.#stream.close(constants.NGHTTP2_CANCEL);
    // A connection that did not even bring headers is not trusted with further requests.
    if (reason === 'expired' && !this.#headSeen) this.#connection.retire();
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  /**
   * Node ends the readable side cleanly after a reset with NO_ERROR and after a lost connection too, so `end`
   * does not mean that the answer is complete. END_STREAM arrives as the one null that is pushed while the
   * stream is still open.
   */
  #watchForEndStream(): void {
    const stream = this.#stream;
    const push = stream.push.bind(stream);
    stream.push = (chunk: unknown, encoding?: BufferEncoding) => {
      if (chunk === null && !stream.closed) this.#endSeen = true;
      return push(chunk, encoding);
    };
  }

  #onHead(status: number | undefined, rawHeaders: readonly string[]): void {
    this.#headSeen = true;
    this.#call.onHead(status ?? 0, endToEndHeaders(rawHeaders));
  }

  #onEnd(): void {
    if (this.#endSeen && this.#headSeen) this.#call.onEnd();
  }

  #onClose(): void {
    if (this.#call.over) return;
    const stream = this.#stream;
    const error = this.#error ?? this.#connection.error;
    const { code, surelyNotSent } = streamFailure({
      resetCode: stream.rstCode ?? 0,
      error,
      beyondGoaway: this.#connection.isBeyondGoaway(stream),
    });
    const detail =
      error === undefined ? `the stream was reset with code ${stream.rstCode ?? 0}` : describeError(error);
    const text = `The HTTP/2 request to ${this.#connection.origin} (provider ${this.#call.request.provider.name}) failed: ${detail}.`;
    const failure = new GatewayError(code, text, { cause: error });
    this.#call.fail(failure, surelyNotSent && !this.#headSeen ? 'surelyNotSent' : undefined);
  }
}

/** HTTP/2 field names are lower case (RFC 9113 §8.2.1); credentials are marked never to be indexed. */
function requestHeaders({ request, headers }: Call, origin: string): OutgoingHttpHeaders {
  const fields: Record<string, string | string[]> & { [sensitiveHeaders]?: string[] } = Object.create(null);
  const url = new URL(origin);
  fields[':method'] = request.method;
  fields[':scheme'] = url.protocol.slice(0, -1);
  fields[':authority'] = url.host;
  fields[':path'] = request.path;
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = (headers[index] ?? '').toLowerCase();
    const value = headers[index + 1] ?? '';
    const earlier = fields[name];
    fields[name] = earlier === undefined ? value : [earlier, value].flat();
  }
  if (request.body.length > 0 || request.method === 'POST')
    fields['content-length'] = String(request.body.length);
  fields[sensitiveHeaders] = request.credential.headers.map(({ name }) => name.toLowerCase());
  return fields;
}
