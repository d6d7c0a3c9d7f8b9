/**
 * How quantities are written for people, on every surface alike. Unknown is a dash, never a zero.
 */
const UNKNOWN = '—';

/** `840 ms`, `4.2 s`, `1 m 12 s`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} m ${seconds % 60} s`;
}

/** First byte and total together, `0.8 → 6.4 s` or `40 → 190 ms`; the total alone when no content came. */
export function formatTiming(ttftMs: number | undefined, totalMs: number): string {
  if (ttftMs === undefined) return formatDuration(totalMs);
  if (totalMs < 999.5) return `${Math.round(ttftMs)} → ${Math.round(totalMs)} ms`;
  if (totalMs < 59_950) return `${(ttftMs / 1000).toFixed(1)} → ${(totalMs / 1000).toFixed(1)} s`;
  return `${formatDuration(ttftMs)} → ${formatDuration(totalMs)}`;
}

/** `812`, `12.4k`, `1.2M`. */
export function formatTokens(count: number | undefined): string {
  if (count === undefined) return UNKNOWN;
  if (count < 1000) return String(count);
  if (count < 999_950) return `${(count / 1000).toFixed(1)}k`;
  return `${(count / 1_000_000).toFixed(1)}M`;
}

/** `$0` only when known to be free; `<$0.001`, `$0.0042`, `$1.23`. */
export function formatCost(dollars: number | undefined): string {
  if (dollars === undefined) return UNKNOWN;
  if (dollars === 0) return '$0';
  if (dollars < 0.001) return '<$0.001';
  return dollars < 0.99995 ? `$${dollars.toFixed(4)}` : `$${dollars.toFixed(2)}`;
}

/** Output tokens per second between first and last byte; unknown when either end is. */
export function formatSpeed(tokens: number | undefined, milliseconds: number | undefined): string {
  if (tokens === undefined || milliseconds === undefined || milliseconds <= 0) return UNKNOWN;
  return `${Math.round((tokens * 1000) / milliseconds)} tok/s`;
}
