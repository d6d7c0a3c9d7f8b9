/** Longer texts are compared by their beginning. */
const MOST_WORDS = 20_000;

/** Scripts without blanks between words count by character. */
const WORD = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{N}]+/gu;

/**
 * How much of two texts is worded alike, from 0 to 1: twice the pairs of neighbouring words they share, as a share of
 * all such pairs (the Dice coefficient). Case and punctuation do not count. A measure of wording, not of meaning.
 * @returns `undefined` when neither has any text
 */
export function textSimilarity(one: string, other: string): number | undefined {
  const [a, b] = [one.trim(), other.trim()];
  if (a === '' && b === '') return undefined;
  if (a === b) return 1;
  const [first, second] = [wordsOf(a), wordsOf(b)];
  const pieces = first.length > 1 && second.length > 1 ? pairsOf : (words: readonly string[]) => words;
  return dice(pieces(first), pieces(second));
}

function wordsOf(text: string): readonly string[] {
  const words: string[] = [];
  for (const [word] of text.toLowerCase().matchAll(WORD)) {
    words.push(word);
    if (words.length === MOST_WORDS) break;
  }
  return words;
}

function pairsOf(words: readonly string[]): readonly string[] {
  return words.slice(1).map((word, index) => `${words[index]} ${word}`);
}

function dice(one: readonly string[], other: readonly string[]): number {
  const total = one.length + other.length;
  if (total === 0) return 0; // Signs alone, and not the same ones.
  const counts = new Map<string, number>();
  for (const piece of one) counts.set(piece, (counts.get(piece) ?? 0) + 1);
  let shared = 0;
  for (const piece of other) {
    const left = counts.get(piece) ?? 0;
    if (left === 0) continue;
    counts.set(piece, left - 1);
    shared += 1;
  }
  return (2 * shared) / total;
}
