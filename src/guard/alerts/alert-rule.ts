/** What can be watched. */
export const ALERT_METRICS = [
  'error_rate',
  'latency',
  'ttft',
  'requests',
  'no_traffic',
  'tokens',
  'spend',
  'breaker_open',
  'quota',
] as const;

export type AlertMetric = (typeof ALERT_METRICS)[number];

export const ALERT_PRIORITIES = ['low', 'normal', 'high', 'critical'] as const;

export type AlertPriority = (typeof ALERT_PRIORITIES)[number];

/** One thing that is watched. Figures are in the unit of the metric: shares 0 to 1, milliseconds, dollars, counts. */
export interface AlertRule {
  readonly name: string;
  readonly metric: AlertMetric;
  /** Above this it is a breach. */
  readonly above: number;
  /** At or below this a breach is over: lower than `above`, so that a figure at the edge does not flutter. */
  readonly resolveAt: number;
  /** How far back is looked, milliseconds. */
  readonly windowMs: number;
  /** Requests in the window below which shares and latencies say nothing. */
  readonly minimum: number;
  /** How long it must have been above before it counts, milliseconds. */
  readonly forMs: number;
  /** How long after its end the next breach is not told, milliseconds. */
  readonly cooldownMs: number;
  readonly priority: AlertPriority;
  readonly only: AlertFilter;
  /** Names of the channels that are told; `undefined`: all. */
  readonly notify: readonly string[] | undefined;
}

/** Only requests with these; what is left out may be anything. */
export interface AlertFilter {
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
  readonly tier?: string | undefined;
  readonly client?: string | undefined;
  readonly project?: string | undefined;
  readonly user?: string | undefined;
}

/** What a rule saw when it looked. */
export interface AlertReading {
  /** `undefined`: it cannot be told, so that nothing changes. */
  readonly value: number | undefined;
  /** What was seen, as part of a sentence: `34 % of 120 requests failed in the last 10m`. */
  readonly evidence: string;
}
