/**
 * The clocks of one call: response headers, silence, total. One timer serves them all; a chunk only notes the
 * time, and the timer, when it fires, looks whether it fired in vain.
 */
export type CallClockName = 'h2Headers' | 'headers' | 'idle' | 'total';

/** Timers beyond 2^31 ms fire at once; a clock that long is looked at again after this time. */
const LONGEST_TIMER = 2 ** 30;

export class CallClock {
  readonly #onExpired: (name: CallClockName) => void;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Infinity;
  #totalAt: number;
  #headersAt = Infinity;
  #h2HeadersAt = Infinity;
  #idle = 0;
  #lastActivity = 0;
  #watchingSilence = false;

  /** @param total milliseconds, 0 for no limit */
  constructor(total: number, onExpired: (name: CallClockName) => void) {
    this.#onExpired = onExpired;
    this.#totalAt = deadline(total);
    this.#arm();
  }

  /** The request is out: the provider's time to answer begins. Milliseconds, 0 for no limit. */
  awaitHeaders(headers: number, h2Headers: number): void {
    this.#headersAt = deadline(headers);
    this.#h2HeadersAt = deadline(h2Headers);
    this.#arm();
  }

  /** The head has come: from now on silence counts. Milliseconds, 0 for no limit. */
  watchSilence(idle: number): void {
    this.#headersAt = Infinity;
    this.#h2HeadersAt = Infinity;
    this.#idle = idle;
    this.#lastActivity = performance.now();
    this.#watchingSilence = idle > 0;
    this.#arm();
  }

  touch(): void {
    this.#lastActivity = performance.now();
  }

  /** While we ourselves do not read, silence is not the provider's. */
  suspendSilence(): void {
    this.#watchingSilence = false;
  }

  resumeSilence(): void {
    this.#lastActivity = performance.now();
    this.#watchingSilence = this.#idle > 0;
    this.#arm();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerAt = Infinity;
  }

  /** A timer that stands earlier than needed is left alone: it costs less to fire in vain than to move it. */
  #arm(): void {
    const next = this.#next();
    if (next >= this.#timerAt || next === Infinity) return;
    clearTimeout(this.#timer);
    const delay = Math.min(LONGEST_TIMER, Math.max(1, Math.ceil(next - performance.now())));
    this.#timerAt = next;
    this.#timer = setTimeout(() => this.#onTimer(), delay);
  }

  #onTimer(): void {
    this.#timer = undefined;
    this.#timerAt = Infinity;
    const expired = this.#expired(performance.now());
    if (expired === undefined) this.#arm();
    else this.#onExpired(expired);
  }

  #next(): number {
    return Math.min(this.#totalAt, this.#headersAt, this.#h2HeadersAt, this.#idleAt());
  }

  #idleAt(): number {
    return this.#watchingSilence ? this.#lastActivity + this.#idle : Infinity;
  }

  #expired(now: number): CallClockName | undefined {
    if (now >= this.#h2HeadersAt) return 'h2Headers';
    if (now >= this.#headersAt) return 'headers';
    if (now >= this.#idleAt()) return 'idle';
    return now >= this.#totalAt ? 'total' : undefined;
  }
}

function deadline(milliseconds: number): number {
  return milliseconds === 0 ? Infinity : performance.now() + milliseconds;
}
