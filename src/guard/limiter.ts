/** A place in the queue. Exactly one of its callbacks is called, once, unless it is given up first. */
export interface Ticket {
  /** Leaves the queue. */
  giveUp(): void;
}

export interface LimiterSettings {
  readonly concurrent: number;
  readonly perClient: number;
  readonly queue: number;
}

interface Waiting {
  readonly enter: () => void;
}

/**
 * Room for so many requests at once. Who finds none waits in a bounded queue that serves clients in turn, not
 * requests: one client with a hundred requests does not make another with one request wait for all of them.
 */
export class Limiter {
  #settings: LimiterSettings;
  readonly #running = new Map<string, number>();
  /** By client, the one whose turn is next first. */
  readonly #queues = new Map<string, Set<Waiting>>();
  #busy = 0;
  #waiting = 0;

  constructor(settings: LimiterSettings) {
    this.#settings = settings;
  }

  /** New limits. Who has room keeps it; who waits gets what there is more of now. */
  use(settings: LimiterSettings): void {
    this.#settings = settings;
    while (this.#admitNext());
  }

  get busy(): number {
    return this.#busy;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** Takes room if there is some now and nobody waits for it. Give it back with {@link leave}. */
  tryEnter(client: string): boolean {
    if (this.#waiting > 0 && this.#nextClient() !== undefined) return false;
    if (!this.#hasRoom(client)) return false;
    this.#take(client);
    return true;
  }

  /**
   * Waits for room.
   * @param enter called when there is room, which is then taken
   * @returns `undefined` when the queue is full
   */
  queue(client: string, enter: () => void): Ticket | undefined {
    if (this.#waiting >= this.#settings.queue) return undefined;
    const waiting: Waiting = { enter };
    const queue = this.#queues.get(client) ?? new Set();
    this.#queues.set(client, queue.add(waiting));
    this.#waiting += 1;
    return { giveUp: () => this.#remove(client, waiting) };
  }

  leave(client: string): void {
    this.#busy -= 1;
    const left = (this.#running.get(client) ?? 1) - 1;
    if (left > 0) this.#running.set(client, left);
    else this.#running.delete(client);
    this.#admitNext();
  }

  #hasRoom(client: string): boolean {
    const { concurrent, perClient } = this.#settings;
    return this.#busy < concurrent && (this.#running.get(client) ?? 0) < perClient;
  }

  #take(client: string): void {
    this.#busy += 1;
    this.#running.set(client, (this.#running.get(client) ?? 0) + 1);
  }

  #nextClient(): string | undefined {
    for (const client of this.#queues.keys()) if (this.#hasRoom(client)) return client;
    return undefined;
  }

  /** @returns whether somebody was admitted */
  #admitNext(): boolean {
    const client = this.#nextClient();
    const queue = client === undefined ? undefined : this.#queues.get(client);
    const [next] = queue ?? [];
    if (client === undefined || queue === undefined || next === undefined) return false;
    this.#remove(client, next);
    // Whoever was served goes to the back of the line.
    if (this.#queues.delete(client)) this.#queues.set(client, queue);
    this.#take(client);
    next.enter();
    return true;
  }

  #remove(client: string, waiting: Waiting): void {
    const queue = this.#queues.get(client);
    if (queue?.delete(waiting) !== true) return;
    this.#waiting -= 1;
    if (queue.size === 0) this.#queues.delete(client);
  }
}
