/** One word of a Windows command line as programs split it: a quote is `\"`, and backslashes before one are doubled. */
export function quoteForWindows(word: string): string {
  const inner = word.replaceAll(/(\\*)"/g, String.raw`$1$1\"`).replace(/(\\*)$/, '$1$1');
  return `"${inner}"`;
}
