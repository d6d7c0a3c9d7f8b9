import { assertNever } from '../../lib/assert-never.ts';
import type { AlertReading, AlertRule } from './alert-rule.ts';
import { inWords, percent, span } from './in-words.ts';
import type { RecentExchange } from './recent-exchanges.ts';

/** Metrics that the exchanges of the last while tell. */
type RecentMetric = 'error_rate' | 'latency' | 'ttft' | 'requests' | 'no_traffic';

const SHARE = 0.95;

/** What a rule sees in the exchanges of its window. */
export function readRecent(
  rule: Pick<AlertRule, 'minimum' | 'windowMs'> & { readonly metric: RecentMetric },
  entries: readonly RecentExchange[],
  /** How long exchanges have been watched, milliseconds. */
  watchedMs: number,
): AlertReading {
  const during = `in the last ${span(rule.windowMs)}`;
  const { length } = entries;
  const isEnough = length >= rule.minimum;
  switch (rule.metric) {
    case 'error_rate': {
      const failed = entries.filter((entry) => entry.failed).length;
      const share = length === 0 ? 0 : failed / length;
      // A rate that too few requests make up says nothing, but nobody asking any more is the end of it.
      const value = isEnough ? share : length === 0 ? 0 : undefined;
      return { value, evidence: `${percent(share)} of ${inWords(length, 'request')} failed ${during}` };
    }
    case 'latency':
    case 'ttft': {
      const field = rule.metric === 'latency' ? 'totalMs' : 'ttftMs';
      const times = entries.map((entry) => entry[field]).filter((time) => time !== undefined);
      const slow = percentile(times, SHARE);
      const value = isEnough ? slow : length === 0 ? 0 : undefined;
      if (slow === undefined) return { value, evidence: `nothing was measured ${during}` };
      const what = rule.metric === 'latency' ? 'an answer took' : 'the first token took';
      const of = `95th percentile of ${inWords(times.length, 'request')}`;
      return { value, evidence: `${what} ${span(slow)} (${of}) ${during}` };
    }
    case 'requests':
      return { value: length, evidence: `${inWords(length, 'request')} ${during}` };
    case 'no_traffic': {
      // 1 is silence; whether there is any is known only after a whole window.
      const isKnown = length > 0 || watchedMs >= rule.windowMs;
      return {
        value: isKnown ? Number(length === 0) : undefined,
        evidence: `${length === 0 ? 'no request' : inWords(length, 'request')} ${during}`,
      };
    }
    default:
      return assertNever(rule.metric);
  }
}

/** The smallest time that so many were no slower than. */
function percentile(times: readonly number[], share: number): number | undefined {
  const sorted = times.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}
