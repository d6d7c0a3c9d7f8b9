/**
 * One request to a provider, from `send` to its one ending, independent of the protocol that carries it: it
 * owns the clocks, what is known about what was sent, and the promise that nothing is called after the end.
 */
import type { SentState } from '../domain/attempt.ts';
import { GatewayError } from '../domain/errors.ts';
import type { ErrorCode } from '../domain/errors.ts';
import { CallClock } from './call-clock.ts';
import type { CallClockName } from './call-clock.ts';
import type { UpstreamCall, UpstreamHandler, UpstreamRequest } from './upstream.ts';

/** What currently carries a call: a connection attempt, a socket or a stream. */
export interface Wire {
  /** Breaks it off at once; `expired` tells that the provider was too slow, not that the caller left. */
  cut(reason: 'aborted' | 'expired'): void;
  pause(): void;
  resume(): void;
}

/** Hears about the milestones of every call of a provider. */
export interface CallObserver {
  onAnswer(call: Call): void;
  onSuccess(call: Call): void;
  onClockExpired(name: CallClockName, code: ErrorCode): void;
}

const EXPIRED: Record<CallClockName, { code: ErrorCode; setting: string; doing: string }> = {
  h2Headers: {
    code: 'upstream_headers_timeout',
    setting: 'h2_headers',
    doing: 'Waiting for the HTTP/2 headers',
  },
  headers: { code: 'upstream_headers_timeout', setting: 'headers', doing: 'Waiting for the headers' },
  idle: { code: 'upstream_idle_timeout', setting: 'idle', doing: 'The silence within the answer' },
  total: { code: 'upstream_total_timeout', setting: 'total', doing: 'The whole answer' },
};

export class Call implements UpstreamCall {
  readonly request: UpstreamRequest;
  /** With the credential; what the protocol adds is not in it. */
  readonly headers: readonly string[];
  /** Whether HTTP/2 carries it, or was to carry it when it failed. */
  http2 = false;
  /** Whether the current socket had carried another request before. */
  reusedSocket = false;
  readonly #handler: UpstreamHandler;
  readonly #observer: CallObserver;
  readonly #clock: CallClock;
  #state: 'open' | 'answering' | 'over' = 'open';
  #sent: SentState = 'not-sent';
  #responseBytes = false;
  #paused = false;
  #wire: Wire | undefined;
  /** While `send` runs, its caller has no call to abort yet: errors wait until it has returned. */
  #starting = true;

  constructor(
    request: UpstreamRequest,
    headers: readonly string[],
    handler: UpstreamHandler,
    observer: CallObserver,
  ) {
    this.request = request;
    this.headers = headers;
    this.#handler = handler;
    this.#observer = observer;
    const { clocks } = request.provider;
    const total = request.stream ? clocks.totalStream : clocks.totalWhole;
    this.#clock = new CallClock(shorterOf(total, request.limitMs ?? 0), (name) => this.#onExpired(name));
  }

  get over(): boolean {
    return this.#state === 'over';
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** `send` returns now. */
  started(): void {
    this.#starting = false;
  }

  /** Names what carries the call from now on. */
  ride(wire: Wire): void {
    this.#wire = wire;
  }

  abort(): void {
    if (this.over) return;
    this.#close();
    this.#wire?.cut('aborted');
  }

  pause(): void {
    if (this.over || this.#paused) return;
    this.#paused = true;
    this.#clock.suspendSilence();
    if (this.#state === 'answering') this.#wire?.pause();
  }

  resume(): void {
    if (this.over || !this.#paused) return;
    this.#paused = false;
    if (this.#state !== 'answering') return;
    this.#clock.resumeSilence();
    this.#wire?.resume();
  }

  /** The first byte of the request goes out now. */
  onSending(): void {
    this.#sent = 'maybe-sent';
    const { request } = this;
    const { clocks, h2Fallback } = request.provider;
    const headers = request.stream ? clocks.headersStream : clocks.headersWhole;
    // Without the retry on HTTP/1.1 a short stall clock would only turn slow answers into errors.
    this.#clock.awaitHeaders(headers, this.http2 && h2Fallback ? clocks.h2Headers : 0);
  }

  onResponseBytes(): void {
    this.#responseBytes = true;
  }

  onHead(status: number, headers: readonly string[]): void {
    if (this.over) return;
    this.#state = 'answering';
    this.#responseBytes = true;
    this.#clock.watchSilence(this.request.provider.clocks.idle);
    if (this.#paused) {
      this.#clock.suspendSilence();
      this.#wire?.pause();
    }
    this.#observer.onAnswer(this);
    this.#handler.onHead({ status, headers, http2: this.http2 });
  }

  onData(chunk: Buffer): void {
    if (this.over) return;
    this.#clock.touch();
    this.#handler.onData(chunk);
  }

  onEnd(): void {
    if (this.over) return;
    this.#close();
    this.#observer.onSuccess(this);
    this.#handler.onEnd();
  }

  /** Ends the call with an error. `surelyNotSent`: the provider said that it did not touch the request. */
  fail(error: GatewayError, surelyNotSent?: 'surelyNotSent'): void {
    if (this.over) return;
    if (this.#starting) {
      this.#starting = false;
      queueMicrotask(() => this.fail(error, surelyNotSent));
      return;
    }
    const staleSocket = this.reusedSocket && !this.#responseBytes && error.code === 'upstream_reset';
    const sent = surelyNotSent === undefined ? this.#sent : 'not-sent';
    this.#close();
    this.#handler.onError({ error, sent, http2: this.http2, staleSocket });
  }

  #onExpired(name: CallClockName): void {
    const { code, setting, doing } = EXPIRED[name];
    const { provider } = this.request;
    const text = `${doing} of ${provider.origin} (provider ${provider.name}) took longer than clocks.${setting}.`;
    this.#observer.onClockExpired(name, code);
    const wire = this.#wire;
    this.fail(new GatewayError(code, text));
    wire?.cut('expired');
  }

  #close(): void {
    this.#state = 'over';
    this.#clock.stop();
  }
}

/** Of two limits the shorter; 0 is none. */
function shorterOf(one: number, other: number): number {
  if (one === 0 || other === 0) return one + other;
  return Math.min(one, other);
}
