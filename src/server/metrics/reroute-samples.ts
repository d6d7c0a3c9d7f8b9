import type { ConfigSnapshot } from '../../config/snapshot.ts';
import { cachePremium } from '../../gateway/decide/target-price.ts';
import type { Samples } from '../../telemetry/metrics/samples.ts';
import type { Tally } from '../../telemetry/metrics/tally.ts';

/** What the tokens that reroutes lost cost more than a cache would have. Priced when somebody scrapes, and not before. */
export function rerouteSamples(
  lost: Tally,
  snapshot: ConfigSnapshot,
  now: number,
): Pick<Samples, 'rerouteDollars'> {
  const samples = Array.from(lost.entries(), ([[from = '', to = '', model = ''], tokens]) => {
    const premium = cachePremium(snapshot, { provider: to, model, now });
    return premium === undefined ? [] : [[{ from, to, model }, premium * tokens] as const];
  });
  return { rerouteDollars: samples.flat() };
}
