import { LedgerUnavailable } from '../domain/ledger.ts';
import type { StoreLedger } from './ledger.ts';

const REASON = 'the ledger is switched off (store.enabled: false, or CCP_PERSIST=0)';

/** A ledger that keeps nothing: no file, no thread, no cost. */
export function nullLedger(): StoreLedger {
  const refuse = (): Promise<never> => Promise.reject(new LedgerUnavailable(REASON));
  return {
    recordIntent: () => {},
    recordAttempt: () => {},
    record: () => {},
    keepPair: refuse,
    query: refuse,
    export: () => ({ [Symbol.asyncIterator]: () => ({ next: refuse }) }),
    open: () => {},
    resume: () => {},
    settle: () => Promise.resolve(),
    findPrice: refuse,
    usePrices: () => {},
    health: () => ({ state: 'off', reason: REASON, lagRows: 0, lagBytes: 0, dropped: 0, damaged: 0 }),
    close: () => Promise.resolve(),
  };
}
