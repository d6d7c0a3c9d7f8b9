import { Lru } from '../lib/lru.ts';
import type { Target } from '../domain/target.ts';
import type { Task } from '../domain/task.ts';

/** How long providers keep a prompt cache without use. Source: Anthropic's documentation; others keep it shorter. */
const CACHE_WARM_MS = 300_000;
/** Sessions remembered at once. */
const MOST_SESSIONS = 10_000;

interface Session {
  task: Task | undefined;
  /** By route. */
  readonly served: Map<string, { readonly target: Target; readonly at: number }>;
}

/** Where each session went last, so that it neither flaps between tasks nor loses its prompt cache for nothing. */
export class SessionMemory {
  readonly #sessions = new Lru<string, Session>(MOST_SESSIONS);

  previousTask(session: string): Task | undefined {
    return this.#sessions.get(session)?.task;
  }

  /** @param now monotonic, milliseconds */
  warmTarget(session: string, route: string, now: number): Target | undefined {
    const served = this.#sessions.get(session)?.served.get(route);
    return served !== undefined && now - served.at < CACHE_WARM_MS ? served.target : undefined;
  }

  noteTask(session: string, task: Task | undefined): void {
    const known = this.#sessions.get(session);
    if (known !== undefined) known.task = task;
    else if (task !== undefined) this.#sessions.set(session, { task, served: new Map() });
  }

  noteServed(session: string, route: string, served: { readonly target: Target; readonly at: number }): void {
    const known = this.#sessions.get(session) ?? { task: undefined, served: new Map() };
    known.served.set(route, served);
    this.#sessions.set(session, known);
  }
}
