import { Buffer } from 'node:buffer';

/** The first line names an event that is not in the list. */
export const OTHER_EVENT = -1;
/** No name stands where one is expected: only a full decode can tell. */
export const UNREADABLE_EVENT = -2;

const EVENT_FIELD = Buffer.from('event:');
const DATA_FIELD = Buffer.from('data:');
const TYPE_KEY = Buffer.from('"type"');
const SPACE = 0x20;
const QUOTE = 0x22;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPENING_BRACE = 0x7b;

/**
 * The names of the events a reader cares about; one list serves all answers. It tells which event a frame is by
 * comparing bytes where the name must stand: after `event:`, or, where a provider leaves that line out, in a `"type"`
 * that opens the data. No text is made and nothing is searched.
 */
export class EventNames {
  readonly #names: readonly Buffer[];
  /** Where the name of the last `find` stands in the bytes given to it; read it before anyone else asks. */
  nameStart = 0;
  nameEnd = 0;

  constructor(names: readonly string[]) {
    this.#names = names.map((name) => Buffer.from(name));
  }

  /** The index of the event's name in the list, `OTHER_EVENT` or `UNREADABLE_EVENT`. */
  find(bytes: Buffer, start: number, end: number): number {
    if (!this.#locate(bytes, start, end)) return UNREADABLE_EVENT;
    const length = this.nameEnd - this.nameStart;
    for (let index = 0; index < this.#names.length; index++) {
      const name = this.#names[index];
      if (name?.length === length && standsAt(name, bytes, this.nameStart)) return index;
    }
    return OTHER_EVENT;
  }

  #locate(bytes: Buffer, start: number, end: number): boolean {
    if (end - start > EVENT_FIELD.length && standsAt(EVENT_FIELD, bytes, start)) {
      const after = start + EVENT_FIELD.length;
      this.nameStart = bytes[after] === SPACE ? after + 1 : after;
      this.nameEnd = end;
      return true;
    }
    if (end - start <= DATA_FIELD.length || !standsAt(DATA_FIELD, bytes, start)) return false;
    return this.#locateType(bytes, start + DATA_FIELD.length, end);
  }

  /** Finds the value of `{"type":"…"`, with or without spaces. */
  #locateType(bytes: Buffer, from: number, end: number): boolean {
    const brace = skipSpaces(bytes, from);
    if (bytes[brace] !== OPENING_BRACE) return false;
    const key = skipSpaces(bytes, brace + 1);
    if (!standsAt(TYPE_KEY, bytes, key)) return false;
    const colon = skipSpaces(bytes, key + TYPE_KEY.length);
    const quote = skipSpaces(bytes, colon + 1);
    if (bytes[colon] !== COLON || bytes[quote] !== QUOTE) return false;
    let close = quote + 1;
    while (close < end && bytes[close] !== QUOTE && bytes[close] !== BACKSLASH) close++;
    if (close >= end || bytes[close] !== QUOTE) return false;
    this.nameStart = quote + 1;
    this.nameEnd = close;
    return true;
  }
}

/** Compared from the end: names of one vendor begin alike. */
function standsAt(wanted: Buffer, bytes: Buffer, position: number): boolean {
  for (let index = wanted.length - 1; index >= 0; index--)
    if (bytes[position + index] !== wanted[index]) return false;
  return true;
}

function skipSpaces(bytes: Buffer, from: number): number {
  let position = from;
  while (bytes[position] === SPACE) position++;
  return position;
}
