import type { Accounts, Guest } from './guest.ts';

/** One request in the line. */
export interface Waiting {
  readonly guest: Guest;
  readonly accounts: Accounts;
  readonly enter: (account: string) => void;
}

/** The clients of one owner, each with its requests; the one whose turn is next first. */
type Clients = Map<string, Set<Waiting>>;

/** Requests that wait, by owner and client. Whoever was served goes to the back: the client among its owner's, the owner among all. */
export class FairLine {
  readonly #owners = new Map<string, Clients>();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(waiting: Waiting): void {
    const { owner, client } = waiting.guest;
    const clients = this.#owners.get(owner) ?? new Map<string, Set<Waiting>>();
    this.#owners.set(owner, clients);
    clients.set(client, (clients.get(client) ?? new Set()).add(waiting));
    this.#length += 1;
  }

  /** The first in order of turns that may enter. */
  first(mayEnter: (waiting: Waiting) => boolean): Waiting | undefined {
    for (const clients of this.#owners.values())
      for (const requests of clients.values())
        for (const waiting of requests) if (mayEnter(waiting)) return waiting;
    return undefined;
  }

  /** Takes one out of the line whose turn it was. */
  serve(waiting: Waiting): void {
    const { owner, client } = waiting.guest;
    this.remove(waiting);
    const clients = this.#owners.get(owner);
    if (clients === undefined) return;
    toBack(clients, client);
    toBack(this.#owners, owner);
  }

  /** @returns whether it was still in the line */
  remove(waiting: Waiting): boolean {
    const { owner, client } = waiting.guest;
    const clients = this.#owners.get(owner);
    const requests = clients?.get(client);
    if (clients === undefined || requests?.delete(waiting) !== true) return false;
    this.#length -= 1;
    if (requests.size === 0) clients.delete(client);
    if (clients.size === 0) this.#owners.delete(owner);
    return true;
  }
}

function toBack<Value>(line: Map<string, Value>, key: string): void {
  const value = line.get(key);
  if (value === undefined) return;
  line.delete(key);
  line.set(key, value);
}
