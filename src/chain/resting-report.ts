import type { ChainEntry } from '../domain/chain.ts';
import type { EntryReport } from './service-report.ts';

/** The report of an entry that nobody looks after: disabled, a wrapper, or not yet begun. */
export function restingReport(entry: ChainEntry): EntryReport {
  const { id, name, side, kind, enabled } = entry;
  const isWrapper = kind === 'cli_wrapper';
  return {
    id,
    name,
    side,
    kind,
    enabled,
    url: isWrapper ? undefined : entry.url,
    health: isWrapper ? 'passive' : 'unchecked',
    state: isWrapper || entry.service === undefined ? 'external' : 'stopped',
    reason: '',
    pid: undefined,
    startedAt: undefined,
    restarts: 0,
    checks: { passed: 0, failed: 0, lastMs: undefined },
    log: undefined,
  };
}
