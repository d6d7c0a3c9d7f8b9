import type { StampedEvent } from './stamped-event.ts';

/** The last events, for those who come back. Adding costs the same however many are kept. */
export class EventRing {
  readonly #capacity: number;
  #events: StampedEvent[] = [];
  /** Where the next one goes once the ring is full. */
  #next = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(event: StampedEvent): void {
    if (this.#events.length < this.#capacity) {
      this.#events.push(event);
      return;
    }
    this.#events[this.#next] = event;
    this.#next = (this.#next + 1) % this.#capacity;
  }

  /** What came after this place, oldest first. */
  after(sequence: number): StampedEvent[] {
    const ordered = [...this.#events.slice(this.#next), ...this.#events.slice(0, this.#next)];
    return ordered.filter((event) => event.sequence > sequence);
  }

  clear(): void {
    this.#events = [];
    this.#next = 0;
  }
}
