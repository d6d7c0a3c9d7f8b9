import { fstatSync, statSync } from 'node:fs';
import { isSameDay, type ArchiveLimits } from '../../lib/log-archives.ts';
import { compressArchive, removeExpired, rotateInPlace } from './rotate-in-place.ts';

export interface OperatorLogSettings extends ArchiveLimits {
  /** A new file is begun above this size, and every day. */
  readonly maxBytes: number;
}

export interface OperatorLogOptions {
  /** The file that `descriptor` appends to. */
  readonly path: string;
  /** Usually 2, where everything goes that a program has to say. */
  readonly descriptor: number;
  /** The settings of this moment. */
  readonly settings: () => OperatorLogSettings;
  /** Wall clock, milliseconds. */
  readonly now: () => number;
  /** Told when old files cannot be put aside; the log goes on in the same file. */
  readonly onError: (error: unknown) => void;
}

/** So much may be written before the file is looked at again: what others write to it is not counted. */
const CHECK_BYTES = 64 * 1024;

/** After a failure it is not tried again at once: a full disk would fill the log with complaints. */
const RETRY_MS = 600_000;

/** Watches the file that the output goes to, and puts it aside when it is full or of yesterday. */
export class OperatorLog {
  readonly #options: OperatorLogOptions;
  /** When the first line of the file was written, as far as is known. */
  #begunAt: number;
  #unchecked = 0;
  #notBefore = 0;
  #compressing: Promise<void> = Promise.resolve();

  constructor(options: OperatorLogOptions) {
    this.#options = options;
    const { mtimeMs, size } = fstatSync(options.descriptor);
    this.#begunAt = size === 0 ? options.now() : mtimeMs;
  }

  /** Call after so many bytes were written. */
  wrote(bytes: number): void {
    this.#unchecked += bytes;
    if (this.#unchecked >= CHECK_BYTES || !isSameDay(this.#begunAt, this.#options.now())) this.check();
  }

  /** Puts the file aside if that is due. */
  check(): void {
    const { path, descriptor, settings, now, onError } = this.#options;
    this.#unchecked = 0;
    const at = now();
    if (at < this.#notBefore) return;
    try {
      const { size } = fstatSync(descriptor);
      const isOld = !isSameDay(this.#begunAt, at);
      if (isOld) this.#begunAt = at;
      if (size <= settings().maxBytes && !(isOld && size > 0)) return;
      const aside = rotateInPlace(path, at);
      this.#begunAt = at;
      this.#compressing = this.#compressing.then(() => this.#finish(aside)).catch(onError);
    } catch (error) {
      this.#notBefore = at + RETRY_MS;
      onError(error);
    }
  }

  /** Resolves when what was put aside is compressed. */
  settled(): Promise<void> {
    return this.#compressing;
  }

  async #finish(aside: string): Promise<void> {
    await compressArchive(aside);
    const { path, settings, now } = this.#options;
    removeExpired(path, { ...settings(), now: now() });
  }
}

/** Whether a descriptor writes to this file and no other: only then may the file be cut. */
export function writesTo(descriptor: number, path: string): boolean {
  const file = statSync(path, { throwIfNoEntry: false, bigint: true });
  const open = fstatSync(descriptor, { bigint: true });
  return file !== undefined && open.isFile() && open.ino === file.ino && open.dev === file.dev;
}
