/** What the shutdown needs of a running exchange. */
export interface RunningExchange {
  /** Ends it with an error in the client's dialect; the terminal record is still written. */
  cutOff(): void;
}

/** An exchange that is counted, and where in the list it stands. */
export interface Place {
  readonly exchange: RunningExchange;
  index: number;
}

/** The exchanges in flight: counted for limits and status, waited for and finally cut off at shutdown. */
export class ActiveExchanges {
  /**
   * A list and no `Set`: one that loses and gains members is copied again and again, and each copy leads to the next.
   * Once one is among the old objects, short collections take all that follow for living, with the exchanges that stood
   * in them and all that these hold.
   */
  readonly #running: Place[] = [];
  #onIdle: (() => void) | undefined;

  get size(): number {
    return this.#running.length;
  }

  add(exchange: RunningExchange): Place {
    const place = { exchange, index: this.#running.length };
    this.#running.push(place);
    return place;
  }

  /** @param place what `add` gave; once */
  remove({ index }: Place): void {
    const last = this.#running.pop();
    if (last !== undefined && index < this.#running.length) {
      this.#running[index] = last;
      last.index = index;
    }
    if (this.#running.length === 0) this.#onIdle?.();
  }

  /** Resolves when none is left; after `deadlineMs` the rest is cut off first, with 0 never. */
  async drain(deadlineMs: number): Promise<void> {
    if (this.#running.length === 0) return;
    const idle = new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
    const timer = deadlineMs === 0 ? undefined : setTimeout(() => this.cutOffAll(), deadlineMs);
    await idle;
    clearTimeout(timer);
  }

  cutOffAll(): void {
    const all = this.#running.slice(); // Whoever is cut off may leave at once.
    for (const { exchange } of all) exchange.cutOff();
  }
}
