import { Buffer } from 'node:buffer';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Cuts a JSON array of objects, as Google streams it without `alt=sse`, into its objects as soon as each is whole.
 * Works on bytes: everything that matters is ASCII, wherever characters are split.
 */
export class ArrayReader {
  #rest: Buffer = Buffer.alloc(0);
  #at = 0;
  #start = 0;
  #depth = 0;
  #inString = false;
  #isEscaped = false;
  readonly #limit: number;

  /** @param limit the most bytes one object may have */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get isOversized(): boolean {
    return this.#rest.length > this.#limit;
  }

  /** The texts of the objects that this chunk completes. */
  push(chunk: Buffer): string[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const texts: string[] = [];
    for (; this.#at < this.#rest.length; this.#at += 1)
      if (this.#step(this.#rest[this.#at] ?? 0))
        texts.push(this.#rest.toString('utf8', this.#start, this.#at + 1));
    this.#forget();
    return texts;
  }

  /** @returns whether an object ends with this byte */
  #step(byte: number): boolean {
    if (this.#inString) {
      if (this.#isEscaped) this.#isEscaped = false;
      else if (byte === BACKSLASH) this.#isEscaped = true;
      else if (byte === QUOTE) this.#inString = false;
      return false;
    }
    if (byte === QUOTE) this.#inString = true;
    else if (byte === OPEN_BRACE) {
      if (this.#depth === 0) this.#start = this.#at;
      this.#depth += 1;
    } else if (byte === CLOSE_BRACE && this.#depth > 0) {
      this.#depth -= 1;
      return this.#depth === 0;
    }
    return false;
  }

  /** Drops what has been read, so that a long stream is not held. */
  #forget(): void {
    const keep = this.#depth === 0 ? this.#at : this.#start;
    this.#rest = this.#rest.subarray(keep);
    this.#at -= keep;
    this.#start = 0;
  }
}
