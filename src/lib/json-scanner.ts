/**
 * Finds where JSON values end, on bytes, checking the whole grammar of RFC 8259 on the way. It decodes nothing,
 * builds nothing and does not recurse. That the bytes are UTF-8 is for the caller to check (`isUtf8` of
 * node:buffer): all bytes of the grammar are ASCII, so any other byte can only stand inside a string.
 */
import { JsonSyntaxError } from './json-syntax-error.ts';
import type { QuoteIndex } from './quotes/quote-index.ts';

/**
 * How many objects and arrays may lie inside each other. No tool schema or message comes near; upstreams that
 * parse by recursion overflow their stack at some tens of thousands, which would look like their fault.
 */
export const MAX_DEPTH = 512;

export const BYTE = {
  quote: 0x22,
  comma: 0x2c,
  minus: 0x2d,
  dot: 0x2e,
  zero: 0x30,
  nine: 0x39,
  colon: 0x3a,
  openArray: 0x5b,
  backslash: 0x5c,
  closeArray: 0x5d,
  openObject: 0x7b,
  closeObject: 0x7d,
} as const;

const LITERALS = ['true', 'false', 'null'] as const;

/** What may follow a backslash, `u` aside. */
const SIMPLE_ESCAPES = tableOf('"\\/bfnrt');
const HEX_DIGITS = tableOf('0123456789abcdefABCDEF');

/** The closing brackets still awaited. Shared by all scans: none of them is ever suspended. */
const awaited = new Uint8Array(MAX_DEPTH + 1);

export class JsonScanner {
  readonly bytes: Buffer;
  /** The same memory, for reading four bytes at once from any position. */
  readonly #words: DataView;
  readonly #strings: QuoteIndex | undefined;

  /** @param strings of these bytes, where they have been looked for */
  constructor(bytes: Buffer, strings?: QuoteIndex) {
    this.bytes = bytes;
    this.#strings = strings;
    this.#words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The byte at a position, or 0 past the end; a NUL is nowhere valid, so both fail alike. */
  byteAt(position: number): number {
    return this.bytes[position] ?? 0;
  }

  /** The first position from here on that is not white space. */
  skipSpace(position: number): number {
    let at = position;
    let byte = this.byteAt(at);
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = this.byteAt(++at);
    return at;
  }

  /**
   * The end of the value that starts here.
   * @param depth how many containers are open around it
   * @throws JsonSyntaxError
   */
  skipValue(position: number, depth: number): number {
    const first = this.byteAt(position);
    if (first === BYTE.quote) return this.skipString(position);
    if (first !== BYTE.openObject && first !== BYTE.openArray) return this.#skipScalar(position);
    return this.#skipContainer(position, depth);
  }

  /** The end of the string whose opening quote stands here. */
  skipString(position: number): number {
    const known = this.#strings === undefined ? -1 : this.#strings.endOf(position);
    return known === -1 ? endOfString(this.bytes, this.#words, position) : known;
  }

  /** The end of the member key whose opening quote must stand here. */
  skipKeyString(position: number): number {
    if (this.byteAt(position) !== BYTE.quote) throw new JsonSyntaxError('a key in quotes', position);
    return this.skipString(position);
  }

  /** From behind a key to the first byte of its value. */
  skipColon(position: number): number {
    const colon = this.skipSpace(position);
    if (this.byteAt(colon) !== BYTE.colon) throw new JsonSyntaxError('":"', colon);
    return this.skipSpace(colon + 1);
  }

  #skipContainer(position: number, outerDepth: number): number {
    let depth = outerDepth;
    let at = position;
    for (;;) {
      const first = this.byteAt(at);
      if (first === BYTE.openObject || first === BYTE.openArray) {
        if (depth === MAX_DEPTH) throw new JsonSyntaxError(`no more than ${MAX_DEPTH} levels of nesting`, at);
        awaited[++depth] = first + 2; // In ASCII a closing bracket stands two behind its opening one.
        at = this.skipSpace(at + 1);
        if (this.byteAt(at) !== first + 2) {
          if (first === BYTE.openObject) at = this.skipColon(this.skipKeyString(at));
          continue;
        }
      } else {
        at = first === BYTE.quote ? this.skipString(at) : this.#skipScalar(at);
        at = this.skipSpace(at);
      }
      while (this.byteAt(at) === awaited[depth]) {
        depth--;
        if (depth === outerDepth) return at + 1;
        at = this.skipSpace(at + 1);
      }
      if (this.byteAt(at) !== BYTE.comma) throw new JsonSyntaxError('a comma or a closing bracket', at);
      at = this.skipSpace(at + 1);
      if (awaited[depth] === BYTE.closeObject) at = this.skipColon(this.skipKeyString(at));
    }
  }

  #skipScalar(position: number): number {
    const first = this.byteAt(position);
    if (first === BYTE.minus || isDigit(first)) return this.#skipNumber(position);
    for (const literal of LITERALS) {
      if (first !== literal.charCodeAt(0)) continue;
      const end = position + literal.length;
      if (this.bytes.toString('latin1', position, end) === literal) return end;
    }
    throw new JsonSyntaxError('a value', position);
  }

  #skipNumber(position: number): number {
    let at = this.byteAt(position) === BYTE.minus ? position + 1 : position;
    at = this.byteAt(at) === BYTE.zero ? at + 1 : this.#skipDigits(at);
    if (this.byteAt(at) === BYTE.dot) at = this.#skipDigits(at + 1);
    if ((this.byteAt(at) | 0x20) !== 0x65) return at;
    const sign = this.byteAt(at + 1);
    return this.#skipDigits(sign === 0x2b || sign === BYTE.minus ? at + 2 : at + 1);
  }

  #skipDigits(position: number): number {
    let at = position;
    while (isDigit(this.byteAt(at))) at++;
    if (at === position) throw new JsonSyntaxError('a digit', at);
    return at;
  }
}

/**
 * Every byte of a string that no index knows passes through this loop, so it is a function of its own that keeps all it
 * needs in local variables, and looks at four bytes at once: both measured a quarter faster than the plain way.
 */
function endOfString(bytes: Buffer, words: DataView, position: number): number {
  const lastWord = words.byteLength - 4;
  let at = position + 1;
  for (;;) {
    let hits = 0;
    while (at <= lastWord) {
      hits = specialsIn(words.getInt32(at, true));
      if (hits !== 0) break;
      at += 4;
    }
    if (hits === 0) return endOfStringInTail(bytes, at);
    at += lowestByte(hits);
    const byte = bytes[at];
    if (byte === BYTE.quote) return at + 1;
    if (byte !== BYTE.backslash) throw new JsonSyntaxError('the end of a string', at);
    at = SIMPLE_ESCAPES[bytes[at + 1] ?? 0] === 1 ? at + 2 : endOfUnicodeEscape(bytes, at);
  }
}

/** The same for the last bytes of a text, too few for a word. */
function endOfStringInTail(bytes: Buffer, position: number): number {
  let at = position;
  for (;;) {
    const byte = bytes[at] ?? 0;
    if (byte === BYTE.quote) return at + 1;
    if (byte < 0x20) throw new JsonSyntaxError('the end of a string', at);
    if (byte !== BYTE.backslash) at++;
    else at = SIMPLE_ESCAPES[bytes[at + 1] ?? 0] === 1 ? at + 2 : endOfUnicodeEscape(bytes, at);
  }
}

function endOfUnicodeEscape(bytes: Buffer, backslash: number): number {
  if (bytes[backslash + 1] !== 0x75) throw new JsonSyntaxError('a known escape', backslash);
  for (let at = backslash + 2; at < backslash + 6; at++) {
    if (HEX_DIGITS[bytes[at] ?? 0] !== 1) throw new JsonSyntaxError('four hexadecimal digits', at);
  }
  return backslash + 6;
}

/**
 * Sets the top bit of the lowest byte that is a quote, a backslash or a control character. Higher bits may be
 * wrong, because a hit borrows from them; 0 means there is none.
 */
function specialsIn(word: number): number {
  // Flipping bit 1 brings the quote (0x22) down to 0x20, so that one subtraction finds it and everything below.
  const controlOrQuote = (word ^ 0x02020202) - 0x21212121;
  const backslash = (word ^ 0x5c5c5c5c) - 0x01010101;
  return (controlOrQuote | backslash) & ~word & 0x80808080;
}

/** Which of the four bytes, counted in memory order, holds the lowest set bit. */
function lowestByte(bits: number): number {
  return (31 - Math.clz32(bits & -bits)) >> 3;
}

function isDigit(byte: number): boolean {
  return byte >= BYTE.zero && byte <= BYTE.nine;
}

function tableOf(characters: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const byte of Buffer.from(characters)) table[byte] = 1;
  return table;
}
