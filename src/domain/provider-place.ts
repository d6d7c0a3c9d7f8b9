import type { Origin } from './origin.ts';
import type { Provider } from './provider.ts';

/** Where a provider stands, whichever chain entry it is reached through. */
export function homeOf({ home, origin }: Pick<Provider, 'home' | 'origin'>): Origin {
  return home ?? origin;
}

/** What is learnt of a provider is kept by name and home: a profile may give the same name to another server. */
export function placeOf(provider: Pick<Provider, 'name' | 'home' | 'origin'>): string {
  return `${provider.name} ${homeOf(provider)}`;
}
