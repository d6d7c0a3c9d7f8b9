/**
 * The way to the translating half of the gateway. It is a third of all code, and a gateway whose clients speak their
 * providers' formats never needs it: it is loaded with the first request that does, or early (`loadTranslation`)
 * where the configuration lets expect one.
 */
import { createRequire } from 'node:module';
import type { ConfigSnapshot } from '../../config/snapshot.ts';
import type * as Translation from './translation.ts';

const require = createRequire(import.meta.url);

let loaded: typeof Translation | undefined;

/** Loads at once and without a wait, because a target is prepared in one go. */
export function loadTranslation(): typeof Translation {
  loaded ??= require('./translation.ts') as typeof Translation; // The very module the type is taken from.
  return loaded;
}

/** Whether requests may soon have to be translated: not every provider speaks what Claude Code does. */
export function expectsTranslation({ providers }: ConfigSnapshot): boolean {
  return [...providers.values()].some(({ format }) => format !== 'anthropic-messages');
}
