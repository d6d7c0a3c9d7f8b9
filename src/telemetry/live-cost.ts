import type { ExchangeRecord } from '../domain/exchange.ts';
import { dollarNumber } from '../domain/money.ts';
import type { FoundPrice, PriceQuery } from '../pricing/price-book.ts';
import { createAttemptCosts } from './attempt-costs.ts';

/** Dollars at list price of an exchange, all tries together; `undefined` when any is unknown. */
export type CostOfExchange = (record: ExchangeRecord) => Promise<number | undefined>;

/**
 * Prices exchanges for the live line, which waits for it.
 * @param find may reject when the ledger is out of order; the cost is unknown then
 * @param settings the configured prices of this moment
 */
export function createLiveCost(
  find: (query: PriceQuery) => Promise<FoundPrice | undefined>,
  settings: () => unknown,
): CostOfExchange {
  const costsOf = createAttemptCosts(find, settings);
  return async (record) => {
    let sum = 0n;
    for (const { list } of await costsOf(record)) {
      if (list === undefined) return undefined;
      sum += list;
    }
    return record.attempts.length === 0 ? undefined : dollarNumber(sum);
  };
}
