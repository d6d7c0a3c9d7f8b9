/** Lines of a text, by offsets into it. */

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Behind the line that this offset is in or, where it is behind a line break already, right there. */
export function behindLine(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === '\n') return offset;
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end + 1;
}

/** Spaces and other characters in front of it on its line. */
export function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

/** Puts whole lines in at an offset that is the start of a line, or the end of a text that may lack its last break. */
export function insertLines(
  text: string,
  offset: number,
  { lines, indent }: { readonly lines: readonly string[]; readonly indent: number },
): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const before = text.slice(0, offset);
  const missing = before === '' || before.endsWith('\n') ? '' : eol;
  const block = lines.map((line) => `${' '.repeat(indent)}${line}${eol}`).join('');
  return `${before}${missing}${block}${text.slice(offset)}`;
}

export function replace(text: string, [from, to]: readonly [number, number], by: string): string {
  return text.slice(0, from) + by + text.slice(to);
}
