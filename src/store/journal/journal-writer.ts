/**
 * The writing end of the journal. One record is one `write` to a file opened for appending: 4 µs, and the page cache
 * keeps it when the process is killed. No failure reaches the caller. While the disk refuses, records wait in memory;
 * when disk and memory together hold more than the limits, new records are dropped and counted.
 */
import { join } from 'node:path';
import { FrameEncoder } from './frame.ts';
import type { JournalFiles } from './journal-files.ts';
import { listSegments, newSegmentName, segmentBytes } from './segments.ts';

export interface JournalOptions {
  readonly directory: string;
  /** Size at which a new segment is begun. */
  readonly segmentBytes: number;
  /** How much may wait for the database, on disk and in memory together. */
  readonly limits: JournalLimits;
  readonly files: JournalFiles;
  /** Monotonic milliseconds. */
  readonly monotonic: () => number;
  readonly report: (event: JournalEvent) => void;
}

export interface JournalLimits {
  readonly bytes: number;
  readonly records: number;
}

export type JournalEvent =
  | { readonly kind: 'journal-failing'; readonly error: unknown }
  | { readonly kind: 'journal-recovered' }
  | { readonly kind: 'dropping' };

const RETRY_MS = 1_000;
const PIECE_BYTES = 256 * 1024;

export class JournalWriter {
  readonly #options: JournalOptions;
  readonly #encoder = new FrameEncoder();
  #descriptor: number | undefined;
  #path = '';
  #size = 0;
  #number = 0;
  #waiting: Buffer[] = [];
  #failingSince: number | undefined;
  #retryAt = 0;
  #dropping = false;
  #closed = false;
  #dropped = 0;
  #lag = { bytes: 0, records: 0 };

  constructor(options: JournalOptions) {
    this.#options = options;
    try {
      options.files.makeDirectory(options.directory);
      const segments = listSegments(options.directory);
      this.#number = segments.at(-1)?.number ?? 0;
      this.#lag.bytes = segmentBytes(options.directory, segments);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The number of the segment being written; every lower one is complete. */
  get number(): number {
    return this.#number;
  }

  get dropped(): number {
    return this.#dropped;
  }

  get failing(): boolean {
    return this.#failingSince !== undefined;
  }

  /** What is recorded but not yet reported as folded. */
  get lag(): Readonly<JournalLimits> {
    return this.#lag;
  }

  /** Records one payload: JSON text without line breaks. Never throws. */
  append(payload: string): void {
    if (this.#closed) {
      this.#dropped += 1;
      return;
    }
    const frame = this.#encoder.encode(payload);
    if (this.#isFull(frame.length)) return this.#drop();
    this.#dropping = false;
    this.#lag.bytes += frame.length;
    this.#lag.records += 1;
    if (this.failing) {
      this.#waiting.push(Buffer.from(frame));
      this.retry();
    } else if (!this.#write(frame)) {
      this.#waiting.push(Buffer.from(frame));
    }
  }

  /** Tries to write what waits in memory, at most once a second. */
  retry(): void {
    if (!this.failing || this.#closed || this.#options.monotonic() < this.#retryAt) return;
    this.#retryAt = this.#options.monotonic() + RETRY_MS;
    this.#writeWaiting();
  }

  /** Takes note of what the database has taken over. */
  folded(bytes: number, records: number): void {
    this.#lag.bytes = Math.max(0, this.#lag.bytes - bytes);
    this.#lag.records = Math.max(0, this.#lag.records - records);
  }

  /** Makes a last attempt to write what waits, counts the rest as dropped and lets go of the file. */
  close(): void {
    if (this.#closed) return;
    if (this.failing) this.#writeWaiting();
    this.#closed = true;
    this.#dropped += this.#waiting.length;
    this.#waiting = [];
    this.#letGo();
    this.#number += 1;
  }

  #isFull(bytes: number): boolean {
    const { limits } = this.#options;
    return this.#lag.bytes + bytes > limits.bytes || this.#lag.records >= limits.records;
  }

  #drop(): void {
    this.#dropped += 1;
    if (this.#dropping) return;
    this.#dropping = true;
    this.#options.report({ kind: 'dropping' });
  }

  /**
   * In large pieces: thousands of single writes would hold up the event loop. A piece that goes through in part is
   * written again in full; folding what stands twice changes nothing.
   */
  #writeWaiting(): void {
    this.#letGo();
    while (this.#waiting.length > 0) {
      const count = this.#countForPiece();
      if (!this.#write(Buffer.concat(this.#waiting.slice(0, count)))) break;
      this.#waiting.splice(0, count);
    }
    if (this.#waiting.length > 0 || this.#failingSince === undefined) return;
    this.#failingSince = undefined;
    this.#options.report({ kind: 'journal-recovered' });
  }

  #countForPiece(): number {
    let bytes = 0;
    const end = this.#waiting.findIndex((frame) => (bytes += frame.length) > PIECE_BYTES);
    return end === -1 ? this.#waiting.length : Math.max(1, end);
  }

  #write(frame: Buffer): boolean {
    const { files } = this.#options;
    try {
      const descriptor = this.#descriptorFor(frame.length);
      const taken = files.write(descriptor, frame);
      if (taken < frame.length) throw new Error(`the disk took ${taken} of ${frame.length} bytes`);
      this.#size += frame.length;
      return true;
    } catch (error) {
      this.#abandon();
      this.#fail(error);
      return false;
    }
  }

  #descriptorFor(bytes: number): number {
    const { directory, files, segmentBytes: limit } = this.#options;
    if (this.#descriptor !== undefined && this.#size + bytes <= limit) return this.#descriptor;
    this.#letGo();
    const path = join(directory, newSegmentName(this.#number + 1));
    // The directory may have been missing or read-only when the process began.
    if (this.failing) files.makeDirectory(directory);
    const descriptor = files.create(path);
    this.#number += 1;
    this.#descriptor = descriptor;
    this.#path = path;
    this.#size = 0;
    return descriptor;
  }

  /** Leaves a segment that may end in a torn record; an empty one is not worth keeping. */
  #abandon(): void {
    const isEmpty = this.#descriptor !== undefined && this.#size === 0;
    this.#letGo();
    if (!isEmpty) return;
    try {
      this.#options.files.remove(this.#path);
    } catch {
      // The disk is out of order: the empty or torn file stays and is skipped when it is read.
    }
  }

  #letGo(): void {
    const descriptor = this.#descriptor;
    this.#descriptor = undefined;
    if (descriptor === undefined) return;
    try {
      this.#options.files.close(descriptor);
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    const now = this.#options.monotonic();
    this.#retryAt = now + RETRY_MS;
    if (this.#failingSince !== undefined) return;
    this.#failingSince = now;
    this.#options.report({ kind: 'journal-failing', error });
  }
}
