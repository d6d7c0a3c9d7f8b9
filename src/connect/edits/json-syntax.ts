/** JSON and JSON with comments, edited at the spans of its values. */
import { createScanner, parseTree, getNodeValue, printParseErrorCode } from 'jsonc-parser';
import type { Node, ParseError } from 'jsonc-parser';
import { asObject, type JsonValue } from '../../domain/json-value.ts';
import { indentationAt, lineEndOf, lineNumber, replaceSpan } from './layout.ts';
import { BrokenText, type KeyPath, type NewValue, type Syntax } from './syntax.ts';

export const jsonSyntax: Syntax = {
  name: 'json',
  parse: (text) => (isEmpty(text) ? {} : (asObject(getNodeValue(rootOf(text)) as JsonValue) ?? {})),
  source: (text, path) => {
    const value = isEmpty(text) ? undefined : propertyAt(rootOf(text), path)?.children?.[1];
    return value === undefined ? undefined : text.slice(value.offset, endOf(value));
  },
  set: setValue,
  remove: removeValue,
};

const PARSE_OPTIONS = { allowTrailingComma: true, disallowComments: false };

/** Nothing but blanks and comments: a client takes such a file for an empty one. */
function isEmpty(text: string): boolean {
  if (!isTrivia(text)) return false;
  if (isTrivia(`${text}\n{}`)) throw new BrokenText('it is not valid JSON: a comment has no end');
  return true;
}

function rootOf(text: string): Node {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, PARSE_OPTIONS);
  const [error] = errors;
  if (error !== undefined) {
    const what = printParseErrorCode(error.error).replaceAll(/(?<=.)[A-Z]/g, (letter) => ` ${letter}`);
    throw new BrokenText(
      `it is not valid JSON: ${what.toLowerCase()} in line ${lineNumber(text, error.offset)}`,
    );
  }
  if (root?.type !== 'object') throw new BrokenText('it holds no JSON object');
  return root;
}

function endOf(node: Node): number {
  return node.offset + node.length;
}

/** The property of one object; a name that stands there twice means something else to each reader. */
function propertyOf(object: Node, name: string): Node | undefined {
  const found = (object.children ?? []).filter((property) => property.children?.[0]?.value === name);
  if (found.length > 1) throw new BrokenText(`the key "${name}" stands there twice`);
  return found[0];
}

function propertyAt(root: Node, path: KeyPath): Node | undefined {
  let object: Node | undefined = root;
  let property: Node | undefined;
  for (const name of path) {
    if (object?.type !== 'object') return undefined;
    property = propertyOf(object, name);
    object = property?.children?.[1];
  }
  return property;
}

function setValue(text: string, path: KeyPath, value: NewValue): string {
  if (isEmpty(text))
    return setValue(`${text}${text === '' || text.endsWith('\n') ? '' : '\n'}{}\n`, path, value);
  let object = rootOf(text);
  for (const [index, name] of path.entries()) {
    const rest = path.slice(index + 1);
    const present = propertyOf(object, name)?.children?.[1];
    if (present === undefined) return insert(text, object, { name, value: nested(rest, value) });
    if (rest.length === 0)
      return replaceSpan(text, present.offset, endOf(present), written(text, present.offset, value));
    if (present.type !== 'object') throw new BrokenText(`"${name}" is not an object there`);
    object = present;
  }
  return text;
}

/** The value below the names that are still missing. */
function nested(names: KeyPath, value: NewValue): NewValue {
  if (names.length === 0) return value;
  if (value.kind === 'source') {
    const text = names.reduceRight((inner, name) => `{${JSON.stringify(name)}: ${inner}}`, value.text);
    return { kind: 'source', text };
  }
  const whole = names.reduceRight<JsonValue>((inner, name) => ({ [name]: inner }), value.value);
  return { kind: 'value', value: whole };
}

interface Entry {
  readonly name: string;
  readonly value: NewValue;
}

function insert(text: string, object: Node, { name, value }: Entry): string {
  const close = endOf(object) - 1;
  const last = object.children?.at(-1);
  if (last === undefined) return insertIntoEmpty(text, object, { name, value });
  const comma = commaAfter(text, endOf(last), close);
  const isInline = !text.slice(object.offset, close).includes('\n');
  const colon = isInline && !/":\s/.test(text.slice(object.offset, close)) ? ':' : ': ';
  const inlineLead = colon === ':' ? '' : ' ';
  const lead = isInline ? inlineLead : lineEndOf(text) + indentationAt(text, last.offset);
  const body = isInline ? compact(value, colon === ': ') : written(text, last.offset, value);
  const entry = `${lead}${JSON.stringify(name)}${colon}${body}`;
  // Behind the comments that follow the last property: they are about it, not about ours.
  const behind = endOfTrivia(text, comma ?? endOf(last), close);
  if (comma !== undefined) return replaceSpan(text, behind, behind, `${entry},`);
  return replaceSpan(replaceSpan(text, behind, behind, entry), endOf(last), endOf(last), ',');
}

function insertIntoEmpty(text: string, object: Node, { name, value }: Entry): string {
  const start = object.offset + 1;
  const close = endOf(object) - 1;
  const eol = lineEndOf(text);
  const outer = indentationAt(text, object.offset);
  const inner = outer + unitOf(text);
  const body = value.kind === 'source' ? value.text : indented(value.value, unitOf(text), inner, eol);
  const kept = text.slice(start, close).trimEnd();
  return replaceSpan(
    text,
    start,
    close,
    `${kept}${eol}${inner}${JSON.stringify(name)}: ${body}${eol}${outer}`,
  );
}

/** A value as it is to stand at an offset: indented like the line it stands in. */
function written(text: string, offset: number, value: NewValue): string {
  if (value.kind === 'source') return value.text;
  return indented(value.value, unitOf(text), indentationAt(text, offset), lineEndOf(text));
}

function indented(value: JsonValue, unit: string, indentation: string, eol: string): string {
  return JSON.stringify(value, null, unit).replaceAll('\n', eol + indentation);
}

function compact(value: NewValue, spaced: boolean): string {
  if (value.kind === 'source') return value.text;
  if (!spaced) return JSON.stringify(value.value);
  return JSON.stringify(value.value, null, 1)
    .replaceAll(/\n\s*/g, ' ')
    .replaceAll(/([{[]) | (?=[}\]])/g, '$1');
}

/** The blanks of one level: those of the first indented line. */
function unitOf(text: string): string {
  return /\n([\t ]+)["}\]/]/.exec(text)?.[1] ?? '  ';
}

/** Just behind the comma that follows `from`, if one does before `to`. */
function commaAfter(text: string, from: number, to: number): number | undefined {
  const scanner = createScanner(text, true);
  scanner.setPosition(from);
  // The scanner skips blanks and comments; the next token is a comma or the closing brace.
  scanner.scan();
  const start = scanner.getTokenOffset();
  return start < to && text[start] === ',' ? start + 1 : undefined;
}

/** The end of the last comment between two offsets; `from` where there is none. */
function endOfTrivia(text: string, from: number, to: number): number {
  return from + text.slice(from, to).trimEnd().length;
}

function isTrivia(text: string): boolean {
  const scanner = createScanner(text, true);
  scanner.scan();
  return scanner.getTokenOffset() >= text.length;
}

function removeValue(text: string, path: KeyPath): string {
  if (isEmpty(text)) return text;
  const property = propertyAt(rootOf(text), path);
  const object = property?.parent;
  if (property === undefined || object === undefined) return text;
  const close = endOf(object) - 1;
  const siblings = object.children ?? [];
  const before = siblings[siblings.indexOf(property) - 1];
  const comma = commaAfter(text, endOf(property), close);
  const blanks = /\s*$/.exec(text.slice(0, property.offset))?.[0] ?? '';
  const start = property.offset - blanks.length;
  const isFirstInline = before === undefined && !blanks.includes('\n');
  if (comma !== undefined && isFirstInline) {
    const gap = /^[\t ]*/.exec(text.slice(comma))?.[0].length ?? 0;
    return replaceSpan(text, property.offset, comma + gap, '');
  }
  if (comma !== undefined) return collapsed(replaceSpan(text, start, comma, ''), object.offset);
  const removed = replaceSpan(text, start, endOf(property), '');
  if (before === undefined) return collapsed(removed, object.offset);
  const ownComma = commaAfter(text, endOf(before), property.offset + 1) ?? endOf(before);
  return replaceSpan(removed, ownComma - 1, ownComma, '');
}

/** An object that holds nothing any more, not even a comment, closes where it opens. */
function collapsed(text: string, open: number): string {
  const inside = /^\{\s*\}/.exec(text.slice(open))?.[0];
  return inside === undefined ? text : replaceSpan(text, open, open + inside.length, '{}');
}
