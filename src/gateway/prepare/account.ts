import { createHash } from 'node:crypto';
import { assertNever } from '../../lib/assert-never.ts';
import type { CallerCredential } from '../../domain/credential.ts';
import { homeOf } from '../../domain/provider-place.ts';
import type { Provider } from '../../domain/provider.ts';
import type { CredentialOwner, TargetKey } from '../../guard/target-key.ts';

/** Who a request to this provider is charged to, in kind. */
export function ownerOf({ auth }: Provider): CredentialOwner {
  switch (auth.kind) {
    case 'caller':
      return 'caller';
    case 'none':
      return 'none';
    case 'missing':
      return 'gateway';
    case 'secret':
      return auth.slot === undefined ? 'gateway' : `gateway-${auth.slot}`;
    default:
      return assertNever(auth);
  }
}

/** What a breaker is about: the provider with the credential it is asked with, and a model. */
export function targetKeyOf(provider: Provider, model: string | undefined): TargetKey {
  return { provider: provider.name, origin: homeOf(provider), owner: ownerOf(provider), model: model ?? '' };
}

/** Hashes of credentials that are in use: a request asks several times for its own. */
const known = new WeakMap<CallerCredential, string>();

/**
 * Whose limits count at a provider: the gateway's own, or those of one caller, by a hash of the credential that
 * tells callers apart and gives nothing away.
 */
export function accountOf(provider: Provider, caller: CallerCredential | undefined): string {
  const owner = ownerOf(provider);
  return owner === 'caller' && caller !== undefined ? `caller-${hashOf(caller)}` : owner;
}

/**
 * Whose subscription is used up: a caller's goes with its credential wherever that is taken, while each provider has
 * keys of its own.
 */
export function subscriptionOf(provider: Provider, caller: CallerCredential | undefined): string {
  const account = accountOf(provider, caller);
  return provider.auth.kind === 'caller' ? account : `${provider.name} ${account}`;
}

function hashOf(caller: CallerCredential): string {
  const found = known.get(caller);
  if (found !== undefined) return found;
  const hash = createHash('sha256');
  for (const { value } of caller.headers) hash.update(value.reveal().replace(/^bearer\s+/i, ''));
  const text = hash.digest('hex').slice(0, 12);
  known.set(caller, text);
  return text;
}
