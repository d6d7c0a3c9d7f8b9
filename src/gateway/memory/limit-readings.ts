import { providersOf } from '../../config/build/snapshots-of.ts';
import type { Provider } from '../../domain/provider.ts';
import { ownerOf } from '../prepare/account.ts';
import { keysOf } from '../prepare/key-ring.ts';
import type { Gateway } from '../gateway.ts';

/** How full the limits of one provider are. */
export interface LimitReading {
  readonly provider: string;
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
  const providers = providersOf(snapshot());
  return [...traffic.limiters].flatMap(([name, limiter]) => {
    const provider = providers.get(name);
    if (provider?.limits === undefined) return [];
    const { concurrent, perKey } = provider.limits;
    const busy = new Map([...ownAccounts(provider), ...limiter.busyByAccount]);
    return {
      provider: name,
      concurrent: finiteOrNull(concurrent),
      perKey: finiteOrNull(perKey),
      busy: limiter.busy,
      waiting: limiter.waiting,
      accounts: [...busy].map(([account, count]) => ({ account, busy: count })),
    };
  });
}

function ownAccounts(provider: Provider): [string, number][] {
  return provider.auth.kind === 'caller' ? [] : keysOf(provider).map((key) => [ownerOf(key), 0]);
}

function finiteOrNull(limit: number): number | null {
  return limit === Infinity ? null : limit;
}
