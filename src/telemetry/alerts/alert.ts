import type { AlertPriority } from '../../guard/alerts/alert-rule.ts';

/** One breach of one rule, from its beginning to its end. */
export interface Alert {
  readonly id: string;
  readonly rule: string;
  readonly metric: string;
  readonly priority: AlertPriority;
  /** What is wrong, in one sentence, as it was seen when it was told. */
  readonly message: string;
  readonly value: number | undefined;
  readonly threshold: number;
  /** Wall clock, milliseconds. */
  readonly firedAt: number;
  readonly acknowledgedAt: number | undefined;
  readonly resolvedAt: number | undefined;
}

/** What a channel tells. */
export interface Notice {
  readonly kind: 'fired' | 'resolved' | 'test';
  readonly alert: Alert;
  /** Which gateway this is. */
  readonly source: string;
}

/** The notice as one line: `[critical] errors: 34 % of 120 requests failed in the last 10 min (limit 20 %)`. */
export function noticeLine({ kind, alert }: Notice): string {
  const what = { fired: alert.priority, resolved: 'resolved', test: 'test' }[kind];
  return `[${what}] ${alert.rule}: ${alert.message}`;
}
