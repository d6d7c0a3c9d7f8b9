import type { LimitField } from '../../domain/target-quirks.ts';
import { Lru } from '../../lib/lru.ts';
import type { ConfigSnapshot } from '../../config/snapshot.ts';
import { providersOf } from '../../config/build/snapshots-of.ts';
import { Limiter } from '../../guard/limits/limiter.ts';
import { KeyUsage } from '../../guard/key-limits.ts';
import { QuotaMemory } from '../../guard/quota-memory.ts';
import { RetryBudget } from '../../guard/retry-budget.ts';
import { TargetRegistry, type RegistryChange } from '../../guard/target-registry.ts';
import { SessionMemory } from '../../routing/session-memory.ts';
import { TokenScale } from '../../tasks/token-scale.ts';

/** What the gateway remembers from one exchange to the next, to decide better about the others. */
export interface Traffic {
  readonly targets: TargetRegistry;
  readonly budget: RetryBudget;
  readonly quota: QuotaMemory;
  readonly sessions: SessionMemory;
  readonly scale: TokenScale;
  /** By the provider's place; those without limits are not there. */
  readonly limiters: Map<string, Limiter>;
  /** Requests under way, by provider and model; kept only while a route picks the least busy. */
  readonly load: Map<string, number>;
  /** How often the keys of a provider have taken turns. */
  readonly turns: Map<string, number>;
  /** Under which name a target takes the output limit, where it refused the other. */
  readonly limitFields: Lru<string, LimitField>;
  /** Providers that are not to be asked for now, by hand. */
  readonly paused: Set<string>;
  /** What client keys with limits have used. */
  readonly keys: KeyUsage;
}

const MOST_LIMIT_FIELDS = 1_000;

export interface TrafficInput {
  readonly snapshot: ConfigSnapshot;
  /** 0 to 1. */
  readonly random: () => number;
  /** Called when a target is left alone or asked again; must not throw. */
  readonly onTargetChange: (change: RegistryChange) => void;
  /** Called when a client key with limits has used tokens; must not throw. */
  readonly onKeyUse: () => void;
}

export function createTraffic({ snapshot, random, onTargetChange, onKeyUse }: TrafficInput): Traffic {
  const { guard } = snapshot;
  const limiters = new Map<string, Limiter>();
  for (const [place, { limits }] of providersOf(snapshot))
    if (limits !== undefined) limiters.set(place, new Limiter(limits));
  return {
    targets: new TargetRegistry(guard.breakers, random, onTargetChange),
    budget: new RetryBudget(guard.retry.budget),
    quota: new QuotaMemory(),
    sessions: new SessionMemory(),
    scale: new TokenScale(),
    limiters,
    load: new Map(),
    turns: new Map(),
    limitFields: new Lru(MOST_LIMIT_FIELDS),
    paused: new Set(),
    keys: new KeyUsage(onKeyUse),
  };
}
