import type { Span } from './splice.ts';

/**
 * Words that stand in JSON texts over and over, told from their bytes: making a string of each costs ten times as much,
 * and a request has hundreds.
 */
export class JsonWords {
  readonly #byLength = new Map<number, readonly string[]>();

  /** @param words ASCII without anything that JSON escapes */
  constructor(words: readonly string[]) {
    for (const [length, alike] of Map.groupBy(words, (word) => word.length))
      this.#byLength.set(length, alike);
  }

  /** The word that a string token is; `undefined` for every other text. @param token quotes included */
  at(bytes: Buffer, { start, end }: Span): string | undefined {
    const alike = this.#byLength.get(end - start - 2);
    if (alike === undefined) return undefined;
    for (const word of alike) if (isAt(bytes, start + 1, word)) return word;
    return undefined;
  }
}

function isAt(bytes: Buffer, start: number, word: string): boolean {
  for (let index = 0; index < word.length; index++)
    if (bytes[start + index] !== word.charCodeAt(index)) return false;
  return true;
}
