import type { AttemptRecord } from '../domain/attempt.ts';
import type { Operation } from '../domain/format.ts';
import type { Money } from '../domain/money.ts';
import { promptTokens } from '../domain/usage.ts';
import type { Usage } from '../domain/usage.ts';
import type { FoundPrice } from './price-book.ts';
import type { ModelPrices, TokenPrices } from './prices.ts';

/** What an attempt cost. `undefined` is unknown and never zero. */
export interface Cost {
  /** What the tokens are worth at list price, whoever pays. */
  readonly list: Money | undefined;
  /** Dollars really spent: nothing on a subscription, else the list price. */
  readonly spent: Money | undefined;
  /** Why the figure is missing or less than sure; empty when it is exact. */
  readonly flags: readonly CostFlag[];
}

type CostFlag =
  /** No source knows a price for this model. */
  | 'price_unknown'
  /** The provider told no tokens, though it may have billed some. */
  | 'usage_unknown'
  /** The answer broke off, or a part of its usage or of its price is unknown: the true figure may be higher. */
  | 'partial'
  /** Tokens were counted here, not by the provider. */
  | 'estimated'
  /** Cached tokens were priced by a rule, as no source states their price. */
  | 'assumed_price';

/** The parts of an attempt that decide its cost. */
export type CostedAttempt = Pick<AttemptRecord, 'usage' | 'usageQuality' | 'outcome' | 'billing'>;

/** The cost of one attempt under a price, or under none. */
export function costOfAttempt(
  attempt: CostedAttempt,
  operation: Operation,
  price: FoundPrice | undefined,
): Cost {
  if (operation === 'count-tokens' || surelyUnbilled(attempt)) return { list: 0n, spent: 0n, flags: [] };
  const subscription = attempt.billing === 'subscription';
  if (isUnknown(attempt.usage)) return unknownCost(subscription, 'usage_unknown');
  if (price === undefined) return unknownCost(subscription, 'price_unknown');
  const list = costOfUsage(attempt.usage, price.prices);
  return { list, spent: subscription ? 0n : list, flags: flagsOf(attempt, price.prices) };
}

/** Tokens times prices, in whole pico-dollars. Unknown parts count nothing; the caller flags them. */
export function costOfUsage(usage: Usage, prices: ModelPrices): Money {
  const rates = ratesFor(promptTokens(usage) ?? 0, prices);
  const output = tokens(usage.output);
  const reasoning = rates.reasoning === undefined ? 0n : smaller(tokens(usage.reasoning), output);
  return (
    tokens(usage.input) * rates.input +
    tokens(usage.cacheRead) * rates.cacheRead +
    tokens(usage.cacheWrite5m) * rates.cacheWrite5m +
    tokens(usage.cacheWrite1h) * rates.cacheWrite1h +
    (output - reasoning) * rates.output +
    reasoning * (rates.reasoning ?? 0n) +
    tokens(usage.serverToolCalls) * (prices.serverToolCall ?? 0n)
  );
}

/** A long prompt moves the whole request to the tier's prices, output included. */
function ratesFor(prompt: number, prices: ModelPrices): TokenPrices {
  return prices.tiers.findLast((tier) => prompt > tier.above)?.prices ?? prices.base;
}

function surelyUnbilled({ outcome, usage }: CostedAttempt): boolean {
  if (outcome.kind === 'failed') return outcome.sent === 'not-sent';
  return outcome.kind === 'answered' && outcome.status >= 400 && isUnknown(usage);
}

function isUnknown(usage: Usage): boolean {
  return usage.output === undefined && promptTokens(usage) === undefined;
}

function unknownCost(subscription: boolean, flag: CostFlag): Cost {
  return { list: undefined, spent: subscription ? 0n : undefined, flags: [flag] };
}

function flagsOf({ usage, usageQuality }: CostedAttempt, prices: ModelPrices): CostFlag[] {
  const flags: CostFlag[] = [];
  const unpricedCalls = tokens(usage.serverToolCalls) > 0n && prices.serverToolCall === undefined;
  const missing = usage.output === undefined || promptTokens(usage) === undefined;
  if (usageQuality === 'partial' || missing || unpricedCalls) flags.push('partial');
  if (usageQuality === 'estimated') flags.push('estimated');
  if (prices.assumed.some((part) => tokens(usage[part as keyof Usage]) > 0n)) flags.push('assumed_price');
  return flags;
}

/** A count as it may come off the wire: unknown, fractional and negative counts are worth nothing more. */
function tokens(count: number | undefined): bigint {
  return count === undefined || !(count > 0) || !Number.isFinite(count) ? 0n : BigInt(Math.round(count));
}

function smaller(left: bigint, right: bigint): bigint {
  return left < right ? left : right;
}
