import type { ClientKey } from '../../config/snapshot.ts';
import type { AttemptRecord } from '../../domain/attempt.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { RequestKind } from '../../domain/exchange.ts';
import type { Gateway } from '../gateway.ts';

/** One request that counts against the limits of its client key. */
export interface UseOfKey {
  /** Adds what was used: what was billed counts, whether it was delivered or not. */
  count(attempts: readonly AttemptRecord[]): void;
  /** Makes room for the next request of the key; once. */
  end(): void;
}

/**
 * Counts a request against its key. Counting tokens is free: clients do it in bursts and pay nothing for it.
 * @returns `undefined` where nothing is limited
 * @throws GatewayError `client_key_limit`
 */
export function beginUse(
  { traffic, clock }: Pick<Gateway, 'traffic' | 'clock'>,
  { operation }: RequestKind,
  key: ClientKey | undefined,
): UseOfKey | undefined {
  if (key === undefined || !('limits' in key) || key.limits === undefined) return undefined;
  if (operation !== 'generate') return undefined;
  const { name, limits } = key;
  const admission = traffic.keys.begin(name, limits, clock.now());
  if (admission.kind === 'refused')
    throw new GatewayError('client_key_limit', `The client key ${name} ${admission.reason}.`, {
      retryAfter: admission.retryAfter,
    });
  let tokens = 0;
  return {
    count: (attempts) => {
      for (const attempt of attempts) tokens += tokensOf(attempt);
    },
    end: () => traffic.keys.end(name, tokens),
  };
}

function tokensOf({ usage }: AttemptRecord): number {
  const { input, output, cacheRead, cacheWrite5m, cacheWrite1h } = usage;
  return (input ?? 0) + (output ?? 0) + (cacheRead ?? 0) + (cacheWrite5m ?? 0) + (cacheWrite1h ?? 0);
}
