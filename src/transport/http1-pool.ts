/**
 * The HTTP/1.1 connections of one destination. The one used last is used next: it is the likeliest to be alive,
 * and the others can go idle and close. No request ever waits behind another.
 */
import type { Socket } from 'node:net';
import type { Call } from './call.ts';
import { Http1Connection } from './http1-connection.ts';
import { waitingWire } from './pool-context.ts';
import type { PoolContext } from './pool-context.ts';

export class Http1Pool {
  readonly #context: PoolContext;
  readonly #idle: Http1Connection[] = [];
  #closing = false;

  constructor(context: PoolContext) {
    this.#context = context;
  }

  /** Sends over an idle connection, or over a new one when there is none or the call asks for a fresh one. */
  send(call: Call): void {
    call.http2 = false;
    const { forceHttp1, freshSocket } = call.request;
    const connection = forceHttp1 || freshSocket ? undefined : this.#takeIdle();
    if (connection === undefined) return this.#openFor(call);
    call.reusedSocket = true;
    this.#sendAfterPoll(connection, call);
  }

  /**
   * Bytes that already wait on an idle socket are an answer nobody asked for, and would be taken for the answer
   * to this request. Between two check phases lies a poll, and with it the reading of what waits.
   */
  #sendAfterPoll(connection: Http1Connection, call: Call): void {
    let waiting = setImmediate(() => {
      waiting = setImmediate(() => {
        if (connection.usable) connection.send(call);
        else this.#onStale(call);
      });
    });
    call.ride(
      waitingWire(() => {
        clearImmediate(waiting);
        if (connection.usable) this.#onIdle(connection);
      }),
    );
  }

  /** Sends over a socket that was opened for this call, whoever opened it. */
  sendOver(socket: Socket, call: Call): void {
    call.http2 = false;
    call.reusedSocket = false;
    this.#connectionOver(socket).send(call);
  }

  /** Closes idle connections; busy ones close when their exchange ends. */
  close(): void {
    this.#closing = true;
    for (const connection of this.#idle.splice(0)) connection.destroy();
  }

  #takeIdle(): Http1Connection | undefined {
    for (;;) {
      const connection = this.#idle.pop();
      if (connection === undefined || connection.usable) return connection;
    }
  }

  #openFor(call: Call): void {
    call.reusedSocket = false;
    const cancel = this.#context.open(call.request.provider, ['http/1.1'], (outcome) => {
      if (outcome.kind === 'failed') call.fail(outcome.error);
      else this.sendOver(outcome.socket, call);
    });
    call.ride(waitingWire(cancel));
  }

  #connectionOver(socket: Socket): Http1Connection {
    const { destination, settings } = this.#context;
    return new Http1Connection({
      origin: destination.origin,
      socket,
      idleSocket: settings.idleSocket,
      idleSocketMax: settings.idleSocketMax,
      onIdle: (idle) => this.#onIdle(idle),
      onClosed: (closed) => this.#forget(closed),
    });
  }

  #onIdle(connection: Http1Connection): void {
    if (this.#closing) connection.destroy();
    else this.#idle.push(connection);
  }

  #onStale(call: Call): void {
    this.#context.countersOf(call.request.provider).staleSockets += 1;
    if (!call.over) this.send(call);
  }

  #forget(connection: Http1Connection): void {
    const index = this.#idle.indexOf(connection);
    if (index !== -1) this.#idle.splice(index, 1);
  }
}
