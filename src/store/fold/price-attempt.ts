import { costOfAttempt, type Cost } from '../../pricing/cost.ts';
import type { FoundPrice, PriceBook } from '../../pricing/price-book.ts';
import { modelNames, type EndedAttempt } from './attempt-row.ts';

export interface PricedAttempt {
  readonly cost: Cost;
  readonly price: FoundPrice | undefined;
}

/** What an attempt cost, by the price of its day. */
export function priceAttempt(ended: EndedAttempt, prices: PriceBook): PricedAttempt {
  const { attempt, context, outcome } = ended;
  const price = prices.find({
    provider: attempt.provider,
    origin: attempt.origin,
    models: modelNames(ended),
    at: attempt.startedAt,
  });
  if (outcome.kind === 'interrupted') return { cost: INTERRUPTED_COST, price };
  return { cost: costOfAttempt({ ...attempt, outcome }, context.kind.operation, price), price };
}

const INTERRUPTED_COST: Cost = { list: undefined, spent: undefined, flags: ['usage_unknown'] };
