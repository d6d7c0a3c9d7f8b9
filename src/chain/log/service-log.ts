import { closeSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Per second, what a service may say into its log; more is counted and left out. */
const BYTES_PER_SECOND = 256 * 1024;

export interface ServiceLogInput {
  readonly file: string;
  /** The log is begun anew beyond this; one older file (`.1`) is kept. */
  readonly maxBytes: number;
  /** Monotonic, milliseconds. */
  readonly now: () => number;
}

/** What a service prints, in a file that cannot grow without end. A disk that is full costs the log, nothing else. */
export class ServiceLog {
  readonly #input: ServiceLogInput;
  #file: number | undefined;
  #size = 0;
  #secondBegan = -Infinity;
  #written = 0;
  #dropped = 0;

  constructor(input: ServiceLogInput) {
    this.#input = input;
  }

  /** A line of the supervisor's own. */
  note(text: string): void {
    this.#append(Buffer.from(`[switchyard] ${new Date().toISOString()} ${text}\n`));
  }

  write(chunk: Buffer): void {
    const now = this.#input.now();
    if (now - this.#secondBegan >= 1_000) this.#nextSecond(now);
    if (this.#written + chunk.length > BYTES_PER_SECOND) {
      this.#dropped += chunk.length;
      return;
    }
    this.#written += chunk.length;
    this.#append(chunk);
  }

  close(): void {
    this.#tellDropped();
    this.#forget();
  }

  #nextSecond(now: number): void {
    this.#secondBegan = now;
    this.#written = 0;
    this.#tellDropped();
  }

  #tellDropped(): void {
    const dropped = this.#dropped;
    this.#dropped = 0;
    if (dropped > 0) this.note(`${dropped} bytes were left out: the service says more than a log can keep.`);
  }

  #append(chunk: Buffer): void {
    try {
      this.#file ??= this.#open();
      if (this.#size + chunk.length > this.#input.maxBytes) this.#rotate();
      this.#size += writeSync(this.#file, chunk);
    } catch {
      this.#forget(); // Tried again with the next piece; the service itself is not affected.
    }
  }

  #open(): number {
    const { file } = this.#input;
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const opened = openSync(file, 'a', 0o600);
    this.#size = statSync(file).size;
    return opened;
  }

  #forget(): void {
    const file = this.#file;
    this.#file = undefined;
    if (file !== undefined) closeSync(file);
  }

  #rotate(): void {
    this.#forget();
    renameSync(this.#input.file, `${this.#input.file}.1`);
    this.#file = this.#open();
  }
}
