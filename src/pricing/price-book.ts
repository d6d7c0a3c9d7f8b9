/**
 * Where the price of a model comes from: the configuration, then the environment, then the catalogue, then the two
 * lanes' defaults. Whoever asks is told which, and a version that changes whenever the numbers do.
 */
import { createHash } from 'node:crypto';
import { Lru } from '../lib/lru.ts';
import { LANE_DEFAULTS } from './lane-defaults.ts';
import { ANTHROPIC_RATIOS, PLAIN_RATIOS, ZAI_RATIOS, completePrices } from './prices.ts';
import type { CacheRatios, ModelPrices, PriceSetting } from './prices.ts';

export interface PriceBook {
  /** The price that holds for a model at a provider at a time; `undefined` when no source knows one. */
  find(query: PriceQuery): FoundPrice | undefined;
}

export interface PriceQuery {
  readonly provider: string;
  readonly origin: string;
  /** Names to try in turn: as served, as sent, as requested. */
  readonly models: readonly string[];
  /** Wall clock, milliseconds: some list prices depend on date and hour. */
  readonly at: number;
}

export interface FoundPrice {
  readonly source: PriceSource;
  /** Names source and numbers: `config:1f0c33d2`. Equal versions mean equal prices. */
  readonly version: string;
  readonly prices: ModelPrices;
}

type PriceSource = 'config' | 'environment' | 'catalogue' | 'default';

/** Plain data, so that it can cross to another thread. */
export interface PriceSettings {
  /** Keys are `provider`, `provider/model` or `provider/prefix*`; the most exact one wins. */
  readonly configured: Readonly<Record<string, PriceSetting>>;
  /** Keys are provider names. */
  readonly environment: Readonly<Record<string, PriceSetting>>;
}

export const NO_PRICE_SETTINGS: PriceSettings = Object.freeze({ configured: {}, environment: {} });

/** A maintained price list of the world's models. */
export type Catalogue = (query: PriceQuery) => ModelPrices | undefined;

const REMEMBERED = 2_000;
const HOUR = 3_600_000;

/** @param catalogue asked only when neither configuration nor environment has a price */
export function createPriceBook(settings: PriceSettings, catalogue: Catalogue | undefined): PriceBook {
  const remembered = new Lru<string, { readonly found: FoundPrice | undefined }>(REMEMBERED);
  const look = (query: PriceQuery): FoundPrice | undefined =>
    fromConfig(settings, query) ??
    fromSetting('environment', query, settings.environment[query.provider]) ??
    fromCatalogue(catalogue, query) ??
    fromSetting('default', query, LANE_DEFAULTS[query.provider]);
  return {
    find(query) {
      const hour = Math.floor(query.at / HOUR);
      const key = JSON.stringify([query.provider, query.origin, query.models, hour]);
      const known = remembered.get(key);
      if (known !== undefined) return known.found;
      const found = look(query);
      remembered.set(key, { found });
      return found;
    },
  };
}

function fromConfig({ configured }: PriceSettings, query: PriceQuery): FoundPrice | undefined {
  for (const model of query.models) {
    const exact = configured[`${query.provider}/${model}`];
    if (exact !== undefined) return fromSetting('config', query, exact);
  }
  const pattern = Object.keys(configured)
    .filter((key) => key.endsWith('*') && matches(key.slice(0, -1), query))
    .sort((left, right) => right.length - left.length)[0];
  return fromSetting('config', query, configured[pattern ?? query.provider]);
}

function matches(prefix: string, { provider, models }: PriceQuery): boolean {
  return models.some((model) => `${provider}/${model}`.startsWith(prefix));
}

function fromSetting(
  source: PriceSource,
  query: PriceQuery,
  setting: PriceSetting | undefined,
): FoundPrice | undefined {
  if (setting === undefined) return undefined;
  return found(source, completePrices(setting, ratiosFor(query)));
}

function fromCatalogue(catalogue: Catalogue | undefined, query: PriceQuery): FoundPrice | undefined {
  const prices = catalogue?.(query);
  return prices === undefined ? undefined : found('catalogue', prices);
}

function found(source: PriceSource, prices: ModelPrices): FoundPrice {
  return { source, version: `${source}:${fingerprint(prices)}`, prices };
}

function ratiosFor({ provider, models }: PriceQuery): CacheRatios {
  if (provider === 'zai') return ZAI_RATIOS;
  const isClaude = provider === 'anthropic' || models.some((model) => model.includes('claude'));
  return isClaude ? ANTHROPIC_RATIOS : PLAIN_RATIOS;
}

function fingerprint(prices: ModelPrices): string {
  const text = JSON.stringify(prices, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
