import { providersOf } from '../../config/build/snapshots-of.ts';
import type { Provider, ProviderAuth } from '../../domain/provider.ts';
import { Limiter, type LimiterSettings } from '../../guard/limits/limiter.ts';
import type { Secret } from '../../lib/secret.ts';
import type { Traffic } from '../memory/traffic.ts';
import type { SnapshotChange } from './current-configuration.ts';

/**
 * Takes a new configuration over into what the gateway remembers of its traffic. What was learnt of a target stays
 * unless it is another target now.
 * @param now monotonic, milliseconds
 */
export function followSnapshot(traffic: Traffic, { before, after }: SnapshotChange, now: number): void {
  traffic.targets.use(after.guard.breakers);
  traffic.budget.use(after.guard.retry.budget);
  const providers = providersOf(after);
  followLimits(traffic.limiters, providers);
  const replaced = replacedProviders(providersOf(before), providers);
  if (replaced.size > 0)
    traffic.targets.reset(({ provider, origin }) => replaced.has(`${provider} ${origin}`), now);
  const names = new Set([...providers.values()].map(({ name }) => name));
  for (const name of traffic.paused) if (!names.has(name)) traffic.paused.delete(name);
}

/** Lets everybody in; for those who still wait when a limit is taken away. */
const UNLIMITED: LimiterSettings = {
  concurrent: Infinity,
  perKey: Infinity,
  perClient: Infinity,
  queue: Infinity,
};

function followLimits(limiters: Map<string, Limiter>, providers: ReadonlyMap<string, Provider>): void {
  for (const [place, { limits }] of providers) {
    if (limits === undefined) continue;
    const limiter = limiters.get(place);
    if (limiter === undefined) limiters.set(place, new Limiter(limits));
    else limiter.use(limits);
  }
  for (const [place, limiter] of limiters) {
    if (providers.get(place)?.limits !== undefined) continue;
    limiters.delete(place);
    limiter.use(UNLIMITED);
  }
}

/** Places where there is now nothing, or something that earlier failures say nothing about. */
function replacedProviders(
  before: ReadonlyMap<string, Provider>,
  after: ReadonlyMap<string, Provider>,
): ReadonlySet<string> {
  const replaced = new Set<string>();
  for (const [place, provider] of before) {
    const next = after.get(place);
    if (next === undefined || !isSameUpstream(provider, next)) replaced.add(place);
  }
  return replaced;
}

function isSameUpstream(one: Provider, other: Provider): boolean {
  return (
    one.origin === other.origin &&
    one.basePath === other.basePath &&
    one.http === other.http &&
    one.connectTo?.host === other.connectTo?.host &&
    one.connectTo?.port === other.connectTo?.port &&
    one.outboundProxy?.origin === other.outboundProxy?.origin &&
    one.certificateAuthorities === other.certificateAuthorities &&
    isSameAuth(one.auth, other.auth)
  );
}

function isSameAuth(one: ProviderAuth, other: ProviderAuth): boolean {
  if (one.kind !== 'secret' || other.kind !== 'secret') return one.kind === other.kind;
  const isSameHeader = one.header === other.header && one.scheme === other.scheme;
  return isSameHeader && areSameKeys(secretsOf(one), secretsOf(other));
}

function secretsOf({ secret, ring }: Extract<ProviderAuth, { kind: 'secret' }>): readonly Secret[] {
  return ring?.secrets ?? [secret];
}

function areSameKeys(some: readonly Secret[], others: readonly Secret[]): boolean {
  return some.length === others.length && some.every((key, index) => others[index]?.equals(key) === true);
}
