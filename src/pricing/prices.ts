import { perMillion, perThousand } from '../domain/money.ts';
import type { Money } from '../domain/money.ts';

/** What one model costs at one provider, in pico-dollars per token. */
export interface ModelPrices {
  readonly base: TokenPrices;
  /** Prices of the whole request once its prompt is longer than `above` tokens; ascending. */
  readonly tiers: readonly PriceTier[];
  /** Per server-side tool call; `undefined` is unknown. */
  readonly serverToolCall: Money | undefined;
  /** Prices nobody stated, filled in by {@link completePrices}. */
  readonly assumed: readonly string[];
}

interface PriceTier {
  readonly above: number;
  readonly prices: TokenPrices;
}

export interface TokenPrices {
  readonly input: Money;
  readonly output: Money;
  readonly cacheRead: Money;
  readonly cacheWrite5m: Money;
  readonly cacheWrite1h: Money;
  /** `undefined`: reasoning costs what output costs. */
  readonly reasoning: Money | undefined;
}

/** Prices as people write them, in dollars per million tokens. */
export interface PriceSetting {
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number | undefined;
  readonly cacheWrite5m?: number | undefined;
  readonly cacheWrite1h?: number | undefined;
  readonly reasoning?: number | undefined;
  /** Dollars per thousand server-side tool calls. */
  readonly serverToolCalls?: number | undefined;
  /** Other prices for prompts longer than `above` tokens. */
  readonly tiers?: readonly (TierSetting & { readonly above: number })[] | undefined;
}

type TierSetting = Omit<PriceSetting, 'tiers' | 'serverToolCalls'>;

/** Cached tokens relative to input, as exact fractions, for prices that state input and output alone. */
export interface CacheRatios {
  readonly read: Fraction;
  readonly write5m: Fraction;
  readonly write1h: Fraction;
}

type Fraction = readonly [numerator: bigint, denominator: bigint];

/** Anthropic's published multipliers: reads 0.1 ×, five-minute writes 1.25 ×, one-hour writes 2 ×. */
export const ANTHROPIC_RATIOS: CacheRatios = { read: [1n, 10n], write5m: [5n, 4n], write1h: [2n, 1n] };

/** Z.ai: cached input of GLM costs 0.11 where input costs 0.6; storing is not charged beyond input. */
export const ZAI_RATIOS: CacheRatios = { read: [11n, 60n], write5m: [1n, 1n], write1h: [1n, 1n] };

/** Nothing is known: cached tokens count as input, which never understates. */
export const PLAIN_RATIOS: CacheRatios = { read: [1n, 1n], write5m: [1n, 1n], write1h: [1n, 1n] };

/** Turns a setting into whole prices; what it does not state follows from `ratios` and is named in `assumed`. */
export function completePrices(setting: PriceSetting, ratios: CacheRatios): ModelPrices {
  const tiers = [...(setting.tiers ?? [])].sort((left, right) => left.above - right.above);
  return {
    base: tokenPrices(setting, ratios),
    tiers: tiers.map((tier) => ({ above: tier.above, prices: tokenPrices(tier, ratios) })),
    serverToolCall: setting.serverToolCalls === undefined ? undefined : perThousand(setting.serverToolCalls),
    assumed: (['cacheRead', 'cacheWrite5m', 'cacheWrite1h'] as const).filter(
      (name) => setting[name] === undefined,
    ),
  };
}

function tokenPrices(setting: TierSetting, ratios: CacheRatios): TokenPrices {
  const input = perMillion(setting.input);
  return {
    input,
    output: perMillion(setting.output),
    cacheRead: stated(setting.cacheRead) ?? share(input, ratios.read),
    cacheWrite5m: stated(setting.cacheWrite5m) ?? share(input, ratios.write5m),
    cacheWrite1h: stated(setting.cacheWrite1h) ?? share(input, ratios.write1h),
    reasoning: stated(setting.reasoning),
  };
}

function stated(dollars: number | undefined): Money | undefined {
  return dollars === undefined ? undefined : perMillion(dollars);
}

function share(price: Money, [numerator, denominator]: Fraction): Money {
  return (price * numerator) / denominator;
}
