import type { ModelPrice, PriceCalculation, calcPrice } from '@pydantic/genai-prices';
import type { Catalogue, PriceQuery } from './price-book.ts';
import { ANTHROPIC_RATIOS, PLAIN_RATIOS, completePrices } from './prices.ts';
import type { ModelPrices, PriceSetting } from './prices.ts';

/** Providers whose usual name here differs from the catalogue's. */
const CATALOGUE_NAMES: Readonly<Record<string, string>> = { gemini: 'google', grok: 'x-ai', xai: 'x-ai' };

/**
 * Makes the catalogue of `@pydantic/genai-prices` answer in our terms. Only its price list is used; the arithmetic,
 * which there is in doubles, is ours.
 * @param lookUp the package's `calcPrice`; whoever does I/O loads the package (800 KB) when it is first needed
 */
export function genaiCatalogue(lookUp: typeof calcPrice): Catalogue {
  return (query) => {
    for (const model of query.models) {
      const entry = findEntry(lookUp, query, model);
      const prices = entry === undefined ? undefined : pricesOf(entry);
      if (prices !== undefined) return prices;
    }
    return undefined;
  };
}

/** By the provider's name, else by its address: a model at an unknown address has no list price. */
function findEntry(lookUp: typeof calcPrice, query: PriceQuery, model: string): PriceCalculation | undefined {
  const timestamp = new Date(query.at);
  const providerId = CATALOGUE_NAMES[query.provider] ?? query.provider;
  return (
    lookUp({}, model, { providerId, timestamp }) ??
    lookUp({}, model, { providerApiUrl: query.origin, timestamp }) ??
    undefined
  );
}

function pricesOf({ model_price: price, provider, model }: PriceCalculation): ModelPrices | undefined {
  const base = settingAt(price, 0);
  if (base === undefined) return undefined;
  const starts = tierStarts(price);
  const tiers = starts.flatMap((above) => {
    const setting = settingAt(price, above + 1);
    return setting === undefined ? [] : [{ ...setting, above }];
  });
  const serverToolCalls = rateAt(price, 'web_searches_kcount', 0);
  const isClaude = provider.id === 'anthropic' || model.id.includes('claude');
  return completePrices({ ...base, tiers, serverToolCalls }, isClaude ? ANTHROPIC_RATIOS : PLAIN_RATIOS);
}

function settingAt(price: ModelPrice, prompt: number): PriceSetting | undefined {
  const input = rateAt(price, 'input_mtok', prompt);
  const output = rateAt(price, 'output_mtok', prompt);
  if (input === undefined || output === undefined) return undefined;
  return {
    input,
    output,
    cacheRead: rateAt(price, 'cache_read_mtok', prompt),
    cacheWrite5m: rateAt(price, 'cache_write_mtok', prompt),
    cacheWrite1h: rateAt(price, 'cache_write_1h_mtok', prompt),
    reasoning: rateAt(price, 'output_reasoning_mtok', prompt),
  };
}

function rateAt(price: ModelPrice, key: string, prompt: number): number | undefined {
  const entry = price[key];
  if (entry === undefined || typeof entry === 'number') return entry;
  return entry.tiers.findLast((tier) => prompt > tier.start)?.price ?? entry.base;
}

function tierStarts(price: ModelPrice): number[] {
  const starts = Object.values(price).flatMap((entry) =>
    entry === undefined || typeof entry === 'number' ? [] : entry.tiers.map((tier) => tier.start),
  );
  return [...new Set(starts)].sort((left, right) => left - right);
}
