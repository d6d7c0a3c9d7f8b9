import { isDeepStrictEqual } from 'node:util';
import type { ChainFollower } from '../../chain/chain-follower.ts';
import { reachedProviders } from '../../config/build/snapshots-of.ts';
import type { SnapshotChange } from '../../gateway/configuration/current-configuration.ts';
import { followSnapshot } from '../../gateway/configuration/follow-snapshot.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import type { Listeners } from '../edge/listen.ts';
import type { StoreLedger } from '../../store/ledger.ts';
import type { createTransport } from '../../transport/create-transport.ts';
import { SYSTEM_CLOCK } from './system-clock.ts';
import type { GatewayParts } from './gateway-of.ts';

/** What is made from a configuration and outlives it. */
interface ConfiguredParts extends Pick<GatewayParts, 'ledger' | 'customRouter'> {
  readonly transport: ReturnType<typeof createTransport>;
  readonly listeners: Listeners;
  readonly chain: ChainFollower;
}

/** Has everything that outlives a configuration take the next one over. */
export function followConfiguration(
  gateway: Gateway,
  { transport, ledger, customRouter, listeners, chain }: ConfiguredParts,
): void {
  gateway.onSnapshot((change) => {
    followSnapshot(gateway.traffic, change, SYSTEM_CLOCK.monotonic());
    transport.keepOnly(reachedProviders(change.after));
    listeners.use(change.after.server);
    usePrices(ledger, change);
    customRouter.follow(change.after);
    chain.follow(change.after.chain);
  });
}

/** New prices make the store's thread read its catalogue again, so it is only told of real ones. */
function usePrices(ledger: StoreLedger, { before, after }: SnapshotChange): void {
  const { prices } = after.accounting;
  if (!isDeepStrictEqual(prices, before.accounting.prices)) ledger.usePrices(prices);
}
