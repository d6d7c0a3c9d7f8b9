import { FairLine, type Waiting } from './fair-line.ts';
import type { Accounts, Guest } from './guest.ts';

/** A place in the queue. Exactly one of its callbacks is called, once, unless it is given up first. */
export interface Ticket {
  /** Leaves the queue. */
  giveUp(): void;
}

export interface LimiterSettings {
  readonly concurrent: number;
  /** Of these, at most so many charged to one account. */
  readonly perKey: number;
  readonly perClient: number;
  readonly queue: number;
}

/**
 * Room for so many requests at once, in all and by account. Who finds none waits in a bounded queue that serves owners in
 * turn, and of each its clients in turn, not requests: one client with a hundred requests does not make another with one
 * request wait for all of them, and no owner gets more by opening more sessions.
 */
export class Limiter {
  #settings: LimiterSettings;
  readonly #running = new Map<string, number>();
  readonly #byAccount = new Map<string, number>();
  readonly #line = new FairLine();
  #busy = 0;

  constructor(settings: LimiterSettings) {
    this.#settings = settings;
  }

  /** New limits. Who has room keeps it; who waits gets what there is more of now. */
  use(settings: LimiterSettings): void {
    this.#settings = settings;
    this.#admitAll();
  }

  get busy(): number {
    return this.#busy;
  }

  get waiting(): number {
    return this.#line.length;
  }

  /** How many requests each account has, where it has any. */
  get busyByAccount(): ReadonlyMap<string, number> {
    return this.#byAccount;
  }

  /** Whether the account itself has room; the provider as a whole may have none. */
  hasRoomFor(account: string): boolean {
    return (this.#byAccount.get(account) ?? 0) < this.#settings.perKey;
  }

  /**
   * Takes room if there is some now and nobody waits for it. Give it back with {@link leave}.
   * @returns the account it was taken of
   */
  tryEnter(guest: Guest, accounts: Accounts): string | undefined {
    if (this.waiting > 0 && this.#next() !== undefined) return undefined;
    const account = this.#roomOf(guest, accounts);
    if (account !== undefined) this.#take(guest, account);
    return account;
  }

  /**
   * Waits for room.
   * @param enter called when there is room, which is then taken of this account
   * @returns `undefined` when the queue is full
   */
  queue(guest: Guest, accounts: Accounts, enter: (account: string) => void): Ticket | undefined {
    if (this.waiting >= this.#settings.queue) return undefined;
    const waiting = { guest, accounts, enter };
    this.#line.add(waiting);
    return { giveUp: () => this.#giveUp(waiting) };
  }

  leave(guest: Guest, account: string): void {
    this.#busy -= 1;
    lower(this.#running, placeOf(guest));
    lower(this.#byAccount, account);
    this.#admitAll();
  }

  /** Others may have waited only because this one was to be served before them. */
  #giveUp(waiting: Waiting): void {
    if (this.#line.remove(waiting)) this.#admitAll();
  }

  #roomOf(guest: Guest, accounts: Accounts): string | undefined {
    const { concurrent, perClient } = this.#settings;
    if (this.#busy >= concurrent) return undefined;
    if ((this.#running.get(placeOf(guest)) ?? 0) >= perClient) return undefined;
    return accounts.find((account) => this.hasRoomFor(account));
  }

  #take(guest: Guest, account: string): void {
    this.#busy += 1;
    raise(this.#running, placeOf(guest));
    raise(this.#byAccount, account);
  }

  #next(): Waiting | undefined {
    if (this.#busy >= this.#settings.concurrent) return undefined;
    return this.#line.first(({ guest, accounts }) => this.#roomOf(guest, accounts) !== undefined);
  }

  /** One that leaves may make room for two: its account for one, its client's share for another. */
  #admitAll(): void {
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      const { guest, accounts, enter } = next;
      const account = this.#roomOf(guest, accounts);
      if (account === undefined) return;
      this.#line.serve(next);
      this.#take(guest, account);
      enter(account);
    }
  }
}

function placeOf({ owner, client }: Guest): string {
  return `${owner}\n${client}`;
}

function raise(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function lower(counts: Map<string, number>, key: string): void {
  const left = (counts.get(key) ?? 1) - 1;
  if (left > 0) counts.set(key, left);
  else counts.delete(key);
}
