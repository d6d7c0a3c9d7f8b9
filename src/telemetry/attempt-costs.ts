import type { AttemptRecord } from '../domain/attempt.ts';
import type { ExchangeRecord } from '../domain/exchange.ts';
import { Lru } from '../lib/lru.ts';
import { costOfAttempt, type Cost } from '../pricing/cost.ts';
import type { FoundPrice, PriceQuery } from '../pricing/price-book.ts';

/** What each try of an exchange cost, in order. */
export type CostsOfExchange = (
  record: Pick<ExchangeRecord, 'attempts' | 'kind'>,
) => Promise<readonly Cost[]> | readonly Cost[];

const REMEMBERED = 200;
const HOUR_MS = 3_600_000;

interface Remembered {
  readonly promise: Promise<FoundPrice | undefined>;
  /** Set once it is there, so that nobody has to wait for it again. */
  settled: { readonly price: FoundPrice | undefined } | undefined;
}

/**
 * Prices exchanges as they end. The price list is half a megabyte and lives with the ledger: each model is asked for
 * once an hour, and answers are had at once from then on.
 * @param find may reject when the ledger is out of order; the cost is unknown then, and asked for again
 * @param settings the configured prices of this moment: when they are others, nothing that is remembered holds
 */
export function createAttemptCosts(
  find: (query: PriceQuery) => Promise<FoundPrice | undefined>,
  settings: () => unknown,
): CostsOfExchange {
  let prices = new Lru<string, Remembered>(REMEMBERED);
  let pricesOf = settings();
  const priceOf = (attempt: AttemptRecord): Remembered => {
    const { provider, origin, servedModel, sentModel, requestedModel, startedAt: at } = attempt;
    const hour = Math.floor(at / HOUR_MS);
    const key = `${hour} ${provider} ${servedModel ?? ''} ${sentModel ?? ''} ${requestedModel ?? ''}`;
    const known = prices.get(key);
    if (known !== undefined) return known;
    const named = [servedModel, sentModel, requestedModel].filter((name) => name !== undefined);
    const promise = find({ provider, origin, models: [...new Set(named)], at }).catch(() => {
      prices.delete(key);
      return undefined;
    });
    const remembered: Remembered = { promise, settled: undefined };
    void promise.then((price) => (remembered.settled = { price }));
    prices.set(key, remembered);
    return remembered;
  };
  return ({ attempts, kind }) => {
    const now = settings();
    if (now !== pricesOf) {
      prices = new Lru(REMEMBERED);
      pricesOf = now;
    }
    const found = attempts.map(priceOf);
    if (found.every(({ settled }) => settled !== undefined))
      return attempts.map((attempt, index) =>
        costOfAttempt(attempt, kind.operation, found[index]?.settled?.price),
      );
    return Promise.all(found.map(({ promise }) => promise)).then((list) =>
      attempts.map((attempt, index) => costOfAttempt(attempt, kind.operation, list[index])),
    );
  };
}
