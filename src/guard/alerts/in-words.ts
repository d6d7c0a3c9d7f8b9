import type { AlertMetric } from './alert-rule.ts';

/** Figures as people write them, for the sentences of alerts. */

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
] as const;

/** `10 min`, `1.5 h`, `250 ms`. */
export function span(milliseconds: number): string {
  const [unit, name] = UNITS.find(([size]) => milliseconds >= size) ?? [1, 'ms'];
  return `${Math.round((milliseconds / unit) * 10) / 10} ${name}`;
}

/** `34 %`, with a decimal below ten. */
export function percent(share: number): string {
  const value = share * 100;
  return `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)} %`;
}

/** `1 request`, `20 requests`. */
export function inWords(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A limit in the unit of its metric; `undefined` where there is none to speak of. */
export function limitInWords(metric: AlertMetric, limit: number): string | undefined {
  if (metric === 'no_traffic' || metric === 'breaker_open') return undefined;
  if (metric === 'error_rate' || metric === 'quota') return percent(limit);
  if (metric === 'latency' || metric === 'ttft') return span(limit);
  return metric === 'spend' ? `$${limit}` : String(limit);
}
