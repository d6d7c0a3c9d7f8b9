import { Lru } from '../lib/lru.ts';
import { formatTarget, type Target } from '../domain/target.ts';
import type { Task } from '../domain/task.ts';

/** How long providers keep a prompt cache without use. Source: Anthropic's documentation; others keep it shorter. */
const CACHE_WARM_MS = 300_000;
/** Sessions remembered at once. */
const MOST_SESSIONS = 10_000;

/** The target that served a session last, while its prompt cache may still be warm. */
export interface WarmTarget {
  readonly target: Target;
  /** Prompt tokens that stand in its cache, as it told; 0 where it did not. */
  readonly cachedTokens: number;
}

interface Served extends WarmTarget {
  /** Monotonic, milliseconds. */
  readonly at: number;
}

interface Session {
  task: Task | undefined;
  /** By route. */
  readonly served: Map<string, Served>;
  /** By the model that is asked for: where the conversation with it went last, on whatever route. */
  readonly caches: Map<string, Served>;
}

/** Models that one session is remembered to ask for; agents ask for two or three. */
const MOST_MODELS = 8;

/** Where each session went last, so that it neither flaps between tasks nor loses its prompt cache for nothing. */
export class SessionMemory {
  readonly #sessions = new Lru<string, Session>(MOST_SESSIONS);

  previousTask(session: string): Task | undefined {
    return this.#sessions.get(session)?.task;
  }

  /** @param now monotonic, milliseconds */
  warmTarget(session: string, route: string, now: number): WarmTarget | undefined {
    const served = this.#sessions.get(session)?.served.get(route);
    return served !== undefined && now - served.at < CACHE_WARM_MS ? served : undefined;
  }

  noteTask(session: string, task: Task | undefined): void {
    const known = this.#sessions.get(session);
    if (known !== undefined) known.task = task;
    else if (task !== undefined) this.#sessions.set(session, { ...emptySession(), task });
  }

  noteServed(session: string, route: string, served: Served): void {
    this.#known(session).served.set(route, served);
  }

  /**
   * Notes where a conversation's prompt is cached now.
   * @returns the target it has just left, if that may still have its prompt cached
   */
  noteCached(session: string, model: string, served: Served): WarmTarget | undefined {
    const { caches } = this.#known(session);
    const before = caches.get(model);
    if (before === undefined && caches.size >= MOST_MODELS) caches.clear();
    caches.set(model, served);
    const isLeft = before !== undefined && formatTarget(before.target) !== formatTarget(served.target);
    return isLeft && served.at - before.at < CACHE_WARM_MS ? before : undefined;
  }

  #known(session: string): Session {
    const known = this.#sessions.get(session) ?? emptySession();
    this.#sessions.set(session, known);
    return known;
  }
}

function emptySession(): Session {
  return { task: undefined, served: new Map(), caches: new Map() };
}
