import type { StoredClientKey } from '../../config/values/client-key-file.ts';
import type { ConfigSnapshot } from '../../config/snapshot.ts';

/**
 * The same configuration, in which client keys that `switchyard keys` has revoked open nothing any more. New keys
 * wait for a configuration that can be served.
 * @param left the keys that there still are
 */
export function withoutRevokedKeys(
  snapshot: ConfigSnapshot,
  left: readonly StoredClientKey[],
): ConfigSnapshot {
  const digests = new Set(left.map(({ digest }) => digest));
  const clientKeys = snapshot.server.clientKeys.filter(
    (key) => !('digest' in key) || digests.has(key.digest),
  );
  if (clientKeys.length === snapshot.server.clientKeys.length) return snapshot;
  const profiles = [...snapshot.profiles].map(
    ([name, profile]) => [name, withoutRevokedKeys(profile, left)] as const,
  );
  return { ...snapshot, server: { ...snapshot.server, clientKeys }, profiles: new Map(profiles) };
}
