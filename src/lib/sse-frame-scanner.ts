import type { Buffer } from 'node:buffer';
import { GrowingBytes } from './growing-bytes.ts';

/**
 * Finds the frames of a server-sent event stream without decoding it. It runs for every chunk of every answer:
 * a frame that lies within one chunk and is not wanted costs two searches for a line end and no allocation.
 * What stands inside a frame is the business of `sse-frame.ts`.
 */

/** Receives the frames of a stream. Neither call may keep the bytes: copy what must outlive the call. */
export interface FrameSink {
  /** Asked once per frame, as soon as its first line `bytes[start..end)` is there (its line end left out). */
  wants(bytes: Buffer, start: number, end: number): boolean;
  /** A wanted frame is complete: `bytes[start..end)` are its lines, the closing blank line left out. */
  frame(bytes: Buffer, start: number, end: number): void;
}

/** Larger frames are not handed on: an image in base64 fits, an endless line does not. */
const MAX_FRAME_BYTES = 16 * 1024 * 1024;

const LF = 0x0a;
const CR = 0x0d;

type Choice = 'undecided' | 'wanted' | 'unwanted';

export class SseFrameScanner {
  readonly #sink: FrameSink;
  /** Bytes of an unfinished frame from earlier chunks, unless nobody wants them. */
  readonly #carry: GrowingBytes;
  readonly #maxFrameBytes: number;
  #choice: Choice = 'undecided';
  /** Bytes of the current frame have passed, respectively of its current line. */
  #frameOpen = false;
  #lineOpen = false;
  /** The last byte was CR; a LF that follows belongs to the same line end. */
  #afterCr = false;
  #lastByte = -1;
  /** Where the current frame, or its part in this chunk, begins. */
  #frameStart = 0;
  #atBoundary = true;
  #oversizedFrames = 0;

  constructor(sink: FrameSink, maxFrameBytes: number = MAX_FRAME_BYTES) {
    this.#sink = sink;
    this.#maxFrameBytes = maxFrameBytes;
    this.#carry = new GrowingBytes(maxFrameBytes);
  }

  /**
   * Whether the bytes so far end between two frames, so that a frame of our own may follow. Between the CR
   * and the LF of a closing CRLF it is false.
   */
  get atBoundary(): boolean {
    return this.#atBoundary;
  }

  /** Wanted frames that were passed over because of their size. */
  get oversizedFrames(): number {
    return this.#oversizedFrames;
  }

  push(chunk: Buffer): void {
    const length = chunk.length;
    if (length === 0) return;
    // One search over the chunk rules out CR, which no provider but Gemini sends; then only LF ends a line.
    const hasCr = chunk.indexOf(CR) !== -1;
    let position = this.#afterCr && chunk[0] === LF ? 1 : 0;
    this.#afterCr = false;
    this.#frameStart = position;
    while (position < length) {
      const end = chunk[position] === LF ? position : findLineEnd(chunk, position, hasCr);
      if (end === -1) break;
      this.#endLine(chunk, end === position && !this.#lineOpen, end);
      position = this.#afterLineEnd(chunk, end);
      if (!this.#frameOpen) this.#frameStart = position;
    }
    if (position < length) this.#lineOpen = true;
    if (this.#frameStart < length) this.#keepOpenFrame(chunk);
    this.#atBoundary = !this.#frameOpen && !this.#awaitsLf(chunk);
    this.#lastByte = chunk[length - 1] ?? -1;
  }

  /** The stream is over: a last frame that no blank line closes is handed on all the same. */
  end(): void {
    if (this.#frameOpen && this.#carry.length > 0) {
      const { storage, length } = this.#carry;
      if (this.#choice === 'undecided') this.#choose(this.#sink.wants(storage, 0, length));
      if (this.#choice === 'wanted') this.#sink.frame(storage, 0, length);
    }
    this.#closeFrame();
  }

  #endLine(chunk: Buffer, blank: boolean, end: number): void {
    if (blank) {
      if (this.#choice === 'wanted') this.#deliver(chunk, end);
      this.#closeFrame();
      return;
    }
    if (this.#choice === 'undecided') this.#ask(chunk, end);
    this.#frameOpen = true;
    this.#lineOpen = false;
  }

  #ask(chunk: Buffer, end: number): void {
    if (this.#carry.length === 0) {
      this.#choose(this.#sink.wants(chunk, this.#frameStart, end));
      return;
    }
    if (!this.#keep(chunk, end)) return;
    this.#choose(this.#sink.wants(this.#carry.storage, 0, this.#carry.length));
  }

  #choose(wanted: boolean): void {
    this.#choice = wanted ? 'wanted' : 'unwanted';
    if (!wanted) this.#carry.clear();
  }

  #deliver(chunk: Buffer, end: number): void {
    if (this.#carry.length === 0) {
      if (end - this.#frameStart > this.#maxFrameBytes) this.#dropOversized();
      else this.#sink.frame(chunk, this.#frameStart, end);
      return;
    }
    if (this.#keep(chunk, end)) this.#sink.frame(this.#carry.storage, 0, this.#carry.length);
  }

  #keepOpenFrame(chunk: Buffer): void {
    this.#frameOpen = true;
    if (this.#choice !== 'unwanted') this.#keep(chunk, chunk.length);
  }

  /** Moves the frame's bytes up to `end` into the carry; `false` when it has grown too large. */
  #keep(chunk: Buffer, end: number): boolean {
    const kept = this.#carry.append(chunk, this.#frameStart, end);
    if (!kept) this.#dropOversized();
    this.#frameStart = end;
    return kept;
  }

  #dropOversized(): void {
    this.#oversizedFrames++;
    this.#choose(false);
  }

  #closeFrame(): void {
    if (this.#carry.length > 0) this.#carry.clear();
    this.#choice = 'undecided';
    this.#frameOpen = false;
    this.#lineOpen = false;
  }

  #afterLineEnd(chunk: Buffer, end: number): number {
    if (chunk[end] === LF) return end + 1;
    if (end + 1 === chunk.length) this.#afterCr = true;
    return chunk[end + 1] === LF ? end + 2 : end + 1;
  }

  /** Whether the chunk ends in a CR whose LF is still due; in a stream of lone CRs none is. */
  #awaitsLf(chunk: Buffer): boolean {
    if (!this.#afterCr) return false;
    const before = chunk.length > 1 ? chunk[chunk.length - 2] : this.#lastByte;
    return before !== CR;
  }
}

function findLineEnd(chunk: Buffer, from: number, hasCr: boolean): number {
  if (!hasCr) return chunk.indexOf(LF, from);
  for (let index = from; index < chunk.length; index++) {
    const byte = chunk[index];
    if (byte === LF || byte === CR) return index;
  }
  return -1;
}
