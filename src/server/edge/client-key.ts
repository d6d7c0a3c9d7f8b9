import { createHash, timingSafeEqual } from 'node:crypto';
import type { ClientKey } from '../../config/snapshot.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { Arrival } from '../../gateway/receive/receive.ts';

export interface KeyCheck {
  readonly keys: readonly ClientKey[];
  /** Wall clock, milliseconds: keys may expire. */
  readonly now: number;
}

/**
 * Callers from other machines show a client key; callers on this one need none.
 * @returns the key that was shown, whoever showed it; `undefined` without one
 * @throws GatewayError `client_key_required`
 */
export function checkClientKey(
  { keys, now }: KeyCheck,
  arrival: Pick<Arrival, 'callerIsLoopback' | 'edge'>,
): ClientKey | undefined {
  const shown = arrival.edge.clientKey?.reveal() ?? '';
  const key = shown === '' ? undefined : keys.find((each) => fits(each, shown) && !isExpired(each, now));
  if (key !== undefined || arrival.callerIsLoopback) return key;
  throw new GatewayError('client_key_required', 'This gateway serves other machines only with a client key.');
}

function fits(key: ClientKey, shown: string): boolean {
  if ('secret' in key) return sameSecret(key.secret.reveal(), shown);
  const digest = createHash('sha256').update(shown).digest();
  return timingSafeEqual(Buffer.from(key.digest, 'hex'), digest);
}

function isExpired(key: ClientKey, now: number): boolean {
  return 'expiresAt' in key && key.expiresAt !== undefined && key.expiresAt <= now;
}

/** Compares digests, so that neither length nor content of the secret shows in the time it takes. An empty secret matches nothing. */
export function sameSecret(expected: string, shown: string): boolean {
  if (expected === '') return false;
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(expected), digest(shown));
}
