/**
 * The way to the translating half of the gateway. It is a third of all code, and a gateway whose clients speak their
 * providers' formats never needs it: it is loaded with the first request that does, or early (`loadTranslation`)
 * where the configuration lets expect one.
 */
import type { ConfigSnapshot } from '../../config/snapshot.ts';
import { lazyModule } from '../../lib/lazy.ts';
import type * as Translation from './translation.ts';

/** Loads at once and without a wait, because a target is prepared in one go. */
export const loadTranslation = lazyModule<typeof Translation>(import.meta.url, './translation.ts');

/** Whether requests may soon have to be translated: not every provider speaks what Claude Code does. */
export function expectsTranslation({ providers }: ConfigSnapshot): boolean {
  return [...providers.values()].some(({ format }) => format !== 'anthropic-messages');
}
