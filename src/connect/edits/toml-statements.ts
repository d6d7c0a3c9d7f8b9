/** Splits TOML into its statements, with the spans of their keys and values: what a parser of values does not tell. */
import { lineEnd, lineNumber, lineStart } from './layout.ts';
import { BrokenText, type KeyPath } from './syntax.ts';

export interface TomlStatement {
  readonly kind: 'table' | 'table-array' | 'pair';
  /** From the top of the file; tables of an array carry a mark that no key can be. */
  readonly path: KeyPath;
  /** The value of a pair; of a table, its header. */
  readonly start: number;
  readonly end: number;
  /** The whole lines it takes. */
  readonly lineStart: number;
  readonly lineEnd: number;
}

/** @throws BrokenText where it cannot follow; whether the values are right is not looked at */
export function tomlStatements(text: string): TomlStatement[] {
  const statements: TomlStatement[] = [];
  let table: KeyPath = [];
  let offset = skipTrivia(text, 0);
  while (offset < text.length) {
    const statement = text[offset] === '[' ? readHeader(text, offset) : readPair(text, offset, table);
    if (statement.kind === 'table') table = statement.path;
    if (statement.kind === 'table-array') table = [...statement.path, IN_ARRAY];
    statements.push(statement);
    offset = skipTrivia(text, statement.end);
  }
  return statements;
}

const IN_ARRAY = '\0[]';

function readHeader(text: string, start: number): TomlStatement {
  const isArray = text.startsWith('[[', start);
  const { path, end } = readKey(text, start + (isArray ? 2 : 1));
  const close = isArray ? ']]' : ']';
  if (!text.startsWith(close, end)) throw broken(text, start);
  const kind = isArray ? 'table-array' : 'table';
  return { kind, path, start, end: end + close.length, ...linesOf(text, start, end) };
}

function readPair(text: string, start: number, table: KeyPath): TomlStatement {
  const key = readKey(text, start);
  if (text[key.end] !== '=') throw broken(text, start);
  const value = skipBlanks(text, key.end + 1);
  const end = endOfValue(text, value);
  return { kind: 'pair', path: [...table, ...key.path], start: value, end, ...linesOf(text, start, end) };
}

function linesOf(text: string, start: number, end: number): Pick<TomlStatement, 'lineStart' | 'lineEnd'> {
  return { lineStart: lineStart(text, start), lineEnd: lineEnd(text, end) };
}

const KEY_PART = /[\t ]*(?:([A-Za-z0-9_-]+)|"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)')[\t ]*/y;

/** A dotted key; `end` is at the sign behind it. */
function readKey(text: string, start: number): { readonly path: KeyPath; readonly end: number } {
  const path: string[] = [];
  let offset = start;
  for (;;) {
    KEY_PART.lastIndex = offset;
    const match = KEY_PART.exec(text);
    if (match === null) throw broken(text, start);
    path.push(match[1] ?? match[3] ?? unescaped(match[2] ?? ''));
    offset = KEY_PART.lastIndex;
    if (text[offset] !== '.') return { path, end: offset };
    offset += 1;
  }
}

/** TOML's short escapes are JSON's, but for the long form of code points. */
function unescaped(text: string): string {
  const json = text.replaceAll(/\\U([0-9A-Fa-f]{8})/g, (_, code: string) =>
    JSON.stringify(String.fromCodePoint(Number.parseInt(code, 16))).slice(1, -1),
  );
  try {
    return String(JSON.parse(`"${json}"`));
  } catch {
    return text; // An escape JSON does not know: such a key is none of ours, and stays as it is.
  }
}

const STRING = /"""(?:[^\\]|\\[\s\S])*?"{3,5}|'''[\s\S]*?'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'/y;

/** The end of a value: a string, a bracketed list or table over any number of lines, or the rest of a line. */
function endOfValue(text: string, start: number): number {
  let offset = start;
  let depth = 0;
  while (offset < text.length) {
    STRING.lastIndex = offset;
    const sign = text[offset] ?? '';
    if (sign === '"' || sign === "'") {
      if (STRING.exec(text) === null) throw broken(text, start);
      offset = STRING.lastIndex;
      if (depth === 0) return offset;
      continue;
    }
    if (sign === '#' && depth > 0) {
      offset = lineEnd(text, offset);
      continue;
    }
    if (depth === 0 && /[\r\n#]/.test(sign)) break;
    if (sign === '[' || sign === '{') depth += 1;
    if (sign === ']' || sign === '}') depth -= 1;
    offset += 1;
    if (depth === 0 && (sign === ']' || sign === '}')) return offset;
  }
  if (depth !== 0) throw broken(text, start);
  return start + text.slice(start, offset).trimEnd().length;
}

function skipBlanks(text: string, start: number): number {
  return start + (/^[\t ]*/.exec(text.slice(start))?.[0].length ?? 0);
}

const TRIVIA = /(?:[\t\r\n ]+|#[^\n]*)*/y;

function skipTrivia(text: string, start: number): number {
  TRIVIA.lastIndex = start;
  TRIVIA.exec(text);
  return TRIVIA.lastIndex;
}

function broken(text: string, offset: number): BrokenText {
  return new BrokenText(`it is not valid TOML in line ${lineNumber(text, offset)}`);
}
