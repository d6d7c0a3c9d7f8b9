import { DEFAULT_BREAKER_SETTINGS, type BreakerSettings } from './breaker-settings.ts';
import { DEFAULT_RETRY_SETTINGS, type RetrySettings } from './retry-policy.ts';

/** How the gateway guards its promise to answer. */
export interface GuardSettings {
  readonly breakers: BreakerSettings;
  readonly retry: RetrySettings;
  /** Utilization, 0 to 1, from which a subscription's window counts as used up. */
  readonly quotaAt: number;
}

export const DEFAULT_GUARD_SETTINGS: GuardSettings = {
  breakers: DEFAULT_BREAKER_SETTINGS,
  retry: DEFAULT_RETRY_SETTINGS,
  quotaAt: 1,
};
