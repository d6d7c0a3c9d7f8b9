import type {
  DroppedEvent,
  EventSink,
  GatewayEvent,
  GatewayEventType,
  LiveEvent,
} from '../../contract/events.ts';
import type { Clock } from '../../lib/clock.ts';
import { EventRing } from './event-ring.ts';
import { StampedEvent } from './stamped-event.ts';
import { Subscription } from './subscription.ts';

/** How many events are kept for those who come back. */
const KEPT_EVENTS = 1_000;

/** For how long events are kept after the last subscriber has gone: a page that reloads misses nothing. */
const KEPT_MS = 60_000;

export interface SubscribeInput {
  /** Only these; without it, all. */
  readonly types?: ReadonlySet<GatewayEventType> | undefined;
  /** Id of the last event that the subscriber has; without it, only what comes from now on. */
  readonly after?: string | undefined;
}

/**
 * Passes events from whoever publishes to whoever listens. While nobody does, publishing is one check, nothing is
 * kept and nothing is numbered.
 */
export class EventHub implements EventSink {
  readonly #clock: Clock;
  /** Tells this run's ids from those of any other. */
  readonly #run: string;
  readonly #ring = new EventRing(KEPT_EVENTS);
  readonly #subscriptions = new Set<Subscription>();
  #sequence = 0;
  /** Nothing before this place was kept. */
  #keptFrom = 0;
  #listening = false;
  /** Monotonic; when to stop, unless somebody subscribes before. */
  #idleFrom = 0;
  #closed = false;

  constructor({ clock, run }: { readonly clock: Clock; readonly run: string }) {
    this.#clock = clock;
    this.#run = run;
  }

  get listening(): boolean {
    return this.#listening;
  }

  /** How many listen at this moment. */
  get readers(): number {
    return this.#subscriptions.size;
  }

  publish(event: GatewayEvent): void {
    if (!this.#listening || this.#hasGoneIdle()) return;
    const stamped = this.#stamp(event, ++this.#sequence);
    this.#ring.add(stamped);
    for (const subscription of this.#subscriptions) subscription.offer(stamped);
  }

  subscribe({ types, after }: SubscribeInput = {}): Subscription {
    this.#begin();
    const subscription = new Subscription({
      types,
      dropped: (event, sequence) => this.#stamp(event, sequence),
      onClosed: (closed) => this.#remove(closed),
    });
    if (after !== undefined) this.#resume(subscription, after, types);
    this.#subscriptions.add(subscription);
    if (this.#closed) subscription.close();
    return subscription;
  }

  /** Ends every subscription, now and later: the gateway stops. */
  close(): void {
    this.#closed = true;
    for (const subscription of this.#subscriptions) subscription.close();
  }

  #begin(): void {
    if (this.#listening && !this.#hasGoneIdle()) return;
    this.#listening = true;
    // What happened in between was not numbered, so that a place from before must not look up to date.
    this.#keptFrom = ++this.#sequence;
  }

  #hasGoneIdle(): boolean {
    if (this.#subscriptions.size > 0 || this.#clock.monotonic() < this.#idleFrom) return false;
    this.#listening = false;
    this.#ring.clear();
    return true;
  }

  #remove(subscription: Subscription): void {
    this.#subscriptions.delete(subscription);
    this.#idleFrom = this.#clock.monotonic() + KEPT_MS;
  }

  #resume(subscription: Subscription, after: string, types: SubscribeInput['types']): void {
    const place = this.#placeOf(after);
    const missed = this.#ring.after(place ?? 0);
    const first = missed[0]?.sequence ?? this.#sequence + 1;
    if (place === undefined) subscription.offer(this.#loss({ count: null, reason: 'restarted' }, first));
    else if (place < this.#keptFrom)
      subscription.offer(this.#loss({ count: null, reason: 'too_old' }, first));
    else if (place + 1 < first) {
      // Of what is gone nobody knows how much was of the types that are wanted.
      const count = types === undefined ? first - place - 1 : null;
      subscription.offer(this.#loss({ count, reason: 'too_old' }, first));
    }
    for (const stamped of missed) subscription.offer(stamped);
  }

  #loss(loss: Omit<DroppedEvent, 'type'>, before: number): StampedEvent {
    return this.#stamp({ type: 'dropped', ...loss }, before - 1);
  }

  /** @returns `undefined` for an id that is not of this run */
  #placeOf(id: string): number | undefined {
    const text = id.startsWith(`${this.#run}-`) ? id.slice(this.#run.length + 1) : '';
    const place = /^\d{1,15}$/.test(text) ? Number(text) : undefined;
    return place !== undefined && place <= this.#sequence ? place : undefined;
  }

  #stamp(event: GatewayEvent | DroppedEvent, sequence: number): StampedEvent {
    const live: LiveEvent = { id: `${this.#run}-${sequence}`, at: this.#clock.now(), ...event };
    return new StampedEvent(sequence, live);
  }
}
