/** YAML edited at the spans the document model tells of its nodes. Only block mappings are added to. */
import { isMap, isScalar, parseDocument, type Document, type Node, type Pair, type YAMLMap } from 'yaml';
import { asObject, type JsonObject, type JsonValue } from '../../domain/json-value.ts';
import { lineEnd, lineEndOf, lineNumber, lineStart, replaceSpan } from './layout.ts';
import { BrokenText, type KeyPath, type NewValue, type Syntax } from './syntax.ts';

export const yamlSyntax: Syntax = {
  name: 'yaml',
  parse: valuesOf,
  source: (text, path) => {
    const span = spanOf(pairAt(documentOf(text), path)?.value);
    return span === undefined ? undefined : text.slice(span.start, span.end);
  },
  set: setValue,
  remove: removeValue,
};

interface Span {
  readonly start: number;
  readonly end: number;
}

function documentOf(text: string): Document.Parsed {
  // Without pretty errors: their code frames repeat the text around a mistake, which may hold a secret.
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  const [error] = document.errors;
  if (error !== undefined)
    throw new BrokenText(`it is not valid YAML in line ${lineNumber(text, error.pos[0])}`);
  const { contents } = document;
  if (contents !== null && !isMap(contents) && !(isScalar(contents) && contents.value === null))
    throw new BrokenText('it is no YAML mapping');
  return document;
}

/** Aliases may lead in a circle, or unfold to far more than is written. */
function valuesOf(text: string): JsonObject {
  const document = documentOf(text);
  let values: unknown;
  try {
    values = document.toJS({ maxAliasCount: 100 });
    JSON.stringify(values);
  } catch (error) {
    throw new BrokenText('its aliases cannot be followed', error);
  }
  // What YAML has beyond JSON (dates, sets) is none of our keys, and is compared by what JSON says of it.
  return asObject(values as JsonValue) ?? {};
}

function pairOf(map: YAMLMap, name: string): Pair | undefined {
  return map.items.find(({ key }) => isScalar(key) && String(key.value) === name);
}

function pairAt({ contents }: Document.Parsed, path: KeyPath): Pair | undefined {
  let map: unknown = contents;
  let pair: Pair | undefined;
  for (const name of path) {
    if (!isMap(map)) return undefined;
    pair = pairOf(map, name);
    map = pair?.value;
  }
  return pair;
}

/** The source of a node, without what follows it; nothing of a value that is not written at all. */
function spanOf(node: unknown): Span | undefined {
  // Every parsed node carries its range.
  const range = (node as Node | null | undefined)?.range;
  if (!range || range[0] === range[1]) return undefined;
  return { start: range[0], end: range[1] };
}

function setValue(text: string, path: KeyPath, value: NewValue): string {
  let map: unknown = documentOf(text).contents;
  if (!isMap(map)) return appendBlock(text, blockOf(path, value, '', lineEndOf(text)));
  for (const [index, name] of path.entries()) {
    if (!isMap(map)) throw new BrokenText(`"${path[index - 1]}" is not a mapping there`);
    const pair = pairOf(map, name);
    const rest = path.slice(index + 1);
    if (pair === undefined) return insert(text, map, { path: path.slice(index), value });
    const span = spanOf(pair.value);
    if (span === undefined) return fill(text, pair, { path: rest, value });
    if (rest.length === 0) return replaceSpan(text, span.start, span.end, sourceOf(value));
    map = pair.value;
  }
  return text;
}

interface Entry {
  readonly path: KeyPath;
  readonly value: NewValue;
}

/** A block mapping grows behind its last line. */
function insert(text: string, map: YAMLMap, { path, value }: Entry): string {
  const last = map.items.at(-1);
  const first = map.items[0];
  if (map.flow === true || first === undefined || last === undefined)
    throw new BrokenText(`"${path[0]}" would have to go into a mapping in braces`);
  const start = keyStart(first);
  const indentation = ' '.repeat(start - lineStart(text, start));
  const eol = lineEndOf(text);
  const at = endOfPair(text, last);
  const block = blockOf(path, value, indentation, eol);
  return replaceSpan(text, at, at, text[at - 1] === '\n' ? block : eol + block.slice(0, -eol.length));
}

/** `name:` with nothing behind it. */
function fill(text: string, pair: Pair, { path, value }: Entry): string {
  const start = keyStart(pair);
  const colon = text.indexOf(':', (pair.key as Node).range?.[1] ?? start) + 1;
  if (path.length === 0) return replaceSpan(text, colon, colon, ` ${sourceOf(value)}`);
  const indentation = ' '.repeat(start - lineStart(text, start) + 2);
  const eol = lineEndOf(text);
  const at = lineEnd(text, colon);
  const block = blockOf(path, value, indentation, eol);
  return replaceSpan(text, at, at, text[at - 1] === '\n' ? block : eol + block);
}

function appendBlock(text: string, block: string): string {
  return (text === '' || text.endsWith('\n') ? text : text + lineEndOf(text)) + block;
}

/** `a:\n  b: value\n`, at an indentation. */
function blockOf(path: KeyPath, value: NewValue, indentation: string, eol: string): string {
  return path
    .map((name, depth) => {
      const end = depth === path.length - 1 ? ` ${sourceOf(value)}` : '';
      return `${indentation}${'  '.repeat(depth)}${keyText(name)}:${end}${eol}`;
    })
    .join('');
}

function removeValue(text: string, path: KeyPath): string {
  const document = documentOf(text);
  const pair = pairAt(document, path);
  const map = path.length === 1 ? document.contents : pairAt(document, path.slice(0, -1))?.value;
  if (pair === undefined || !isMap(map)) return text;
  if (map.flow === true) throw new BrokenText(`"${path.at(-1)}" stands in a mapping in braces`);
  return replaceSpan(text, lineStart(text, keyStart(pair)), endOfPair(text, pair), '');
}

function keyStart({ key }: Pair): number {
  // Every parsed key carries its range.
  return (key as Node).range?.[0] ?? 0;
}

/** Behind the last line of a pair: that of its innermost last value. */
function endOfPair(text: string, pair: Pair): number {
  let last: Pair = pair;
  while (isMap(last.value) && last.value.flow !== true) {
    const inner = last.value.items.at(-1);
    if (inner === undefined) break;
    last = inner;
  }
  const end = spanOf(last.value)?.end ?? (last.key as Node).range?.[1] ?? 0;
  return text[end - 1] === '\n' ? end : lineEnd(text, end);
}

function keyText(key: string): string {
  return /^[A-Za-z_][\w-]*$/.test(key) ? key : JSON.stringify(key);
}

/** JSON is YAML; words that need no quotes go without. */
function sourceOf(value: NewValue): string {
  if (value.kind === 'source') return value.text;
  const text = typeof value.value === 'string' ? value.value : undefined;
  const isWord = text !== undefined && /^(?:https?:\/\/)?[A-Za-z][\w./:-]*[\w/]$/.test(text);
  return isWord && !/^(?:true|false|null|yes|no|on|off)$/i.test(text) ? text : JSON.stringify(value.value);
}
