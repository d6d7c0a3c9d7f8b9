import type { RawHeaders } from '../domain/headers.ts';
import { TIERS, type Tier } from '../domain/tier.ts';

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

/**
 * Reads `anthropic-ratelimit-unified-*`; `undefined` when the answer has none of them. An answer that tells only of the
 * whole, with its status and reset, tells of the window that decided.
 */
export function readQuota(headers: RawHeaders, now: number): QuotaReading | undefined {
  let status: string | undefined;
  let reset: string | undefined;
  let claim = '';
  const windows = new Map<string, Partial<Record<(typeof PARTS)[number], string>>>();
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = headers[index] ?? '';
    if (name.length <= PREFIX.length || !name.toLowerCase().startsWith(PREFIX)) continue;
    const value = headers[index + 1] ?? '';
    const rest = name.slice(PREFIX.length).toLowerCase();
    if (rest === 'status') status = value;
    else if (rest === 'reset') reset = value;
    else if (rest === 'representative-claim') claim = value;
    const part = PARTS.find((candidate) => rest.endsWith(`-${candidate}`));
    const window = part === undefined ? '' : rest.slice(0, -part.length - 1);
    // Whether more may be bought is no window of its own.
    if (part === undefined || window.startsWith('overage')) continue;
    windows.set(window, { ...windows.get(window), [part]: value });
  }
  if (status === undefined && windows.size === 0) return undefined;
  if (windows.size === 0 && status !== undefined && reset !== undefined)
    windows.set(CLAIMS.get(claim) ?? 'unified', { status, reset });
  return { status, windows: [...windows].map(([name, parts]) => windowOf(name, parts)), readAt: now };
}

/** The window that decided, in the words of `representative-claim` and of the other headers. */
const CLAIMS: ReadonlyMap<string, string> = new Map([
  ['five_hour', '5h'],
  ['seven_day', '7d'],
  ['seven_day_opus', '7d_opus'],
  ['seven_day_sonnet', '7d_sonnet'],
]);

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

/** The tier a window is about, by its name: `7d_opus`. Most are about all of them. */
export function tierOfWindow(name: string): Tier | undefined {
  return TIERS.find((tier) => name.endsWith(`_${tier}`));
}

/**
 * The window that is used up, if one is; when several are, the one that opens last.
 * @param tier leaves out windows that are about other tiers
 */
export function usedUp(reading: QuotaReading, at: number, now: number, tier?: Tier): QuotaWindow | undefined {
  return reading.windows
    .filter(({ name }) => tier === undefined || (tierOfWindow(name) ?? tier) === tier)
    .filter(({ resetAt }) => resetAt !== undefined && resetAt > now)
    .filter(({ status, utilization }) => status === 'rejected' || (utilization ?? 0) >= at)
    .toSorted((one, other) => (other.resetAt ?? 0) - (one.resetAt ?? 0))[0];
}
