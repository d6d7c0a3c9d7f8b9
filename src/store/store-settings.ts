import type { PriceSettings } from '../pricing/price-book.ts';
import type { UsageLogSettings } from './usage-log.ts';

/** How the ledger is kept. All of it is plain data: it crosses to the worker. */
export interface StoreSettings {
  readonly prices: PriceSettings;
  /** `undefined` writes no `usage.jsonl`. */
  readonly usageLog: UsageLogSettings | undefined;
  /** Attempts and exchanges older than this many days are deleted; 0 keeps them. Hourly totals are always kept. */
  readonly keepDays: number;
  /** The same for pairs of compared answers. */
  readonly keepPairDays: number;
  /** How much may wait for the database before records are dropped. */
  readonly backlog: { readonly bytes: number; readonly records: number };
  /** Size of one journal segment in bytes. */
  readonly segmentBytes: number;
  /** How long a locked database is waited for before the fold is retried later, in milliseconds. */
  readonly busyMs: number;
  /** How long records may lie in the journal before they are folded, in milliseconds. */
  readonly foldMs: number;
}

/** 16 MiB or ten thousand attempts (two records each) may wait. */
export const DEFAULT_STORE_SETTINGS: StoreSettings = Object.freeze({
  prices: { configured: {}, environment: {} },
  usageLog: undefined,
  keepDays: 90,
  keepPairDays: 30,
  backlog: { bytes: 16 * 1024 * 1024, records: 20_000 },
  segmentBytes: 1024 * 1024,
  busyMs: 5_000,
  foldMs: 250,
});
