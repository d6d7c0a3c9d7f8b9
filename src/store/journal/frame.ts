/**
 * How a record stands in the journal: `length crc32 payload`, one line each. Length and checksum are eight hex
 * digits; the payload is JSON and so holds no line break of its own. A reader finds its way again after damage at the
 * next line, so that a torn or flipped byte costs the record it stands in and no other.
 */
import { crc32 } from 'node:zlib';

/** Bytes before the payload: two times eight hex digits, each with a blank. */
const HEADER_BYTES = 18;

const LINE_FEED = 10;
const BLANK = 32;

/** Turns payloads into frames, into a buffer that is used again and again. */
export class FrameEncoder {
  #buffer = Buffer.allocUnsafe(64 * 1024);

  /**
   * @param payload JSON text without line breaks
   * @returns the frame; valid until the next call
   */
  encode(payload: string): Buffer {
    // A UTF-16 unit takes at most three bytes of UTF-8.
    const needed = payload.length * 3 + HEADER_BYTES + 1;
    if (this.#buffer.length < needed) this.#buffer = Buffer.allocUnsafe(needed);
    const buffer = this.#buffer;
    const length = buffer.write(payload, HEADER_BYTES, 'utf8');
    const end = HEADER_BYTES + length;
    const checksum = crc32(buffer.subarray(HEADER_BYTES, end));
    buffer.write(`${hex(length)} ${hex(checksum)} `, 0, 'latin1');
    buffer[end] = LINE_FEED;
    return buffer.subarray(0, end + 1);
  }
}

export interface FramesRead {
  readonly payloads: readonly string[];
  /** Bytes whose fate is decided; what follows may still be a frame in the making. */
  readonly consumed: number;
  /** Places at which something unreadable was skipped; a record that a dying writer left unfinished is none. */
  readonly damaged: number;
}

/**
 * Reads all frames of a piece of journal.
 * @param growing whether more bytes may still follow: then an unreadable end is left alone instead of skipped
 */
export function readFrames(bytes: Buffer, { growing }: { readonly growing: boolean }): FramesRead {
  const payloads: string[] = [];
  let damaged = 0;
  let position = skipLineFeeds(bytes, 0);
  while (position < bytes.length) {
    const end = frameEnd(bytes, position);
    if (end !== undefined) {
      payloads.push(bytes.toString('utf8', position + HEADER_BYTES, end));
      position = skipLineFeeds(bytes, end + 1);
      continue;
    }
    const next = nextFrame(bytes, position);
    if (next === undefined && growing) return { payloads, consumed: position, damaged };
    if (next !== undefined || !isUnfinished(bytes, position)) damaged += 1;
    position = next ?? bytes.length;
  }
  return { payloads, consumed: Math.min(position, bytes.length), damaged };
}

/** Where the payload of an intact frame at `position` ends, whatever stands in place of its line feed. */
function frameEnd(bytes: Buffer, position: number): number | undefined {
  const start = position + HEADER_BYTES;
  if (start >= bytes.length || bytes[position + 8] !== BLANK || bytes[position + 17] !== BLANK)
    return undefined;
  const length = readHex(bytes, position);
  const checksum = readHex(bytes, position + 9);
  if (length === undefined || checksum === undefined || start + length >= bytes.length) return undefined;
  const end = start + length;
  return crc32(bytes.subarray(start, end)) === checksum ? end : undefined;
}

/**
 * Whether the bytes from `position` on are the beginning of a frame whose rest was never written. A kill between two
 * pages of one write leaves such a stump; the write had not returned, so nothing was promised for it.
 */
function isUnfinished(bytes: Buffer, position: number): boolean {
  if (bytes.includes(LINE_FEED, position)) return false;
  const header = bytes.toString('latin1', position, position + HEADER_BYTES);
  if (header.length < HEADER_BYTES) return /^[0-9a-f]{0,8}( [0-9a-f]{0,8})?$/.test(header);
  const length = readHex(bytes, position);
  const isHeader = length !== undefined && readHex(bytes, position + 9) !== undefined;
  return isHeader && bytes.length - position <= HEADER_BYTES + length;
}

function nextFrame(bytes: Buffer, after: number): number | undefined {
  let lineFeed = bytes.indexOf(LINE_FEED, after);
  while (lineFeed !== -1) {
    const candidate = lineFeed + 1;
    if (frameEnd(bytes, candidate) !== undefined) return candidate;
    lineFeed = bytes.indexOf(LINE_FEED, candidate);
  }
  return undefined;
}

function skipLineFeeds(bytes: Buffer, from: number): number {
  let position = from;
  while (bytes[position] === LINE_FEED) position += 1;
  return position;
}

function readHex(bytes: Buffer, at: number): number | undefined {
  const text = bytes.toString('latin1', at, at + 8);
  return /^[0-9a-f]{8}$/.test(text) ? Number.parseInt(text, 16) : undefined;
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}
