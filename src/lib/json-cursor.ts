/**
 * Walks a JSON text member by member and hands out byte spans. The caller steers: it enters the containers it
 * cares about and skips the rest; every byte is looked at once and its grammar checked.
 *
 *     cursor.enterObject();
 *     while (cursor.nextMember()) {
 *       if (cursor.keyIs('model')) model = cursor.skipValue();
 *       else cursor.skipValue();
 *     }
 *
 * After `nextMember` or `nextElement` the value must be skipped or entered; an entered container must be walked
 * to its end before the outer one goes on.
 */
import { decodeString } from './json-string.ts';
import { BYTE, JsonScanner, MAX_DEPTH } from './json-scanner.ts';
import { JsonSyntaxError } from './json-syntax-error.ts';
import type { QuoteIndex } from './quotes/quote-index.ts';
import type { Span } from './splice.ts';

export type JsonKind = 'object' | 'array' | 'string' | 'scalar';

export class JsonCursor {
  readonly bytes: Buffer;
  readonly #scanner: JsonScanner;
  #position: number;
  #depth = 0;
  /** A container was just entered, so its first child is not preceded by a comma. */
  #fresh = false;
  #keyStart = 0;
  #keyEnd = 0;

  /**
   * Begins at the first value of the text.
   * @param strings of this text, where it is long enough to look for them first
   */
  constructor(bytes: Buffer, strings?: QuoteIndex) {
    this.bytes = bytes;
    this.#scanner = new JsonScanner(bytes, strings);
    this.#position = this.#scanner.skipSpace(0);
  }

  /** Where the next value begins, or where the last one ended. */
  get position(): number {
    return this.#position;
  }

  /** Where the key of the current member begins, quote included. */
  get keyStart(): number {
    return this.#keyStart;
  }

  /** Behind the key of the current member, quote included. */
  get keyEnd(): number {
    return this.#keyEnd;
  }

  /** What kind of value begins here, judged by its first byte. */
  kind(): JsonKind {
    const first = this.#scanner.byteAt(this.#position);
    if (first === BYTE.quote) return 'string';
    if (first === BYTE.openObject) return 'object';
    return first === BYTE.openArray ? 'array' : 'scalar';
  }

  enterObject(): void {
    this.#enter(BYTE.openObject, 'an object');
  }

  enterArray(): void {
    this.#enter(BYTE.openArray, 'an array');
  }

  /** Goes to the next member's value; `false` when the object has ended and the cursor stands behind it. */
  nextMember(): boolean {
    if (!this.#nextChild(BYTE.closeObject)) return false;
    this.#keyStart = this.#position;
    this.#keyEnd = this.#scanner.skipKeyString(this.#position);
    this.#position = this.#scanner.skipColon(this.#keyEnd);
    return true;
  }

  /** Goes to the next element; `false` when the array has ended and the cursor stands behind it. */
  nextElement(): boolean {
    return this.#nextChild(BYTE.closeArray);
  }

  /** Whether the current member has this name, however its key is escaped. `name` is ASCII. */
  keyIs(name: string): boolean {
    const { bytes } = this;
    const start = this.#keyStart + 1;
    const length = this.#keyEnd - 1 - start;
    if (length < name.length) return false;
    for (let index = 0; index < name.length; index++) {
      const byte = bytes[start + index];
      if (byte === BYTE.backslash) return this.key() === name;
      if (byte !== name.charCodeAt(index)) return false;
    }
    return length === name.length;
  }

  /** The name of the current member. */
  key(): string {
    return decodeString(this.bytes, { start: this.#keyStart, end: this.#keyEnd });
  }

  /** Goes behind the current value and says where it stood. */
  skipValue(): Span {
    const start = this.#position;
    this.#position = this.#scanner.skipValue(start, this.#depth);
    return { start, end: this.#position };
  }

  /** Checks that nothing but white space follows. */
  expectEnd(): void {
    const end = this.#scanner.skipSpace(this.#position);
    if (end !== this.bytes.length) throw new JsonSyntaxError('the end of the text', end);
  }

  #enter(opening: number, expected: string): void {
    if (this.#scanner.byteAt(this.#position) !== opening) throw new JsonSyntaxError(expected, this.#position);
    if (this.#depth === MAX_DEPTH) {
      throw new JsonSyntaxError(`no more than ${MAX_DEPTH} levels of nesting`, this.#position);
    }
    this.#depth++;
    this.#fresh = true;
    this.#position++;
  }

  #nextChild(closing: number): boolean {
    const scanner = this.#scanner;
    const at = scanner.skipSpace(this.#position);
    const byte = scanner.byteAt(at);
    const fresh = this.#fresh;
    this.#fresh = false;
    if (byte === closing) {
      this.#depth--;
      this.#position = at + 1;
      return false;
    }
    if (!fresh && byte !== BYTE.comma) throw new JsonSyntaxError('a comma or a closing bracket', at);
    this.#position = fresh ? at : scanner.skipSpace(at + 1);
    return true;
  }
}
