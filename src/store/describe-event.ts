import { assertNever } from '../lib/assert-never.ts';
import type { LedgerEvent } from './ledger.ts';

/** One line of the operator's log. */
export interface EventLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly details: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** What an operator is told of an event of the ledger, and what it means for the traffic. */
export function describeEvent(event: LedgerEvent): EventLine {
  const { kind, ...details } = event;
  const line = (level: EventLine['level'], message: string): EventLine => ({ level, details, message });
  switch (kind) {
    case 'quarantined':
      return line('error', '[Ledger] The database was damaged: it was set aside, and a new one is begun.');
    case 'store-failing':
      return line(
        'error',
        '[Ledger] The database cannot be written. Traffic goes on; records wait on disk and it is tried again.',
      );
    case 'store-recovered':
      return line('info', '[Ledger] The database is written again.');
    case 'store-refused':
      return line(
        'error',
        '[Ledger] The database must not be touched. Traffic goes on; records wait on disk.',
      );
    case 'journal-damaged':
      return line('warn', '[Ledger] Damaged records were passed over.');
    case 'interrupted':
      return line(
        'warn',
        '[Ledger] The last run ended in the middle of requests: they are kept as interrupted.',
      );
    case 'usage-log-failing':
      return line('warn', '[Ledger] usage.jsonl cannot be written; the ledger itself is not affected.');
    case 'journal-failing':
      return line(
        'error',
        '[Ledger] The journal cannot be written. Traffic goes on; records wait in memory.',
      );
    case 'journal-recovered':
      return line('info', '[Ledger] The journal is written again.');
    case 'dropping':
      return line(
        'error',
        '[Ledger] Neither disk nor memory takes more records: new ones are lost and counted.',
      );
    default:
      return assertNever(kind);
  }
}
