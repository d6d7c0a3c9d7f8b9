import type { ConfigSnapshot } from '../config/snapshot.ts';
import { loadHttp2 } from '../transport/upstream-pool.ts';
import { loadPrices, picksByPrice } from './decide/target-price.ts';
import { expectsTranslation, loadTranslation } from './translate/lazy-translation.ts';

/** Loads what the requests of this configuration will need and a start does not, so that the first one need not wait. */
export function loadAhead(snapshot: ConfigSnapshot): void {
  if (expectsTranslation(snapshot)) loadTranslation();
  if (picksByPrice(snapshot)) loadPrices(snapshot);
  if ([...snapshot.providers.values()].some(({ http }) => http !== '1.1')) loadHttp2();
}
