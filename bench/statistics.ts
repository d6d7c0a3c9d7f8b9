/** The value below which this share of all values lies (nearest rank); `share` from 0 to 1. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  const value = sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
  if (value === undefined) throw new Error('A quantile of no values was asked for.');
  return value;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}
