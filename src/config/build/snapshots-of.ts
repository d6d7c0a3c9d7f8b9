import { placeOf } from '../../domain/provider-place.ts';
import type { Provider } from '../../domain/provider.ts';
import type { ConfigSnapshot } from '../snapshot.ts';

/** A configuration and what it is with each of its profiles in use. */
function snapshotsOf(snapshot: ConfigSnapshot): readonly ConfigSnapshot[] {
  return [snapshot, ...snapshot.profiles.values()];
}

/** Every provider that any profile knows, by its place; what is in use goes before what a profile makes of it. */
export function providersOf(snapshot: ConfigSnapshot): ReadonlyMap<string, Provider> {
  return new Map(
    snapshotsOf(snapshot)
      .toReversed()
      .flatMap(({ providers }) => [...providers.values()])
      .map((provider) => [placeOf(provider), provider]),
  );
}

/** Everything that may be connected to: the providers of every profile, with the chain entries that models pass. */
export function reachedProviders(snapshot: ConfigSnapshot): readonly Provider[] {
  return snapshotsOf(snapshot)
    .flatMap(({ providers }) => [...providers.values()])
    .flatMap((provider) => [
      provider,
      ...[provider, ...provider.variants.values()].flatMap(({ detours }) =>
        detours.map((each) => each.provider),
      ),
    ]);
}
