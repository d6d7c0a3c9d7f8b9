import { createHash, timingSafeEqual } from 'node:crypto';
import type { ClientKey } from '../config/snapshot.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Arrival } from '../gateway/receive.ts';

/**
 * Callers from other machines show a client key; callers on this one need none.
 * @returns the name of the key that was shown, whoever showed it; `undefined` without one
 * @throws GatewayError `client_key_required`
 */
export function checkClientKey(
  keys: readonly ClientKey[],
  arrival: Pick<Arrival, 'callerIsLoopback' | 'edge'>,
): string | undefined {
  const shown = arrival.edge.clientKey?.reveal() ?? '';
  const key = shown === '' ? undefined : keys.find(({ secret }) => sameSecret(secret.reveal(), shown));
  if (key !== undefined || arrival.callerIsLoopback) return key?.name;
  throw new GatewayError('client_key_required', 'This gateway serves other machines only with a client key.');
}

/** Compares digests, so that neither length nor content of the secret shows in the time it takes. An empty secret matches nothing. */
export function sameSecret(expected: string, shown: string): boolean {
  if (expected === '') return false;
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(expected), digest(shown));
}
