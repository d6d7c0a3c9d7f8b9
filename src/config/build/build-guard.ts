import type { GuardSettings } from '../../guard/guard-settings.ts';
import type { SnapshotBuild } from './snapshot-build.ts';

export function buildGuard(build: SnapshotBuild): GuardSettings {
  const { breakers, retry, quota } = build.input.config;
  const { open_max: openMax, ...rest } = breakers;
  return { breakers: { ...rest, openMax }, retry, quotaAt: quota.at };
}
