import { providersOf } from '../../config/build/snapshots-of.ts';
import type { ConfigSnapshot } from '../../config/snapshot.ts';
import { homeOf } from '../../domain/provider-place.ts';
import type { TargetKey } from '../../guard/target-key.ts';
import type { Provider } from '../../domain/provider.ts';
import { ownerOf } from '../prepare/account.ts';
import { keysOf } from '../prepare/key-ring.ts';
import type { Gateway } from '../gateway.ts';

/** How full the limits of one provider are. */
export interface LimitReading {
  readonly provider: string;
  /** Where a profile has it; `null` at its place in the configuration in use. */
  readonly origin: string | null;
  /** `null`: not limited in all. */
  readonly concurrent: number | null;
  /** `null`: accounts are not limited. */
  readonly perKey: number | null;
  readonly busy: number;
  readonly waiting: number;
  /** The provider's own keys, used or not, and callers' credentials that are in use. */
  readonly accounts: readonly { readonly account: string; readonly busy: number }[];
}

/** Of every provider with limits. */
export function limitReadings({ traffic, snapshot }: Pick<Gateway, 'traffic' | 'snapshot'>): LimitReading[] {
  const current = snapshot();
  const providers = providersOf(current);
  return [...traffic.limiters].flatMap(([place, limiter]) => {
    const provider = providers.get(place);
    if (provider?.limits === undefined) return [];
    const { concurrent, perKey } = provider.limits;
    const busy = new Map([...ownAccounts(provider), ...limiter.busyByAccount]);
    return {
      provider: provider.name,
      origin: originElsewhere(current, { provider: provider.name, origin: homeOf(provider) }),
      concurrent: finiteOrNull(concurrent),
      perKey: finiteOrNull(perKey),
      busy: limiter.busy,
      waiting: limiter.waiting,
      accounts: [...busy].map(([account, count]) => ({ account, busy: count })),
    };
  });
}

/** The origin of a provider, where it is not that of the configuration in use: a profile's. */
export function originElsewhere(
  { providers }: ConfigSnapshot,
  { provider, origin }: Pick<TargetKey, 'provider' | 'origin'>,
): string | null {
  const inUse = providers.get(provider);
  return inUse !== undefined && homeOf(inUse) === origin ? null : origin;
}

function ownAccounts(provider: Provider): [string, number][] {
  return provider.auth.kind === 'caller' ? [] : keysOf(provider).map((key) => [ownerOf(key), 0]);
}

function finiteOrNull(limit: number): number | null {
  return limit === Infinity ? null : limit;
}
