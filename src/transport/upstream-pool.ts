/** All connections of one destination, and the choice between HTTP/1.1 and HTTP/2. */
import type { Socket } from 'node:net';
import { lazyModule } from '../lib/lazy.ts';
import type { Call } from './call.ts';
import { Http1Pool } from './http1-pool.ts';
import type { Http1Pins } from './http1-pins.ts';
import type * as Http2 from './http2-pool.ts';
import type { PoolContext } from './pool-context.ts';

export interface UpstreamPoolOptions {
  readonly context: PoolContext;
  /** Destinations that fell back from HTTP/2. */
  readonly pins: Http1Pins;
  /** Destinations that chose HTTP/1.1 in the handshake although offered HTTP/2. */
  readonly negotiated: Http1Pins;
}

/**
 * HTTP/2 is for the few providers that need it. It is loaded ahead where the configuration names one, or else with the
 * first request that takes it, at once and without a wait: a request is on its way when `send` returns.
 */
export const loadHttp2 = lazyModule<typeof Http2>(import.meta.url, './http2-pool.ts');

export class UpstreamPool {
  readonly key: string;
  readonly #http1: Http1Pool;
  readonly #openHttp2: () => Http2.Http2Pool;
  #http2: Http2.Http2Pool | undefined;
  #closing = false;
  readonly #tls: boolean;
  readonly #pins: Http1Pins;
  readonly #negotiated: Http1Pins;

  constructor({ context, pins, negotiated }: UpstreamPoolOptions) {
    this.key = context.destination.key;
    this.#tls = context.destination.tls;
    this.#pins = pins;
    this.#negotiated = negotiated;
    this.#http1 = new Http1Pool(context);
    this.#openHttp2 = () =>
      new (loadHttp2().Http2Pool)({ context, onHttp1: (socket, calls) => this.#onHttp1(socket, calls) });
  }

  send(call: Call): void {
    if (this.#usesHttp2(call)) this.#sendOverHttp2(call);
    else this.#http1.send(call);
  }

  close(): void {
    this.#closing = true;
    this.#http1.close();
    this.#http2?.close();
  }

  #sendOverHttp2(call: Call): void {
    this.#http2 ??= this.#openHttp2();
    // A request of the configuration before may come late, and its connection must not stay.
    if (this.#closing) this.#http2.close();
    this.#http2.send(call);
  }

  #usesHttp2({ request }: Call): boolean {
    if (request.forceHttp1 || request.provider.http === '1.1') return false;
    if (this.#pins.isPinned(this.key)) return false;
    if (request.provider.http === '2') return true;
    // Without TLS there is no handshake in which to agree on HTTP/2.
    return this.#tls && !this.#negotiated.isPinned(this.key);
  }

  #onHttp1(socket: Socket, calls: readonly Call[]): void {
    this.#negotiated.pin(this.key);
    const [first, ...others] = calls;
    if (first === undefined) socket.destroy();
    else this.#http1.sendOver(socket, first);
    for (const call of others) this.#http1.send(call);
  }
}
