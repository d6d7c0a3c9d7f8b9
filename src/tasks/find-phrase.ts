import { Lru } from '../lib/lru.ts';

/** Texts remembered for each list of phrases. */
const MOST = 16;

const searched = new WeakMap<readonly string[], Lru<string, { readonly phrase: string | undefined }>>();

/**
 * The first of some phrases that a text holds. Remembered: the instructions of an agent are the same text with every
 * request of a session, and looking through them costs more than everything else that a task is recognised by.
 */
export function findPhrase(text: string, phrases: readonly string[]): string | undefined {
  const known = searched.get(phrases) ?? new Lru(MOST);
  searched.set(phrases, known);
  const before = known.get(text);
  if (before !== undefined) return before.phrase;
  const phrase = phrases.find((words) => text.includes(words));
  known.set(text, { phrase });
  return phrase;
}
