import type { LedgerQueries } from '../../domain/ledger.ts';
import { dollarNumber, formatDollars } from '../../domain/money.ts';
import type { AlertReading, AlertRule } from '../../guard/alerts/alert-rule.ts';
import { inWords, span } from '../../guard/alerts/in-words.ts';
import { readQuotaUse, type AccountQuota } from '../../guard/alerts/read-quota.ts';
import { readRecent } from '../../guard/alerts/read-recent.ts';
import type { RecentExchanges } from '../../guard/alerts/recent-exchanges.ts';
import type { Clock } from '../../lib/clock.ts';

/** Where rules look. */
export interface AlertSources {
  readonly clock: Clock;
  readonly recent: RecentExchanges;
  /** Monotonic, milliseconds: since when exchanges are watched. */
  readonly watchedSince: number;
  readonly usage: (input: LedgerQueries['usage']['input']) => Promise<LedgerQueries['usage']['output']>;
  /** Targets that are left alone at this moment, as `provider/model`. */
  readonly openTargets: () => readonly string[];
  readonly quotas: () => readonly AccountQuota[];
}

/** What a rule sees now. Never throws: what cannot be asked is unknown. */
export async function readRule(rule: AlertRule, sources: AlertSources): Promise<AlertReading> {
  switch (rule.metric) {
    case 'breaker_open': {
      const open = sources.openTargets();
      const names = open.slice(0, 3).join(', ');
      const evidence = `${inWords(open.length, 'target')} left alone after failures${open.length === 0 ? '' : `: ${names}`}`;
      return { value: open.length, evidence };
    }
    case 'quota':
      return readQuotaUse(sources.quotas(), sources.clock.now());
    case 'tokens':
    case 'spend':
      return readLedger({ ...rule, metric: rule.metric }, sources);
    default: {
      const { recent, clock, watchedSince } = sources;
      const now = clock.monotonic();
      const entries = recent.since(now - rule.windowMs, rule.only);
      return readRecent({ ...rule, metric: rule.metric }, entries, now - watchedSince);
    }
  }
}

type LedgerRule = Pick<AlertRule, 'windowMs' | 'only'> & { readonly metric: 'tokens' | 'spend' };

async function readLedger(rule: LedgerRule, { usage, clock }: AlertSources): Promise<AlertReading> {
  const during = `in the last ${span(rule.windowMs)}`;
  try {
    const since = clock.now() - rule.windowMs;
    const { total } = await usage({ by: [], since, filter: rule.only });
    if (rule.metric === 'spend')
      return { value: dollarNumber(total.spent), evidence: `${formatDollars(total.spent)} spent ${during}` };
    const tokens = total.input + total.cacheRead + total.cacheWrite5m + total.cacheWrite1h + total.output;
    return { value: tokens, evidence: `${inWords(tokens, 'token')} used ${during}` };
  } catch {
    return { value: undefined, evidence: 'the ledger cannot be asked' };
  }
}
