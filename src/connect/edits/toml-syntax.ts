/** TOML edited at the spans of its statements; `smol-toml` reads the values. */
import { parse, stringify, TomlError } from 'smol-toml';
import type { JsonObject, JsonValue } from '../../domain/json-value.ts';
import { lineEndOf, replaceSpan } from './layout.ts';
import { BrokenText, type KeyPath, type NewValue, type Syntax } from './syntax.ts';
import { tomlStatements, type TomlStatement } from './toml-statements.ts';

export const tomlSyntax: Syntax = {
  name: 'toml',
  parse: parseToml,
  source: (text, path) => {
    const pair = pairAt(tomlStatements(text), path);
    return pair === undefined ? undefined : text.slice(pair.start, pair.end);
  },
  set: setPair,
  remove: removeAll,
};

function parseToml(text: string): JsonObject {
  try {
    // Dates are compared by what JSON says of them; nothing else differs.
    return parse(text, { integersAsBigInt: 'asNeeded' }) as unknown as JsonObject;
  } catch (error) {
    // The parser's message goes on with the text around the mistake, which may hold a secret.
    const line = error instanceof TomlError ? ` in line ${error.line}` : '';
    throw new BrokenText(`it is not valid TOML${line}`, error);
  }
}

function pairAt(statements: readonly TomlStatement[], path: KeyPath): TomlStatement | undefined {
  return statements.find(
    (statement) => statement.kind === 'pair' && leadsTo(statement.path, path, path.length),
  );
}

/** Whether `path` begins with the names of `prefix`, and is `length` long where that is asked for. */
function leadsTo(path: KeyPath, prefix: KeyPath, length?: number): boolean {
  return (length === undefined || path.length === length) && prefix.every((name, at) => path[at] === name);
}

function setPair(text: string, path: KeyPath, value: NewValue): string {
  const statements = tomlStatements(text);
  const source = value.kind === 'source' ? value.text : valueText(value.value);
  const present = pairAt(statements, path);
  if (present !== undefined) return replaceSpan(text, present.start, present.end, source);
  const table = path.slice(0, -1);
  const line = `${keyText(path.at(-1) ?? '')} = ${source}`;
  if (table.length === 0) return insertAtTop(text, statements, line);
  const header = statements.findIndex(
    ({ kind, path: at }) => kind === 'table' && leadsTo(at, table, table.length),
  );
  if (header === -1) return appendSection(text, table, [line]);
  return insertBehind(text, lastOfSection(statements, header), line);
}

/** The last pair below a header, or the header itself. */
function lastOfSection(statements: readonly TomlStatement[], header: number): TomlStatement | undefined {
  const next = statements.findIndex(({ kind }, index) => index > header && kind !== 'pair');
  return statements[(next === -1 ? statements.length : next) - 1];
}

/** Keys of no table stand before the first header. */
function insertAtTop(text: string, statements: readonly TomlStatement[], line: string): string {
  const header = statements.findIndex(({ kind }) => kind !== 'pair');
  const last = statements[(header === -1 ? statements.length : header) - 1];
  if (last !== undefined) return insertBehind(text, last, line);
  const eol = lineEndOf(text);
  return `${line}${eol}${text}`;
}

function insertBehind(text: string, statement: TomlStatement | undefined, line: string): string {
  if (statement === undefined) return text;
  const eol = lineEndOf(text);
  const at = statement.lineEnd;
  const closed = text[at - 1] === '\n';
  return replaceSpan(text, at, at, closed ? line + eol : eol + line);
}

function appendSection(text: string, path: KeyPath, lines: readonly string[]): string {
  const eol = lineEndOf(text);
  const section = [`[${path.map(keyText).join('.')}]`, ...lines, ''].join(eol);
  if (text === '') return section;
  const closed = text.endsWith('\n') ? text : text + eol;
  return closed + eol + section;
}

/** Takes away a key, or a table with everything in it, and the blank line before a header. */
function removeAll(text: string, path: KeyPath): string {
  const doomed = tomlStatements(text).filter(({ path: at }) => leadsTo(at, path));
  return doomed.reduceRight((rest, { kind, lineStart, lineEnd }) => {
    const gap = kind === 'pair' ? 0 : (/\r?\n(?=\r?\n$)/.exec(rest.slice(0, lineStart))?.[0].length ?? 0);
    return replaceSpan(rest, lineStart - gap, lineEnd, '');
  }, text);
}

function keyText(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : JSON.stringify(key);
}

function valueText(value: JsonValue): string {
  return stringify({ value })
    .replace(/^value = /, '')
    .trimEnd();
}
