/**
 * `usage.jsonl`: one line per attempt, for `tail`, `jq` and the scripts people have. Written by the store's worker
 * as it folds. Rotated by size and by age, older files compressed. A fault here is reported once and stops nothing.
 */
import {
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { archiveName, expiredArchives } from '../lib/log-archives.ts';

export interface UsageLogSettings {
  /** Full path of the current file. */
  readonly path: string;
  /** A new file is begun above this size. */
  readonly maxBytes: number;
  /** How long compressed files are kept. */
  readonly keepDays: number;
  /** How many compressed files are kept at most. */
  readonly keepFiles: number;
}

/** Where the file stood at the last commit: what was written after it belongs to no commit and is cut off. */
export interface UsageLogMark {
  readonly inode: number;
  readonly size: number;
}

const DAY_MS = 86_400_000;

export class UsageLog {
  readonly #settings: UsageLogSettings;
  #descriptor: number | undefined;
  #size = 0;
  #inode = 0;
  #day = 0;

  /**
   * Opens the log.
   * @param mark the mark of the last commit, if there is one
   */
  constructor(settings: UsageLogSettings, mark: UsageLogMark | undefined, now: number) {
    this.#settings = settings;
    mkdirSync(dirname(settings.path), { recursive: true, mode: 0o700 });
    this.#open(now);
    if (mark === undefined || mark.inode !== this.#inode || mark.size >= this.#size) return;
    if (this.#descriptor !== undefined) ftruncateSync(this.#descriptor, mark.size);
    this.#size = mark.size;
  }

  /** What {@link UsageLogMark} the commit that stores these lines must carry. */
  get mark(): UsageLogMark {
    return { inode: this.#inode, size: this.#size };
  }

  append(lines: readonly string[]): void {
    if (lines.length === 0 || this.#descriptor === undefined) return;
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    const taken = writeSync(this.#descriptor, bytes);
    if (taken === bytes.length) {
      this.#size += taken;
      return;
    }
    ftruncateSync(this.#descriptor, this.#size);
    throw new Error(`the disk took ${taken} of ${bytes.length} bytes`);
  }

  /** Cuts off what was appended since `mark`: its transaction was rolled back. */
  rollBack(mark: UsageLogMark): void {
    if (this.#descriptor === undefined || mark.inode !== this.#inode) return;
    ftruncateSync(this.#descriptor, mark.size);
    this.#size = mark.size;
  }

  /**
   * Begins a new file when the current one is full or a day old, or when somebody has taken it away; one that somebody
   * has emptied is as long as it is. Call between transactions only.
   */
  rotate(now: number): void {
    const found = statSync(this.#settings.path, { throwIfNoEntry: false });
    if (found?.ino !== this.#inode) {
      this.close();
      this.#open(now);
      return;
    }
    this.#size = Math.min(this.#size, found.size);
    const isDue = this.#size > this.#settings.maxBytes || (this.#day !== dayOf(now) && this.#size > 0);
    if (!isDue) return;
    this.close();
    const { path } = this.#settings;
    const aside = archiveName(path, now);
    try {
      renameSync(path, aside);
    } finally {
      this.#open(now);
    }
    writeFileSync(`${aside}.gz`, gzipSync(readFileSync(aside), { level: 1 }), { mode: 0o600 });
    unlinkSync(aside);
    this.#removeOld(now);
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #open(now: number): void {
    const { path } = this.#settings;
    const existed = existsSync(path);
    this.#descriptor = openSync(path, 'a', 0o600);
    const { ino, size, mtimeMs } = fstatSync(this.#descriptor);
    this.#inode = ino;
    this.#size = size;
    this.#day = dayOf(existed && size > 0 ? mtimeMs : now);
  }

  #removeOld(now: number): void {
    const { path, keepDays, keepFiles } = this.#settings;
    const directory = dirname(path);
    const expired = expiredArchives(basename(path), readdirSync(directory), { keepDays, keepFiles, now });
    for (const name of expired) unlinkSync(join(directory, name));
  }
}

function dayOf(now: number): number {
  return Math.floor(now / DAY_MS);
}
