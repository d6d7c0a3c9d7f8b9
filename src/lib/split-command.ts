/**
 * Command lines as people write them → words, without a shell. What only a shell could do is refused, because a
 * command that silently means something else is worse than one that does not start.
 */
export type SplitCommand =
  | { readonly kind: 'words'; readonly words: readonly [string, ...string[]] }
  /** The rest of a sentence. */
  | { readonly kind: 'wrong'; readonly reason: string };

/** Outside of quotes these mean something to a shell. */
const SHELL_SIGNS = new Set(['|', '&', ';', '<', '>', '`', '$', '\n', '(', ')', '*', '?']);

/**
 * Single quotes keep everything, double quotes keep all but `\"` and `\\`. A backslash outside of quotes is a
 * plain character before a letter or digit, so that Windows paths survive, and escapes anything else.
 */
export function splitCommand(text: string): SplitCommand {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let index = 0; index < text.length; index++) {
    const sign = text[index] ?? '';
    const next = text[index + 1] ?? '';
    if (isEscape(sign, next, quote)) {
      word = (word ?? '') + next;
      index++;
    } else if (quote !== undefined) {
      if (sign === quote) quote = undefined;
      else word = (word ?? '') + sign;
    } else if (sign === '"' || sign === "'") {
      quote = sign;
      word ??= '';
    } else if (SHELL_SIGNS.has(sign)) {
      return { kind: 'wrong', reason: `has ${JSON.stringify(sign)}, which only a shell understands` };
    } else if (sign === ' ' || sign === '\t') {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + sign;
  }
  if (quote !== undefined) return { kind: 'wrong', reason: `opens a quote (${quote}) that nothing closes` };
  if (word !== undefined) words.push(word);
  const [first, ...rest] = words;
  if (first === undefined || first === '') return { kind: 'wrong', reason: 'names no program' };
  return { kind: 'words', words: [first, ...rest] };
}

function isEscape(sign: string, next: string, quote: string | undefined): boolean {
  if (sign !== '\\' || quote === "'" || next === '') return false;
  return quote === '"' ? next === '"' || next === '\\' : !/[A-Za-z0-9._-]/.test(next);
}

/** Words → a command line that {@link splitCommand} reads as the same words. */
export function joinWords(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}

function quoteWord(word: string): string {
  if (/^[A-Za-z0-9_./:=@%+,~{}-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'"'"'`)}'`;
}
