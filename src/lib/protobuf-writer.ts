import { Buffer } from 'node:buffer';

/** Lengths of messages whose size is not known beforehand take this many bytes: up to 256 MiB. */
const LENGTH_BYTES = 4;

/** Names that come again are encoded once; not without end, because some are numbered. */
const MOST_NAMES = 4_000;

const FIRST_BYTES = 16 * 1024;

/** A larger buffer is given back after use. */
const KEEP_AT_MOST = 256 * 1024;

/**
 * Writes protobuf in one pass into a buffer that is used again and again. Lengths that become known only at the end
 * are padded varints, which every decoder takes.
 */
export class ProtobufWriter {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #length = 0;
  readonly #names = new Map<string, Buffer>();

  /** A copy of what was written; the next message begins anew. */
  take(): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
    if (this.#bytes.length > KEEP_AT_MOST) this.#bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
    return taken;
  }

  /** Forgets what was written and not taken: its message could not be finished. */
  reset(): void {
    this.#length = 0;
  }

  /** @returns where the length is to be written, for {@link end} */
  begin(field: number): number {
    this.#tag(field, 2);
    this.#reserve(LENGTH_BYTES);
    this.#length += LENGTH_BYTES;
    return this.#length;
  }

  end(start: number): void {
    let rest = this.#length - start;
    for (let index = LENGTH_BYTES; index > 1; index -= 1) {
      this.#bytes[start - index] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[start - 1] = rest;
  }

  string(field: number, text: string): void {
    this.#tag(field, 2);
    const size = Buffer.byteLength(text);
    this.#varint(size);
    this.#reserve(size);
    this.#length += this.#bytes.write(text, this.#length, size, 'utf8');
  }

  /** A string that comes again and again. */
  name(field: number, text: string): void {
    const known = this.#names.get(text);
    const bytes = known ?? Buffer.from(text);
    if (known === undefined && this.#names.size < MOST_NAMES) this.#names.set(text, bytes);
    this.bytes(field, bytes);
  }

  bytes(field: number, bytes: Buffer): void {
    this.#tag(field, 2);
    this.#varint(bytes.length);
    this.#reserve(bytes.length);
    bytes.copy(this.#bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Fields that are encoded already. */
  raw(bytes: Buffer): void {
    this.#reserve(bytes.length);
    bytes.copy(this.#bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Bytes given as hexadecimal digits. */
  hex(field: number, digits: string): void {
    const size = digits.length >>> 1;
    this.#tag(field, 2);
    this.#varint(size);
    this.#reserve(size);
    this.#length += this.#bytes.write(digits, this.#length, size, 'hex');
  }

  /** A whole number that a double holds exactly; negative ones take ten bytes. */
  integer(field: number, value: number): void {
    this.#tag(field, 0);
    if (value >= 0) this.#varint(value);
    else this.#negative(value);
  }

  double(field: number, value: number): void {
    this.#tag(field, 1);
    this.#reserve(8);
    this.#length = this.#bytes.writeDoubleLE(value, this.#length);
  }

  fixed64(field: number, value: bigint): void {
    this.#tag(field, 1);
    this.#reserve(8);
    this.#length = this.#bytes.writeBigUInt64LE(value, this.#length);
  }

  fixed32(field: number, value: number): void {
    this.#tag(field, 5);
    this.#reserve(4);
    this.#length = this.#bytes.writeUInt32LE(value, this.#length);
  }

  #tag(field: number, wire: number): void {
    this.#varint((field << 3) | wire);
  }

  #varint(value: number): void {
    this.#reserve(10);
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  #negative(value: number): void {
    this.#reserve(10);
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest > 0x7fn) {
      this.#bytes[this.#length++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#bytes[this.#length++] = Number(rest);
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
