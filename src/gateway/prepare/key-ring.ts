import type { Provider } from '../../domain/provider.ts';
import type { TargetKey } from '../../guard/target-key.ts';
import { targetKeyOf } from './account.ts';

/** A provider once with each of its keys. Copies are made once, because connections are kept by provider. */
const copies = new WeakMap<Provider, readonly Provider[]>();

/** A provider with each of its keys; by itself where it has one, or none. */
export function keysOf(provider: Provider): readonly Provider[] {
  const { auth } = provider;
  if (auth.kind !== 'secret' || auth.ring === undefined) return [provider];
  const known = copies.get(provider);
  if (known !== undefined) return known;
  const keys = auth.ring.secrets.map((secret, index) =>
    index === 0 ? provider : { ...provider, auth: { ...auth, secret, slot: index + 1 } },
  );
  for (const key of keys) copies.set(key, keys);
  return keys;
}

/** Who a target is reached with, by every key there is. */
export function targetKeysOf(provider: Provider, model: string): readonly TargetKey[] {
  return keysOf(provider).map((keyed) => targetKeyOf(keyed, model));
}
