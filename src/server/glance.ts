import type { Gateway } from '../gateway/gateway.ts';
import type { Glance } from '../telemetry/session-status.ts';
import { countLeftAlone } from './admin/guard-summaries.ts';

/** The fullest window of any subscription that was seen, as long as it runs, and how many targets are left alone. */
export function glanceAt(gateway: Gateway): Glance {
  const now = gateway.clock.now();
  const windows = gateway.traffic.quota
    .list()
    .flatMap(({ reading }) => reading.windows)
    .filter(({ resetAt }) => resetAt === undefined || resetAt > now)
    .flatMap(({ name, utilization }) =>
      utilization === undefined ? [] : [{ window: name, used: utilization }],
    )
    .sort((one, other) => other.used - one.used);
  return { quota: windows[0], leftAlone: countLeftAlone(gateway) };
}
