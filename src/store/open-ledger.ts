import { join } from 'node:path';
import type { AccountingSettings } from '../config/snapshot.ts';
import type { Clock } from '../lib/clock.ts';
import { describeEvent, type EventLine } from './describe-event.ts';
import { createLedger, type StoreLedger } from './ledger.ts';

export interface OpenLedgerInput {
  readonly accounting: AccountingSettings;
  /** How long pairs of compared answers are kept; 0 keeps them. */
  readonly keepPairDays: number;
  /** Where ledger and usage log are kept unless the configuration says otherwise. */
  readonly stateDirectory: string;
  readonly clock: Clock;
  readonly log: (line: EventLine) => void;
}

/** Where usage lines are written; `undefined` when none are. */
export function usageLogFile(
  { store, usageLog }: AccountingSettings,
  stateDirectory: string,
): string | undefined {
  if (!store.enabled || !usageLog.enabled) return undefined;
  return usageLog.file ?? join(stateDirectory, 'logs', 'prod', 'usage.jsonl');
}

/** Where ledger and captured bodies are kept. */
export function ledgerDirectory({ store }: AccountingSettings, stateDirectory: string): string {
  return store.directory ?? join(stateDirectory, 'ledger');
}

/**
 * The ledger as it is configured.
 * @throws LedgerInUse when another process writes it
 */
export function openLedger(input: OpenLedgerInput): StoreLedger {
  const { accounting, keepPairDays, stateDirectory, clock, log } = input;
  const { store, usageLog, prices } = accounting;
  const { maxBytes, keepDays, keepFiles } = usageLog;
  const path = usageLogFile(accounting, stateDirectory);
  return createLedger({
    directory: ledgerDirectory(accounting, stateDirectory),
    enabled: store.enabled,
    settings: {
      prices,
      usageLog: path !== undefined ? { path, maxBytes, keepDays, keepFiles } : undefined,
      keepDays: store.keepDays,
      keepPairDays,
    },
    clock,
    report: (event) => log(describeEvent(event)),
  });
}
