import { LANE_DEFAULTS } from './lane-defaults.ts';
import type { PriceSetting } from './prices.ts';

export interface EnvironmentPrices {
  /** By provider name; only lanes with at least one variable set. */
  readonly prices: Readonly<Record<string, PriceSetting>>;
  /** Variables whose text is no price. */
  readonly ignored: readonly string[];
}

const LANES = [
  { provider: 'zai', input: 'ZAI_PRICE_IN_PER_M', output: 'ZAI_PRICE_OUT_PER_M' },
  { provider: 'anthropic', input: 'ANTH_PRICE_IN_PER_M', output: 'ANTH_PRICE_OUT_PER_M' },
] as const;

/**
 * Reads `ZAI_PRICE_IN_PER_M`, `ZAI_PRICE_OUT_PER_M`, `ANTH_PRICE_IN_PER_M` and `ANTH_PRICE_OUT_PER_M`, dollars per
 * million tokens. Where only one of a pair is set, the other is the lane's default.
 */
export function environmentPrices(
  environment: Readonly<Record<string, string | undefined>>,
): EnvironmentPrices {
  const prices: Record<string, PriceSetting> = {};
  const ignored: string[] = [];
  const read = (name: string): number | undefined => {
    const text = environment[name]?.trim();
    if (text === undefined || text === '') return undefined;
    const price = /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
    if (price === undefined) ignored.push(name);
    return price;
  };
  for (const lane of LANES) {
    const input = read(lane.input);
    const output = read(lane.output);
    if (input === undefined && output === undefined) continue;
    const fallback = LANE_DEFAULTS[lane.provider];
    prices[lane.provider] = {
      input: input ?? fallback?.input ?? 0,
      output: output ?? fallback?.output ?? 0,
    };
  }
  return { prices, ignored };
}
