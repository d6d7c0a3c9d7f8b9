import type { DroppedEvent, GatewayEventType } from '../../contract/events.ts';
import type { StampedEvent } from './stamped-event.ts';

/** A subscriber that is further behind loses events; each is some hundred bytes. More than are kept for who resumes. */
const MOST_WAITING = 2_000;

export interface SubscriptionInput {
  /** Only these; without it, all. */
  readonly types: ReadonlySet<GatewayEventType> | undefined;
  /** Makes the event that tells of a loss. */
  readonly dropped: (event: DroppedEvent, sequence: number) => StampedEvent;
  readonly onClosed: (subscription: Subscription) => void;
}

/**
 * One reader of events with a queue of its own. The publisher never waits for it: when the queue is full, events are
 * lost until the reader has caught up, and then it is told how many.
 */
export class Subscription {
  readonly #input: SubscriptionInput;
  #queue: StampedEvent[] = [];
  #lost = 0;
  #lastLost = 0;
  #wake: (() => void) | undefined;
  #closed = false;

  constructor(input: SubscriptionInput) {
    this.#input = input;
  }

  offer(stamped: StampedEvent): void {
    const { type } = stamped.event;
    if (type !== 'dropped' && this.#input.types?.has(type) === false) return;
    if (this.#lost > 0 || this.#queue.length >= MOST_WAITING) {
      this.#lost += 1;
      this.#lastLost = stamped.sequence;
      return;
    }
    this.#queue.push(stamped);
    this.#wake?.();
  }

  /**
   * Takes what waits, oldest first; resolves when there is something, or with nothing when it is woken.
   * `undefined` once it is closed and empty.
   */
  async next(): Promise<readonly StampedEvent[] | undefined> {
    if (this.#queue.length === 0 && !this.#closed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    const taken = this.#queue;
    this.#queue = [];
    if (taken.length === 0) return this.#closed ? undefined : taken;
    if (this.#lost === 0) return taken;
    const loss = { type: 'dropped', count: this.#lost, reason: 'slow' } as const;
    this.#lost = 0;
    return [...taken, this.#input.dropped(loss, this.#lastLost)];
  }

  /** Lets a reader that waits go on without an event. */
  wake(): void {
    this.#wake?.();
  }

  /** Ends it: what waits can still be taken. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#input.onClosed(this);
    this.#wake?.();
  }
}
