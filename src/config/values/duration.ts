/** Timers of the platform hold 31 bits of milliseconds; a longer one would fire at once. */
export const LONGEST_DURATION_MS = 2 ** 31 - 1;

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * Reads `300s`, `5m`, `250ms`, `1h` or a number of seconds.
 * @returns whole milliseconds, or `undefined` when it is none of these, negative or over 24 days
 */
export function parseDuration(value: string | number): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)?$/.exec(String(value).trim());
  if (match === null) return undefined;
  const milliseconds = Math.round(Number(match[1]) * (UNIT_MS[match[2] ?? 's'] ?? NaN));
  return milliseconds <= LONGEST_DURATION_MS ? milliseconds : undefined;
}
