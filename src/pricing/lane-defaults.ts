import type { PriceSetting } from './prices.ts';

/**
 * What the two classic lanes cost when nothing else knows, in dollars per million tokens. The same figures the
 * predecessors used, so that their reports and ours agree.
 */
export const LANE_DEFAULTS: Readonly<Record<string, PriceSetting>> = Object.freeze({
  anthropic: { input: 3, output: 15 },
  zai: { input: 0.6, output: 2.2 },
});
