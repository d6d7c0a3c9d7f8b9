/**
 * Takes the framing off a chunked body (RFC 9112 §7.1). It works in place: what lies between the frames is moved
 * together within the buffer the socket filled, so that two hundred small chunks of one read leave as one piece,
 * without an allocation or a call for each.
 */
import type { Buffer } from 'node:buffer';
import { FIELD_NAME } from './header-rules.ts';
import { Http1AnswerError } from './http1-answer-error.ts';

/** More digits could not be counted exactly. */
const MAX_SIZE_DIGITS = 13;
/** Bytes of all trailers, or of one chunk's extensions: nobody sends any, and they are thrown away. */
const MAX_IGNORED = 16_384;

const CR = 0x0d;
const LF = 0x0a;
const TAB = 0x09;
const COLON = 0x3a;
const SEMICOLON = 0x3b;
const DELETE = 0x7f;

type Expected =
  | 'first-digit'
  | 'digit'
  | 'extension'
  | 'size-lf'
  | 'data'
  | 'data-cr'
  | 'data-lf'
  | 'trailer-start'
  | 'trailer-name'
  | 'trailer-value'
  | 'trailer-lf'
  | 'last-lf'
  | 'nothing';

export class ChunkedBody {
  /** After `read`: where in its buffer the content now lies. */
  contentStart = 0;
  contentEnd = 0;
  #expected: Expected = 'first-digit';
  #digits = 0;
  /** Of the chunk's size line until it is complete, then of its data not yet seen. */
  #size = 0;
  #ignored = 0;

  /** Whether the last chunk and its trailers have been read. */
  get over(): boolean {
    return this.#expected === 'nothing';
  }

  /**
   * Reads on, and moves the content found together.
   * @param bytes owned by the caller; altered
   * @returns where it stopped reading: behind the body's end, or at the end of the buffer
   * @throws Http1AnswerError
   */
  read(bytes: Buffer, from: number): number {
    this.contentStart = from;
    this.contentEnd = from;
    let at = from;
    while (at < bytes.length && this.#expected !== 'nothing') {
      if (this.#expected === 'data') at = this.#takeData(bytes, at);
      else this.#takeFraming(bytes[at++] ?? 0);
    }
    return at;
  }

  #takeData(bytes: Buffer, at: number): number {
    const end = Math.min(at + this.#size, bytes.length);
    if (this.contentEnd === this.contentStart) {
      this.contentStart = at;
      this.contentEnd = end;
    } else {
      bytes.copyWithin(this.contentEnd, at, end);
      this.contentEnd += end - at;
    }
    this.#size -= end - at;
    return this.#size === 0 ? this.#startNext(bytes, end) : end;
  }

  /**
   * From the end of a chunk's data to the next one's, where the line between them is plain and whole, as nearly all
   * are: byte by byte it takes three times as long, and an answer has hundreds.
   * @returns where to read on
   */
  #startNext(bytes: Buffer, at: number): number {
    const digits = at + 2;
    let position = digits;
    let size = 0;
    for (let digit = digitAt(bytes, position); digit !== -1; digit = digitAt(bytes, ++position))
      size = size * 16 + digit;
    const isPlain = isLineEnd(bytes, at) && isLineEnd(bytes, position);
    if (isPlain && size > 0 && position - digits <= MAX_SIZE_DIGITS) {
      this.#size = size;
      return position + 2;
    }
    this.#expected = 'data-cr';
    return at;
  }

  #takeFraming(byte: number): void {
    switch (this.#expected) {
      case 'first-digit':
      case 'digit':
        return this.#takeSize(byte);
      case 'extension':
        if (byte === CR) this.#expected = 'size-lf';
        else this.#ignore(byte);
        return undefined;
      case 'size-lf':
        return this.#demand(byte, LF, this.#size === 0 ? 'trailer-start' : 'data');
      case 'data-cr':
        return this.#demand(byte, CR, 'data-lf');
      case 'data-lf':
        this.#digits = 0;
        return this.#demand(byte, LF, 'first-digit');
      case 'last-lf':
        return this.#demand(byte, LF, 'nothing');
      default:
        return this.#takeTrailer(byte);
    }
  }

  #takeSize(byte: number): void {
    const digit = hexDigit(byte);
    if (digit !== -1) {
      this.#size = this.#size * 16 + digit;
      this.#expected = 'digit';
      if (++this.#digits > MAX_SIZE_DIGITS) throw new Http1AnswerError('a chunk is too large');
      return;
    }
    const sizeKnown = this.#expected === 'digit';
    this.#ignored = 0;
    if (sizeKnown && byte === CR) this.#expected = 'size-lf';
    else if (sizeKnown && byte === SEMICOLON) this.#expected = 'extension';
    else throw new Http1AnswerError('the size of a chunk is no hexadecimal number');
  }

  /** A line that names no field is refused: then what was taken for the last chunk was none (RFC 9112 §5, §7.1.2). */
  #takeTrailer(byte: number): void {
    if (this.#expected === 'trailer-lf') return this.#demand(byte, LF, 'trailer-start');
    if (this.#expected === 'trailer-value') {
      if (byte === CR) this.#expected = 'trailer-lf';
      else this.#ignore(byte);
      return undefined;
    }
    if (this.#expected === 'trailer-start' && byte === CR) {
      this.#expected = 'last-lf';
      return undefined;
    }
    const endsName = this.#expected === 'trailer-name' && byte === COLON;
    if (!endsName && !FIELD_NAME.test(String.fromCharCode(byte))) {
      throw new Http1AnswerError('a line behind the last chunk is no trailer');
    }
    this.#expected = endsName ? 'trailer-value' : 'trailer-name';
    return this.#ignore(byte);
  }

  #demand(byte: number, wanted: number, next: Expected): void {
    if (byte !== wanted) throw new Http1AnswerError('a chunk does not end where it should');
    this.#expected = next;
  }

  #ignore(byte: number): void {
    const isText = (byte >= 0x20 && byte !== DELETE) || byte === TAB;
    if (!isText || ++this.#ignored > MAX_IGNORED) {
      throw new Http1AnswerError('its chunk extensions or trailers are malformed or too long');
    }
  }
}

function isLineEnd(bytes: Buffer, at: number): boolean {
  return bytes[at] === CR && bytes[at + 1] === LF;
}

/** -1 where there is none, or no byte. */
function digitAt(bytes: Buffer, at: number): number {
  return hexDigit(bytes[at] ?? 0);
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
