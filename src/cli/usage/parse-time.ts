const UNIT_SECONDS = { m: 60, h: 3_600, d: 86_400, w: 604_800 } as const;

/**
 * A moment as people write it: `7d` or `12h` ago, `today` and `yesterday` and dates (all UTC, as the buckets are),
 * a time such as `2026-01-15T12:00Z`, or Unix seconds.
 * @param now wall clock, milliseconds
 * @returns Unix seconds, or `undefined` when it is none of these
 */
export function parseTime(text: string, now: number): number | undefined {
  const ago = /^(\d{1,5})([mhdw])$/.exec(text);
  if (ago !== null) {
    const unit = UNIT_SECONDS[ago[2] as keyof typeof UNIT_SECONDS]; // The expression admits these alone.
    return Math.max(0, Math.floor(now / 1000) - Number(ago[1]) * unit);
  }
  const today = Math.floor(now / 1000 / UNIT_SECONDS.d) * UNIT_SECONDS.d;
  if (text === 'today') return today;
  if (text === 'yesterday') return today - UNIT_SECONDS.d;
  if (/^\d{9,12}$/.test(text)) return Number(text);
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text)) return undefined;
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) || milliseconds < 0 ? undefined : milliseconds / 1000;
}
