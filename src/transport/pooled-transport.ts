import type { Socket } from 'node:net';
import { GatewayError, toGatewayError } from '../domain/errors.ts';
import type { ErrorCode } from '../domain/errors.ts';
import type { Provider } from '../domain/provider.ts';
import { Call } from './call.ts';
import type { CallObserver } from './call.ts';
import type { CallClockName } from './call-clock.ts';
import { newCounters } from './counters.ts';
import type { MutableCounters, ProviderCounters } from './counters.ts';
import type { ObservableTransport, TransportOptions } from './create-transport.ts';
import { destinationOf } from './destination.ts';
import type { Destination } from './destination.ts';
import { outboundHeaders } from './header-rules.ts';
import { Http1Pins } from './http1-pins.ts';
import { createResolver } from './lookup.ts';
import { SocketOpener } from './open-socket.ts';
import type { SocketOrder, SocketOutcome } from './open-socket.ts';
import { DEFAULT_SETTINGS } from './pool-context.ts';
import type { TransportSettings } from './pool-context.ts';
import { UpstreamPool } from './upstream-pool.ts';
import type { UpstreamCall, UpstreamHandler, UpstreamRequest } from './upstream.ts';

interface Line {
  readonly pool: UpstreamPool;
  readonly observer: CallObserver;
}

/** Providers' connections, pooled by destination. */
export class PooledTransport implements ObservableTransport {
  readonly #settings: TransportSettings;
  readonly #opener: SocketOpener;
  readonly #pins: Http1Pins;
  readonly #negotiated: Http1Pins;
  readonly #pools = new Map<string, UpstreamPool>();
  readonly #counters = new Map<string, MutableCounters>();
  /** Providers live as long as their configuration; nothing is computed twice for one. */
  readonly #lines = new WeakMap<Provider, Line>();
  readonly #sockets = new Set<Socket>();
  /** Attempts under way, each by what cancels it. */
  readonly #openings = new Set<() => void>();
  #onAllClosed: (() => void) | undefined;
  #closing = false;

  constructor(options: TransportOptions) {
    this.#settings = { ...DEFAULT_SETTINGS, ...options.settings };
    this.#opener = new SocketOpener({
      resolver: createResolver(options.clock, options.resolveAll),
      ownAddresses: options.ownAddresses,
    });
    this.#pins = new Http1Pins(options.clock);
    this.#negotiated = new Http1Pins(options.clock);
  }

  get counters(): ReadonlyMap<string, ProviderCounters> {
    return this.#counters;
  }

  get openSockets(): number {
    return this.#sockets.size;
  }

  pinnedToHttp1(provider: Provider): number {
    return this.#pins.remaining(destinationOf(provider).key);
  }

  send(request: UpstreamRequest, handler: UpstreamHandler): UpstreamCall {
    const { pool, observer } = this.#lineOf(request.provider);
    let headers: string[] = [];
    let refusal: GatewayError | undefined;
    try {
      headers = outboundHeaders(request);
      if (this.#closing) refusal = new GatewayError('draining', 'The gateway is shutting down.');
    } catch (error) {
      refusal = toGatewayError(error);
    }
    const call = new Call(request, headers, handler, observer);
    if (refusal === undefined) pool.send(call);
    else call.fail(refusal);
    call.started();
    return call;
  }

  close(): Promise<void> {
    this.#closing = true;
    for (const pool of this.#pools.values()) pool.close();
    return new Promise((resolve) => {
      this.#onAllClosed = resolve;
      this.#tellWhenAllClosed();
    });
  }

  keepOnly(providers: Iterable<Provider>): void {
    const needed = new Set([...providers].map((provider) => destinationOf(provider).key));
    for (const [key, pool] of this.#pools) {
      if (needed.has(key)) continue;
      this.#pools.delete(key);
      pool.close();
    }
  }

  #lineOf(provider: Provider): Line {
    const known = this.#lines.get(provider);
    if (known !== undefined) return known;
    const destination = destinationOf(provider);
    const pool = this.#pools.get(destination.key) ?? this.#newPool(destination);
    const line = { pool, observer: this.#observe(this.#countersOf(provider), pool.key) };
    this.#lines.set(provider, line);
    return line;
  }

  #newPool(destination: Destination): UpstreamPool {
    const pool = new UpstreamPool({
      context: {
        destination,
        settings: this.#settings,
        open: (provider, protocols, done) =>
          this.#open({ destination, protocols, clocks: provider.clocks }, provider, done),
        countersOf: (provider) => this.#countersOf(provider),
      },
      pins: this.#pins,
      negotiated: this.#negotiated,
    });
    this.#pools.set(destination.key, pool);
    return pool;
  }

  #observe(counters: MutableCounters, key: string): CallObserver {
    return {
      onAnswer: ({ request }) => {
        if (request.forceHttp1 && request.provider.http !== '1.1') this.#pins.pin(key);
      },
      onSuccess: ({ http2 }) => {
        if (http2) counters.h2Successes += 1;
        else counters.h1Successes += 1;
      },
      onClockExpired: (name: CallClockName, code: ErrorCode) => {
        if (name === 'h2Headers') counters.h2HeaderTimeouts += 1;
        countTimeout(counters, code);
      },
    };
  }

  #open(order: SocketOrder, provider: Provider, done: (outcome: SocketOutcome) => void): () => void {
    if (this.openSockets + this.#openings.size >= this.#settings.maxSockets) {
      const text = `All ${this.#settings.maxSockets} sockets to providers are in use.`;
      const error = new GatewayError('local_resource', text, { retryAfter: 1 });
      const refusal = setImmediate(done, { kind: 'failed', error });
      return () => clearImmediate(refusal);
    }
    const counters = this.#countersOf(provider);
    const cancel = this.#opener.open(order, (outcome) => {
      if (outcome.kind === 'open') this.#register(outcome.socket);
      this.#openings.delete(cancel);
      countOpening(counters, outcome);
      done(outcome);
      this.#tellWhenAllClosed();
    });
    this.#openings.add(cancel);
    return () => {
      this.#openings.delete(cancel);
      cancel();
      this.#tellWhenAllClosed();
    };
  }

  #register(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.#tellWhenAllClosed();
    });
  }

  #tellWhenAllClosed(): void {
    if (this.#sockets.size + this.#openings.size === 0) this.#onAllClosed?.();
  }

  #countersOf(provider: Provider): MutableCounters {
    const known = this.#counters.get(provider.name);
    if (known !== undefined) return known;
    const counters = newCounters();
    this.#counters.set(provider.name, counters);
    return counters;
  }
}

function countOpening(counters: MutableCounters, outcome: SocketOutcome): void {
  if (outcome.kind === 'open') counters.connects += 1;
  else if (outcome.error.row.kind === 'timeout') countTimeout(counters, outcome.error.code);
}

function countTimeout(counters: MutableCounters, code: ErrorCode): void {
  counters.timeouts[code] = (counters.timeouts[code] ?? 0) + 1;
}
