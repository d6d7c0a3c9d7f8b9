import { environmentPrices } from '../../pricing/environment-prices.ts';
import type { PriceSetting } from '../../pricing/prices.ts';
import type { CompleteConfig } from '../schema/config-schema.ts';
import type { AccountingSettings } from '../snapshot.ts';
import type { SnapshotBuild } from './snapshot-build.ts';

type WrittenPrice = CompleteConfig['prices'][string];
type WrittenTier = NonNullable<WrittenPrice['tiers']>[number];

/** The accounting part of the snapshot: ledger, usage log, prices. */
export function buildAccounting(build: SnapshotBuild): AccountingSettings {
  const { store, usage_log: log, capture, prices } = build.input.config;
  const { prices: environment, ignored } = environmentPrices(build.input.environment);
  for (const variable of ignored)
    build.warn(['prices'], `ignores ${variable}, which is no number of dollars per million tokens`, '');
  const configured = Object.entries(prices).map(([key, price]) => {
    warnOfStranger(build, key);
    return [key, priceSetting(price)] as const;
  });
  return {
    store: { enabled: store.enabled, directory: store.directory, keepDays: store.keep_days },
    usageLog: {
      enabled: log.enabled,
      file: log.file,
      maxBytes: log.max_bytes,
      keepDays: log.keep_days,
      keepFiles: log.keep_files,
    },
    capture: {
      mode: capture.mode,
      forMs: capture.for,
      until: capture.until,
      keepDays: capture.keep_days,
      maxBodyBytes: capture.max_body,
      maxTotalBytes: capture.max_total,
    },
    prices: { configured: Object.fromEntries(configured), environment },
  };
}

/** A price that can never hold is a slip of the pen, but no reason not to start. */
function warnOfStranger(build: SnapshotBuild, key: string): void {
  const [provider = ''] = key.split('/');
  if (Object.hasOwn(build.input.config.providers, provider)) return;
  build.warn(['prices', key], 'is the price of a provider that is not configured', '');
}

function priceSetting(price: WrittenPrice): PriceSetting {
  return {
    ...tokenPrices(price),
    serverToolCalls: price.server_tool_calls,
    tiers: price.tiers?.map((tier) => ({ above: tier.above, ...tokenPrices(tier) })),
  };
}

function tokenPrices(price: WrittenPrice | WrittenTier): Omit<PriceSetting, 'tiers' | 'serverToolCalls'> {
  return {
    input: price.input,
    output: price.output,
    cacheRead: price.cache_read,
    cacheWrite5m: price.cache_write_5m,
    cacheWrite1h: price.cache_write_1h,
    reasoning: price.reasoning,
  };
}
