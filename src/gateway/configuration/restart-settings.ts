import { isDeepStrictEqual } from 'node:util';
import { deepFreeze } from '../../config/values/deep-freeze.ts';
import type { ConfigSnapshot } from '../../config/snapshot.ts';

/** A setting that is used once, at the start: sockets that are bound, files that are open. */
interface RestartSetting {
  /** As it is written in the configuration. */
  readonly name: string;
  readonly read: (snapshot: ConfigSnapshot) => unknown;
  /** The next snapshot with this setting as it is in force. */
  readonly keep: (next: ConfigSnapshot, running: ConfigSnapshot) => ConfigSnapshot;
}

/** Everything else follows a change of the file at once. */
const RESTART_SETTINGS: readonly RestartSetting[] = [
  {
    name: 'server.listen',
    read: ({ server }) => server.listen,
    keep: (next, { server }) => ({ ...next, server: { ...next.server, listen: server.listen } }),
  },
  {
    name: 'store',
    read: ({ accounting }) => accounting.store,
    keep: (next, { accounting: { store } }) => ({ ...next, accounting: { ...next.accounting, store } }),
  },
  {
    name: 'compare.keep_days',
    read: ({ compare }) => compare.keepDays,
    keep: (next, { compare: { keepDays } }) => ({ ...next, compare: { ...next.compare, keepDays } }),
  },
  {
    name: 'usage_log',
    read: ({ accounting }) => accounting.usageLog,
    keep: (next, { accounting: { usageLog } }) => ({
      ...next,
      accounting: { ...next.accounting, usageLog },
    }),
  },
];

export interface KeptSettings {
  /** What can be served from now on. */
  readonly snapshot: ConfigSnapshot;
  /** Settings whose new values wait for a restart, as they are written in the configuration. */
  readonly needsRestart: readonly string[];
}

/** The next snapshot, except for what only a restart can change: there the values in force stay. */
export function keepRestartSettings(next: ConfigSnapshot, running: ConfigSnapshot): KeptSettings {
  const changed = RESTART_SETTINGS.filter(({ read }) => !isDeepStrictEqual(read(next), read(running)));
  const snapshot = changed.reduce((kept, { keep }) => keep(kept, running), next);
  return { snapshot: deepFreeze(snapshot), needsRestart: changed.map(({ name }) => name) };
}
