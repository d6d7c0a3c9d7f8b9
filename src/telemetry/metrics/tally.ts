/** Stands in no word that is counted by. */
const SEPARATOR = '\u0000';

/** Counts by a few words, as plain numbers. The words must be of bounded sets: every combination is kept. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(words: readonly string[], amount = 1): void {
    const key = words.join(SEPARATOR);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + amount);
  }

  /** Each combination with its count, in the order in which they first came. */
  *entries(): Generator<readonly [words: readonly string[], count: number]> {
    for (const [key, count] of this.#counts) yield [key.split(SEPARATOR), count];
  }
}
