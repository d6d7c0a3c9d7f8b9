/** Files of `NAME=value` lines. */
import { asText, type JsonObject } from '../../domain/json-value.ts';
import { lineEndOf, replaceSpan } from './layout.ts';
import { BrokenText, type KeyPath, type NewValue, type Syntax } from './syntax.ts';

export const envSyntax: Syntax = {
  name: 'env',
  parse: (text) => {
    const values: JsonObject = {};
    for (const { name, value } of assignmentsOf(text)) values[name] = unquoted(value);
    return values;
  },
  source: (text, path) => assignmentAt(text, path)?.value,
  set: setValue,
  remove: (text, path) => {
    const found = assignmentAt(text, path);
    return found === undefined ? text : replaceSpan(text, found.lineStart, found.lineEnd, '');
  },
};

interface Assignment {
  readonly name: string;
  /** As it is written, quotes included. */
  readonly value: string;
  readonly start: number;
  readonly lineStart: number;
  readonly lineEnd: number;
}

const ASSIGNMENT =
  /^([\t ]*(?:export[\t ]+)?([A-Za-z_][A-Za-z0-9_.]*)[\t ]*=[\t ]*)("(?:[^"\\]|\\.)*"|'[^']*'|[^\r\n#]*?)[\t ]*(?:#[^\n]*)?(?:\r?\n|\r?$(?![\s\S]))/gm;

function assignmentsOf(text: string): Assignment[] {
  return [...text.matchAll(ASSIGNMENT)].map((match) => {
    const [whole, lead = '', name = '', value = ''] = match;
    const { index } = match;
    return { name, value, start: index + lead.length, lineStart: index, lineEnd: index + whole.length };
  });
}

/** The first file reader takes the first, the next one the last of two lines: such a name is left to its owner. */
function assignmentAt(text: string, [name, ...rest]: KeyPath): Assignment | undefined {
  const found = assignmentsOf(text).filter((assignment) => assignment.name === name);
  if (rest.length > 0 || found.length > 1) throw new BrokenText(`${name} is set there twice`);
  return found[0];
}

function setValue(text: string, path: KeyPath, value: NewValue): string {
  const source = value.kind === 'source' ? value.text : quoted(asText(value.value) ?? '');
  const found = assignmentAt(text, path);
  if (found !== undefined) return replaceSpan(text, found.start, found.start + found.value.length, source);
  const eol = lineEndOf(text);
  const closed = text === '' || text.endsWith('\n') ? text : text + eol;
  return `${closed}${path[0]}=${source}${eol}`;
}

function quoted(value: string): string {
  return /^[\w.:/@+-]*$/.test(value) ? value : JSON.stringify(value);
}

function unquoted(value: string): string {
  const inside = /^(["'])([\s\S]*)\1$/.exec(value)?.[2];
  return inside ?? value;
}
