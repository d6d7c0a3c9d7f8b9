/** Destinations whose HTTP/2 stalled while HTTP/1.1 worked: they stay on HTTP/1.1 for a while. */
import type { Clock } from '../lib/clock.ts';

/** Milliseconds. */
const PIN_LIFETIME = 600_000;

export class Http1Pins {
  readonly #clock: Clock;
  readonly #until = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  pin(key: string): void {
    this.#until.set(key, this.#clock.monotonic() + PIN_LIFETIME);
  }

  isPinned(key: string): boolean {
    // Nearly always empty, and asked for every request.
    if (this.#until.size === 0) return false;
    const until = this.#until.get(key);
    if (until === undefined) return false;
    if (this.#clock.monotonic() < until) return true;
    this.#until.delete(key);
    return false;
  }

  /** Milliseconds that the destination stays on HTTP/1.1, 0 when it is not pinned. */
  remaining(key: string): number {
    const until = this.#until.get(key) ?? 0;
    return this.isPinned(key) ? until - this.#clock.monotonic() : 0;
  }
}
