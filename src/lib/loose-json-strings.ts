import type { Span } from './splice.ts';

/** One string value in JSON text. */
export interface StringValue extends Span {
  /** The name of the member it stands in, itself or its array; `''` outside all objects. */
  readonly name: string;
  /** What tells the objects around it from others of their kind: members called `index`, `…_index`, `id`, `…_id`. */
  readonly place: string;
}

interface Open {
  /** Of the member that this container is the value of. */
  readonly name: string;
  readonly isObject: boolean;
  readonly values: { -readonly [Key in keyof StringValue]: StringValue[Key] }[];
  readonly marks: string[];
  key: string;
}

const MARK = /^(?:.*_)?(?:index|id)$/;
/** No stream nests its texts so deep. Each level costs every value in it once more, and the text may be hostile. */
const DEEPEST = 64;
/** Enough to tell places apart; longer ones would be copied for every value. Characters. */
const LONGEST_PLACE = 512;
/** A quote, what gives JSON its shape, or a bare word. */
const TOKEN = /["{}[\],:]|[^\s"{}[\],:]+/y;
const SPACE = /\s*/y;
/** The end of a string: its quote, or that of its line, where it was cut off. */
const STRING_STOP = /["\\\r\n]/g;

/**
 * The string values of JSON text that may be cut off or broken anywhere: what does not fit is passed over. For looking,
 * not for understanding: well-formed text is better read by `JsonCursor`.
 * @returns spans of what stands between the quotes, escapes as they are
 */
export function looseJsonStrings(text: string): StringValue[] {
  const outermost: Open = { name: '', isObject: false, values: [], marks: [], key: '' };
  const open: Open[] = [outermost];
  let beyond = 0;
  let position = skip(SPACE, text, 0);
  while (position < text.length) {
    const at = open.at(-1) ?? outermost;
    const start = position;
    position = skip(TOKEN, text, start);
    const token = text.slice(start, position);
    if (token === '"') {
      const end = stringEnd(text, position);
      noteString(at, text, { start: position, end });
      position = text[end] === '"' ? end + 1 : end;
    } else if (token === '{' || token === '[') {
      if (open.length > DEEPEST) beyond += 1;
      else open.push({ name: nameIn(at), isObject: token === '{', values: [], marks: [], key: '' });
    } else if (token === '}' || token === ']') {
      if (beyond > 0) beyond -= 1;
      else close(open);
    } else noteMark(at, token);
    position = skip(SPACE, text, position);
  }
  while (open.length > 1) close(open);
  return outermost.values;
}

function skip(what: RegExp, text: string, from: number): number {
  what.lastIndex = from;
  return what.test(text) ? what.lastIndex : from + 1;
}

/** Where the text of a string ends that begins here. */
function stringEnd(text: string, from: number): number {
  STRING_STOP.lastIndex = from;
  while (STRING_STOP.test(text)) {
    const at = STRING_STOP.lastIndex - 1;
    if (text[at] !== '\\') return at;
    STRING_STOP.lastIndex = at + 2;
  }
  return text.length;
}

function noteString(at: Open, text: string, { start, end }: Span): void {
  const content = text.slice(start, end);
  if (at.isObject && text[skip(SPACE, text, end + 1)] === ':') {
    at.key = content;
    return;
  }
  noteMark(at, content);
  at.values.push({ start, end, name: nameIn(at), place: '' });
}

function nameIn({ isObject, key, name }: Open): string {
  return isObject ? key : name;
}

function noteMark(at: Open, value: string): void {
  if (at.isObject && value !== ',' && value !== ':' && MARK.test(at.key)) at.marks.push(`${at.key}=${value}`);
}

/** The values of a container are those of the one around it, too; by then all its marks are known. */
function close(open: Open[]): void {
  if (open.length < 2) return;
  const closed = open.pop();
  const around = open.at(-1);
  if (closed === undefined || around === undefined) return;
  const marks = closed.marks.length === 0 ? '' : `${closed.marks.join()} `.slice(0, LONGEST_PLACE);
  for (const value of closed.values) {
    if (value.place.length < LONGEST_PLACE) value.place = marks + value.place;
    around.values.push(value);
  }
}
