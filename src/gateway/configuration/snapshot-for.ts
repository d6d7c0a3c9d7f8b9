import type { ConfigSnapshot } from '../../config/snapshot.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { Gateway } from '../gateway.ts';

/**
 * The configuration of this moment for a request: the one in use, or the one with the profile that its path names.
 * @throws GatewayError `unknown_profile`
 */
export function snapshotFor(gateway: Pick<Gateway, 'snapshot'>, profile: string | undefined): ConfigSnapshot {
  const current = gateway.snapshot();
  const snapshot = profile === undefined ? current : current.profiles.get(profile);
  if (snapshot !== undefined) return snapshot;
  throw new GatewayError('unknown_profile', `There is no profile ${profile}.`);
}
