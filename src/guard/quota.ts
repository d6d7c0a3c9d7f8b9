import type { RawHeaders } from '../domain/headers.ts';

/** One window of a subscription, as the provider told with its last answer. */
export interface QuotaWindow {
  /** The provider's name for it: `5h`, `7d`, `7d_opus`. */
  readonly name: string;
  readonly status: string | undefined;
  /** 0 to 1, or above when it is overdrawn. */
  readonly utilization: number | undefined;
  /** Wall clock, milliseconds. */
  readonly resetAt: number | undefined;
}

export interface QuotaReading {
  /** `allowed`, `allowed_warning` or `rejected`. */
  readonly status: string | undefined;
  readonly windows: readonly QuotaWindow[];
  /** Wall clock, milliseconds. */
  readonly readAt: number;
}

const PREFIX = 'anthropic-ratelimit-unified-';
const PARTS = ['status', 'utilization', 'reset'] as const;

/** Reads `anthropic-ratelimit-unified-*`; `undefined` when the answer has none of them. */
export function readQuota(headers: RawHeaders, now: number): QuotaReading | undefined {
  let status: string | undefined;
  const windows = new Map<string, Partial<Record<(typeof PARTS)[number], string>>>();
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = headers[index] ?? '';
    if (name.length <= PREFIX.length || !name.toLowerCase().startsWith(PREFIX)) continue;
    const value = headers[index + 1] ?? '';
    const rest = name.slice(PREFIX.length).toLowerCase();
    if (rest === 'status') status = value;
    const part = PARTS.find((candidate) => rest.endsWith(`-${candidate}`));
    const window = part === undefined ? '' : rest.slice(0, -part.length - 1);
    // Whether more may be bought is no window of its own.
    if (part === undefined || window.startsWith('overage')) continue;
    windows.set(window, { ...windows.get(window), [part]: value });
  }
  if (status === undefined && windows.size === 0) return undefined;
  return { status, windows: [...windows].map(([name, parts]) => windowOf(name, parts)), readAt: now };
}

function windowOf(name: string, parts: Partial<Record<(typeof PARTS)[number], string>>): QuotaWindow {
  const reset = Number(parts.reset ?? NaN);
  const utilization = Number(parts.utilization ?? NaN);
  return {
    name,
    status: parts.status,
    utilization: Number.isFinite(utilization) ? utilization : undefined,
    resetAt: Number.isFinite(reset) && reset > 0 ? reset * 1000 : undefined,
  };
}

/** The window that is used up, if one is; when several are, the one that opens last. */
export function usedUp(reading: QuotaReading, at: number, now: number): QuotaWindow | undefined {
  return reading.windows
    .filter(({ resetAt }) => resetAt !== undefined && resetAt > now)
    .filter(({ status, utilization }) => status === 'rejected' || (utilization ?? 0) >= at)
    .toSorted((one, other) => (other.resetAt ?? 0) - (one.resetAt ?? 0))[0];
}
