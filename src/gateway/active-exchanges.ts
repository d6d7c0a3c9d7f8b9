/** What the shutdown needs of a running exchange. */
export interface RunningExchange {
  /** Ends it with an error in the client's dialect; the terminal record is still written. */
  cutOff(): void;
}

/** The exchanges in flight: counted for limits and status, waited for and finally cut off at shutdown. */
export class ActiveExchanges {
  readonly #running = new Set<RunningExchange>();
  #onIdle: (() => void) | undefined;

  get size(): number {
    return this.#running.size;
  }

  add(exchange: RunningExchange): void {
    this.#running.add(exchange);
  }

  remove(exchange: RunningExchange): void {
    this.#running.delete(exchange);
    if (this.#running.size === 0) this.#onIdle?.();
  }

  /** Resolves when none is left; after `deadlineMs` the rest is cut off first, with 0 never. */
  async drain(deadlineMs: number): Promise<void> {
    if (this.#running.size === 0) return;
    const idle = new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
    const timer = deadlineMs === 0 ? undefined : setTimeout(() => this.cutOffAll(), deadlineMs);
    await idle;
    clearTimeout(timer);
  }

  cutOffAll(): void {
    for (const exchange of this.#running) exchange.cutOff();
  }
}
