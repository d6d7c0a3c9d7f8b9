/** Whether the providers of the configuration can be reached: one HEAD each, without a credential. */
import type { ConfigSnapshot } from '../../config/snapshot.ts';
import type { Finding } from './finding.ts';
import { formatDuration } from '../../telemetry/format-quantity.ts';

const TIMEOUT_MS = 4_000;
/** Beyond this, signatures and quota windows no longer fit. */
const SKEW_MS = 300_000;

interface Reached {
  readonly origin: string;
  readonly ms: number;
  /** The other side's clock, milliseconds, where it tells. */
  readonly date: number | undefined;
  readonly error: string | undefined;
}

/** @param environment a proxy in it stands between us and every provider, and this check knows none */
export async function checkProviders(
  snapshot: ConfigSnapshot,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Finding[]> {
  const proxy = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'].find((name) => environment[name]);
  if (proxy !== undefined)
    return [
      { check: 'providers', status: 'skip', what: `behind ${proxy}: switchyard ok asks them through it` },
    ];

  const used = usedProviders(snapshot);
  const origins = [...new Set(used.map((name) => snapshot.providers.get(name)?.origin ?? ''))].filter(
    Boolean,
  );
  const reached = await Promise.all(origins.map(reach));
  const clocks = reached.flatMap(({ date }) => (date === undefined ? [] : [Date.now() - date]));
  return [...reached.map(reachedFinding), ...clockFindings(clocks)];
}

function usedProviders({ routes }: ConfigSnapshot): string[] {
  const targets = [
    ...Object.values(routes.tiers).flat(),
    ...routes.fallback,
    ...routes.mappings.flatMap(({ targets: list }) => list),
  ];
  return [...new Set(targets.map(({ provider }) => provider))];
}

async function reach(origin: string): Promise<Reached> {
  const startedAt = performance.now();
  try {
    const response = await fetch(origin, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const date = Date.parse(response.headers.get('date') ?? '');
    return {
      origin,
      ms: performance.now() - startedAt,
      date: Number.isNaN(date) ? undefined : date,
      error: undefined,
    };
  } catch (error) {
    return { origin, ms: performance.now() - startedAt, date: undefined, error: reasonOf(error) };
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof Error && cause.name === 'TimeoutError')
    return `no answer within ${TIMEOUT_MS / 1000} s`;
  if (cause instanceof Error && 'code' in cause) return String(cause.code);
  return cause instanceof Error ? cause.message : 'unknown';
}

function reachedFinding({ origin, ms, error }: Reached): Finding {
  if (error === undefined)
    return { check: 'providers', status: 'ok', what: `${origin} answers in ${formatDuration(ms)}` };
  return {
    check: 'providers',
    status: 'fail',
    what: `${origin} cannot be reached: ${error}`,
    next: 'check the network, HTTPS_PROXY and ca_file; switchyard pause PROVIDER spares it meanwhile',
  };
}

function clockFindings(skews: readonly number[]): Finding[] {
  const smallest = [...skews].sort((one, other) => Math.abs(one) - Math.abs(other))[0];
  if (smallest === undefined || Math.abs(smallest) < SKEW_MS) return [];
  return [
    {
      check: 'clock',
      status: 'warn',
      what: `this machine's clock is ${formatDuration(Math.abs(smallest))} ${smallest > 0 ? 'fast' : 'slow'}`,
      next: 'set the clock of this machine',
    },
  ];
}
