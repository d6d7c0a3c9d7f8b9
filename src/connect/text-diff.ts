/** What changes between two texts, line by line, for people: values that look like secrets are covered. */
import { KEY_HEADER } from './client-setup.ts';

/** Beyond so many changed lines the pieces are shown whole: nobody reads a finer comparison. */
const FINE_LINES = 400;

/** Changed lines, `-` and `+`, below a heading per place. Empty when nothing changes. */
export function textDiff(before: string, after: string): string[] {
  const old = before.split(/\r?\n/);
  const next = after.split(/\r?\n/);
  const shared = Math.min(old.length, next.length);
  let start = 0;
  while (start < shared && old[start] === next[start]) start += 1;
  let end = 0;
  while (end < shared - start && old[old.length - 1 - end] === next[next.length - 1 - end]) end += 1;
  const removed = old.slice(start, old.length - end);
  const added = next.slice(start, next.length - end);
  const isFine = removed.length <= FINE_LINES && added.length <= FINE_LINES;
  const lines = isFine ? compare(removed, added) : whole(removed, added);
  return withHeadings(lines, start + 1).map(covered);
}

interface DiffLine {
  readonly sign: '-' | '+' | ' ';
  readonly text: string;
}

function whole(removed: readonly string[], added: readonly string[]): DiffLine[] {
  return [
    ...removed.map((text) => ({ sign: '-' as const, text })),
    ...added.map((text) => ({ sign: '+' as const, text })),
  ];
}

/** The longest common sequence of lines stays; the rest goes and comes. */
function compare(old: readonly string[], next: readonly string[]): DiffLine[] {
  const width = next.length + 1;
  const common = new Uint16Array((old.length + 1) * width);
  const at = (row: number, column: number): number => common[row * width + column] ?? 0;
  for (let row = old.length - 1; row >= 0; row -= 1)
    for (let column = next.length - 1; column >= 0; column -= 1)
      common[row * width + column] =
        old[row] === next[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
  const lines: DiffLine[] = [];
  let row = 0;
  let column = 0;
  while (row < old.length || column < next.length) {
    const before = old[row];
    const after = next[column];
    if (before !== undefined && before === after) {
      lines.push({ sign: ' ', text: before });
      row += 1;
      column += 1;
    } else if (before !== undefined && (after === undefined || at(row + 1, column) >= at(row, column + 1))) {
      lines.push({ sign: '-', text: before });
      row += 1;
    } else {
      lines.push({ sign: '+', text: after ?? '' });
      column += 1;
    }
  }
  return lines;
}

/** Only changed lines, and where they stand in the new text. */
function withHeadings(lines: readonly DiffLine[], firstLine: number): string[] {
  const shown: string[] = [];
  let line = firstLine;
  let last: DiffLine['sign'] = ' ';
  for (const { sign, text } of lines) {
    if (sign !== ' ' && last === ' ') shown.push(`@@ line ${line} @@`);
    if (sign !== ' ') shown.push(`${sign} ${text}`);
    if (sign !== '-') line += 1;
    last = sign;
  }
  return shown;
}

/** Of what a client key is made, its owner decides: an escape, a comma and a single quote may be parts of it. */
const CLIENT_KEY = new RegExp(`(${KEY_HEADER}["']?\\s*[:=]\\s*["']?)(?:\\\\.|[^\\s"\\\\])+`, 'gi');

const SECRET =
  /([\w.-]*(?:key|token|secret|password|passwd|authorization|credential)[\w.-]*["']?\s*[:=]\s*["']?)((?:\\.|,(?=[^\s"'])|[^"'\s,\\]){6,})/gi;

/** A name such as `OPENAI_API_KEY` or `env:OPENAI_API_KEY` says where a key is, and is none; nor is a number of tokens. */
function covered(line: string): string {
  return line
    .replaceAll(CLIENT_KEY, '$1••••••')
    .replaceAll(SECRET, (whole, name: string, value: string) =>
      /^(?:(?:env:)?[A-Z][A-Z0-9_]*|file:.*|\d{1,9})$/.test(value) ? whole : `${name}••••••`,
    );
}
