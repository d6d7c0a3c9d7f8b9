/** When a service that ended is started again: soon, later, or not any more. Pure. */
export interface RestartPolicy {
  /** The longest first wait, milliseconds; doubled with each further restart. */
  readonly firstWait: number;
  readonly longestWait: number;
  /** More restarts than these within the window, and it is given up. */
  readonly limit: number;
  readonly window: number;
}

export const RESTART_POLICY: RestartPolicy = {
  firstWait: 1_000,
  longestWait: 60_000,
  limit: 10,
  window: 600_000,
};

export type RestartVerdict =
  | { readonly kind: 'wait'; readonly milliseconds: number }
  | { readonly kind: 'give-up' };

/**
 * Exponential, with full jitter: several services that fell together do not come back together.
 * @param endings when it ended, this time included, in any clock; earlier than the window counts no more
 * @param random from 0 to 1
 */
export function restartVerdict(
  policy: RestartPolicy,
  endings: readonly number[],
  { now, random }: { readonly now: number; readonly random: number },
): RestartVerdict {
  const recent = endings.filter((at) => at > now - policy.window).length;
  if (recent > policy.limit) return { kind: 'give-up' };
  const ceiling = Math.min(policy.longestWait, policy.firstWait * 2 ** Math.max(0, recent - 1));
  return { kind: 'wait', milliseconds: Math.round(ceiling * random) };
}
