import type { AttemptRecord } from '../domain/attempt.ts';
import type { ExchangeRecord } from '../domain/exchange.ts';
import { dollarNumber } from '../domain/money.ts';
import { Lru } from '../lib/lru.ts';
import { costOfAttempt } from '../pricing/cost.ts';
import type { FoundPrice, PriceQuery } from '../pricing/price-book.ts';

/** Dollars at list price of an exchange, all tries together; `undefined` when any is unknown. */
export type CostOfExchange = (record: ExchangeRecord) => Promise<number | undefined>;

const REMEMBERED = 200;
const HOUR_MS = 3_600_000;

/**
 * Prices exchanges for the live line. The price list is half a megabyte and lives with the ledger: each model is
 * asked for once an hour, and the line waits for it.
 * @param find may reject when the ledger is out of order; the cost is unknown then
 */
export function createLiveCost(find: (query: PriceQuery) => Promise<FoundPrice | undefined>): CostOfExchange {
  const prices = new Lru<string, Promise<FoundPrice | undefined>>(REMEMBERED);
  const priceOf = (attempt: AttemptRecord): Promise<FoundPrice | undefined> => {
    const { provider, origin, servedModel, sentModel, requestedModel, startedAt: at } = attempt;
    const named = [servedModel, sentModel, requestedModel].filter((name) => name !== undefined);
    const models = [...new Set(named)];
    const key = JSON.stringify([provider, models, Math.floor(at / HOUR_MS)]);
    const known = prices.get(key);
    if (known !== undefined) return known;
    const found = find({ provider, origin, models, at }).catch(() => undefined);
    prices.set(key, found);
    return found;
  };
  return async ({ attempts, kind }) => {
    let sum = 0n;
    for (const attempt of attempts) {
      const { list } = costOfAttempt(attempt, kind.operation, await priceOf(attempt));
      if (list === undefined) return undefined;
      sum += list;
    }
    return attempts.length === 0 ? undefined : dollarNumber(sum);
  };
}
