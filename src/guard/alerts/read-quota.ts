import type { QuotaReading } from '../quota.ts';
import type { AlertReading } from './alert-rule.ts';
import { percent } from './in-words.ts';

export interface AccountQuota {
  /** The hash of a caller's credential, or `gateway`. */
  readonly account: string;
  readonly reading: QuotaReading;
}

/** The fullest window of all subscriptions; a window that has opened again since it was read counts as empty. */
export function readQuotaUse(quotas: readonly AccountQuota[], now: number): AlertReading {
  const windows = quotas.flatMap(({ account, reading }) =>
    reading.windows.map(({ name, utilization, status, resetAt }) => ({
      name,
      account,
      used: resetAt !== undefined && resetAt <= now ? 0 : (utilization ?? Number(status === 'rejected')),
    })),
  );
  const [fullest] = windows.toSorted((one, other) => other.used - one.used);
  if (fullest === undefined) return { value: undefined, evidence: 'no subscription was seen' };
  const { used, name, account } = fullest;
  return { value: used, evidence: `${percent(used)} of the ${name} window of ${account} is used` };
}
