import { Buffer } from 'node:buffer';
import { freeBytes } from './free-bytes.ts';

const EMPTY = Buffer.alloc(0);
const SMALLEST = 512;
/** Storage above this size is given back when it is cleared, so that one large frame does not stay in memory. */
const KEEP_AT_MOST = 16 * 1024;

/** Bytes that are collected piece by piece into one buffer, up to a limit. Pieces are copied. */
export class GrowingBytes {
  readonly #limit: number;
  #storage: Buffer = EMPTY;
  #length = 0;

  /** @param limit the most bytes it holds */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get length(): number {
    return this.#length;
  }

  /** The storage; only the first `length` bytes mean something, and only until the next call. */
  get storage(): Buffer {
    return this.#storage;
  }

  /** Adds `chunk[start..end)`; `false`, with nothing added, when that would exceed the limit. */
  append(chunk: Buffer, start: number, end: number): boolean {
    const needed = this.#length + end - start;
    if (needed > this.#limit) return false;
    if (needed > this.#storage.length) this.#grow(needed);
    chunk.copy(this.#storage, this.#length, start, end);
    this.#length = needed;
    return true;
  }

  /** Hands over what was collected, in memory of its own, and begins anew. */
  take(): Uint8Array<ArrayBuffer> {
    const { buffer, byteLength } = this.#storage;
    const whole = buffer instanceof ArrayBuffer && byteLength > 0 ? buffer.transfer(this.#length) : undefined;
    this.#storage = EMPTY;
    this.#length = 0;
    return new Uint8Array(whole ?? new ArrayBuffer());
  }

  clear(): void {
    this.#length = 0;
    if (this.#storage.length > KEEP_AT_MOST) this.#storage = EMPTY;
  }

  #grow(needed: number): void {
    const size = Math.min(this.#limit, Math.max(SMALLEST, needed, this.#storage.length * 2));
    const larger = Buffer.allocUnsafeSlow(size);
    this.#storage.copy(larger, 0, 0, this.#length);
    // All share the empty one, and a freed buffer cannot be read any more.
    if (this.#storage !== EMPTY) freeBytes(this.#storage);
    this.#storage = larger;
  }
}
