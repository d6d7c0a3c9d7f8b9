import type { ConfigSnapshot } from '../../config/snapshot.ts';
import { dollarNumber } from '../../domain/money.ts';
import type { Target } from '../../domain/target.ts';
import type { PriceBook } from '../../pricing/price-book.ts';
import { lazyPriceBook } from '../../store/fold/lazy-prices.ts';

/** What is asked of a price. */
export interface PriceQuestion {
  readonly target: Target;
  /** What the client asked for, for targets that keep the name. */
  readonly requestedModel: string | undefined;
  readonly promptTokens: number;
  /** How many of them are read from a cache. */
  readonly cachedTokens: number;
  /** Wall clock, milliseconds: some prices depend on the hour. */
  readonly now: number;
}

/** List price of a prompt at a target, in dollars; `undefined` when no source knows one. */
export function targetPrice(snapshot: ConfigSnapshot, question: PriceQuestion): number | undefined {
  const { target, requestedModel, promptTokens, cachedTokens, now } = question;
  const provider = snapshot.providers.get(target.provider);
  const model = target.model ?? requestedModel;
  if (provider === undefined || model === undefined) return undefined;
  const { name, origin } = provider;
  const found = bookOf(snapshot).find({ provider: name, origin, models: [model], at: now });
  if (found === undefined) return undefined;
  const { base, tiers } = found.prices;
  const { input, cacheRead } = tiers.findLast(({ above }) => promptTokens > above)?.prices ?? base;
  return dollarNumber(input * BigInt(promptTokens - cachedTokens) + cacheRead * BigInt(cachedTokens));
}

/** What a prompt token costs more that no cache held, in dollars; `undefined` when no source knows a price. */
export function cachePremium(
  snapshot: ConfigSnapshot,
  { provider: name, model, now }: { readonly provider: string; readonly model: string; readonly now: number },
): number | undefined {
  const provider = snapshot.providers.get(name);
  if (provider === undefined) return undefined;
  const found = bookOf(snapshot).find({ provider: name, origin: provider.origin, models: [model], at: now });
  return found && dollarNumber(found.prices.base.input - found.prices.base.cacheRead);
}

/** Whether some route picks by price. */
export function picksByPrice({ routes }: ConfigSnapshot): boolean {
  return [...routes.picks.values()].some(({ kind }) => kind === 'cheapest');
}

/** Reads the price list, a megabyte of code, before the first request waits for it. */
export function loadPrices(snapshot: ConfigSnapshot): void {
  const question = { provider: 'none', origin: 'none:', models: ['none'], at: 0 };
  bookOf(snapshot).find(question);
}

/** Prices are a setting: each configuration has its own book. */
const books = new WeakMap<ConfigSnapshot, PriceBook>();

function bookOf(snapshot: ConfigSnapshot): PriceBook {
  const known = books.get(snapshot);
  if (known !== undefined) return known;
  const book = lazyPriceBook(snapshot.accounting.prices);
  books.set(snapshot, book);
  return book;
}
