import type { QuotaSummary } from '../../contract/guard.ts';
import { quotaSummary } from '../../gateway/events/target-events.ts';
import type { Gateway } from '../../gateway/gateway.ts';

/** Quota windows as `status` shows them: what was told of a window says nothing once it has opened again. */
export function quotaSummaries({ traffic, clock }: Gateway): QuotaSummary[] {
  const now = clock.now();
  return traffic.quota.list().map(({ account, reading }) => {
    const windows = reading.windows.filter(({ resetAt }) => resetAt === undefined || resetAt > now);
    return quotaSummary(account, { ...reading, windows });
  });
}

/** How many targets are not asked at this moment. */
export function countLeftAlone({ traffic, clock }: Gateway): number {
  if (traffic.targets.isQuiet) return 0;
  const now = clock.monotonic();
  const open = traffic.targets.list(now).filter(({ state }) => state === 'open').length;
  return open + traffic.targets.cooldowns.list(now).length;
}
