/** The HTTP/2 connections of one destination: usually one, more when its streams are all taken. */
import type { Socket } from 'node:net';
import { GatewayError } from '../domain/errors.ts';
import type { ErrorCode } from '../domain/errors.ts';
import type { Call } from './call.ts';
import { Http2Connection } from './http2-connection.ts';
import type { SocketOutcome } from './open-socket.ts';
import { waitingWire } from './pool-context.ts';
import type { PoolContext } from './pool-context.ts';

/** Failures before any protocol was spoken: HTTP/1.1 would meet the very same. */
const BEFORE_PROTOCOL = new Set<ErrorCode>([
  'upstream_unreachable',
  'upstream_connect_timeout',
  'local_resource',
  'loop_detected',
  'draining',
]);

export interface Http2PoolOptions {
  readonly context: PoolContext;
  /** The provider chose HTTP/1.1 in the handshake; the socket is good for the first of the calls. */
  readonly onHttp1: (socket: Socket, calls: readonly Call[]) => void;
}

export class Http2Pool {
  readonly #context: PoolContext;
  readonly #onHttp1: Http2PoolOptions['onHttp1'];
  readonly #connections: Http2Connection[] = [];
  readonly #waiting = new Set<Call>();
  #cancelOpening: (() => void) | undefined;
  #closing = false;

  constructor({ context, onHttp1 }: Http2PoolOptions) {
    this.#context = context;
    this.#onHttp1 = onHttp1;
  }

  send(call: Call): void {
    call.http2 = true;
    const connection = this.#connections.find((each) => each.hasRoom);
    if (connection !== undefined) return connection.send(call);
    this.#waiting.add(call);
    call.ride(waitingWire(() => this.#leave(call)));
    this.#ensureOpening(call);
  }

  close(): void {
    this.#closing = true;
    // Retiring takes a connection off the list.
    for (const connection of this.#connections.slice()) connection.retire();
  }

  #ensureOpening(call: Call): void {
    if (this.#cancelOpening !== undefined) return;
    const { provider } = call.request;
    const protocols = provider.http === '2' ? (['h2'] as const) : (['h2', 'http/1.1'] as const);
    this.#cancelOpening = this.#context.open(provider, protocols, (outcome) => this.#onOutcome(outcome));
  }

  #leave(call: Call): void {
    this.#waiting.delete(call);
    if (this.#waiting.size > 0) return;
    this.#cancelOpening?.();
    this.#cancelOpening = undefined;
  }

  #onOutcome(outcome: SocketOutcome): void {
    this.#cancelOpening = undefined;
    const calls = [...this.#waiting];
    this.#waiting.clear();
    if (outcome.kind === 'failed') return failAll(calls, outcome.error);
    if (outcome.http2) return this.#begin(outcome.socket, calls);
    const wantsHttp2 = calls.every((call) => call.request.provider.http === '2');
    if (!wantsHttp2) return this.#onHttp1(outcome.socket, calls);
    outcome.socket.destroy();
    const text = `${this.#context.destination.origin} did not agree to HTTP/2 in the TLS handshake. Set http to "1.1" or "auto" for this provider.`;
    failAll(calls, new GatewayError('upstream_protocol', text));
  }

  #begin(socket: Socket, calls: readonly Call[]): void {
    const { destination, settings } = this.#context;
    const connection = new Http2Connection({
      origin: destination.origin,
      socket,
      settings,
      onRetired: (retired) => this.#forget(retired),
    });
    this.#connections.push(connection);
    for (const call of calls) this.send(call);
    if (this.#closing) connection.retire();
  }

  #forget(connection: Http2Connection): void {
    const index = this.#connections.indexOf(connection);
    if (index !== -1) this.#connections.splice(index, 1);
  }
}

function failAll(calls: readonly Call[], error: GatewayError): void {
  for (const call of calls) {
    if (BEFORE_PROTOCOL.has(error.code)) call.http2 = false;
    call.fail(error);
  }
}
