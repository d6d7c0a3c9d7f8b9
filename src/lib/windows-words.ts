/** One word of a Windows command line as programs split it: a quote is `\"`, and backslashes before one are doubled. */
export function quoteForWindows(word: string): string {
  const inner = word.replaceAll(/(\\*)"/g, String.raw`$1$1\"`).replace(/(\\*)$/, '$1$1');
  return `"${inner}"`;
}

/** What `cmd.exe` is given, verbatim, to run a program that is a script with exactly these words. */
export function cmdWords(file: string, words: readonly string[]): string[] {
  const line = [escapeForCmd(file), ...words.map((word) => escapeForCmd(quoteForWindows(word)))].join(' ');
  return ['/d', '/s', '/c', `"${line}"`];
}

/** cmd reads the line once more before the program does; a caret takes a sign's meaning away. */
function escapeForCmd(text: string): string {
  return text.replaceAll(/[()%!^"<>&|;, ]/g, '^$&');
}
