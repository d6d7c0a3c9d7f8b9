/**
 * Watches files the way people and programs change them: written in place and in pieces, replaced by a rename,
 * reached through a symbolic link that is bent to another place, absent for a moment. What is watched is therefore
 * the directories, and a look at the files themselves once a second stands in where a system tells nothing
 * (network shares, folders that do not exist yet). A change is told when the files have stopped changing.
 */
import { realpathSync, watch, type FSWatcher } from 'node:fs';
import { dirname } from 'node:path';
import { changedSince, signatureOf } from './file-signature.ts';

export interface FileWatcherInput {
  readonly files: readonly string[];
  /** Changes from this moment on count, wall clock in milliseconds: when the files were read. */
  readonly since: number;
  /** Called when files have changed and rest again; the next change is told after the promise. Must not reject. */
  readonly onChange: () => Promise<void>;
  /** How long files must rest before a change is told, milliseconds. */
  readonly settleMs?: number;
  /** Milliseconds between two looks. */
  readonly pollMs?: number;
}

const SETTLE_MS = 80;
const POLL_MS = 1_000;

/**
 * News of a directory are gathered for so long before the files are looked at: others may write there all the time, and
 * a look at each of their writes would slow every request down.
 */
const GATHER_MS = 20;

/** A file that never rests is told after so many looks all the same. */
const MOST_LOOKS = 12;

export class FileWatcher {
  readonly #onChange: () => Promise<void>;
  readonly #settleMs: number;
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #poll: NodeJS.Timeout;
  #files: readonly string[];
  #signature: string;
  #settle: NodeJS.Timeout | undefined;
  #gathering: NodeJS.Timeout | undefined;
  #looks = 0;
  #telling = false;
  #closed = false;

  constructor({ files, since, onChange, settleMs = SETTLE_MS, pollMs = POLL_MS }: FileWatcherInput) {
    this.#files = files;
    this.#onChange = onChange;
    this.#settleMs = settleMs;
    this.#signature = signatureOf(files);
    this.#watchDirectories();
    this.#poll = setInterval(() => this.#look(), pollMs).unref();
    if (changedSince(files, since)) this.#waitForRest();
  }

  /** Other files from now on: a new version may name other secrets. */
  retarget(files: readonly string[]): void {
    if (this.#closed || files.join('\n') === this.#files.join('\n')) return;
    this.#files = files;
    this.#signature = signatureOf(files);
    this.#watchDirectories();
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#poll);
    clearTimeout(this.#settle);
    clearTimeout(this.#gathering);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #lookSoon(): void {
    if (this.#closed) return;
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      this.#look();
    }, GATHER_MS).unref();
  }

  #look(): void {
    if (this.#closed || this.#settle !== undefined || this.#telling) return;
    if (signatureOf(this.#files) !== this.#signature) this.#waitForRest();
  }

  #waitForRest(): void {
    this.#signature = signatureOf(this.#files);
    this.#settle = setTimeout(() => this.#onRest(), this.#settleMs).unref();
  }

  #onRest(): void {
    this.#settle = undefined;
    this.#looks += 1;
    const rests = signatureOf(this.#files) === this.#signature;
    if (!rests && this.#looks < MOST_LOOKS) return this.#waitForRest();
    this.#looks = 0;
    this.#signature = signatureOf(this.#files);
    this.#telling = true;
    void this.#onChange().finally(() => {
      this.#telling = false;
      this.#watchDirectories();
      this.#look(); // What changed meanwhile.
    });
  }

  #watchDirectories(): void {
    if (this.#closed) return;
    const wanted = new Set(this.#files.flatMap(directoriesOf));
    for (const [directory, watcher] of this.#watchers) {
      if (wanted.has(directory)) continue;
      watcher.close();
      this.#watchers.delete(directory);
    }
    for (const directory of wanted) if (!this.#watchers.has(directory)) this.#watch(directory);
  }

  /** A directory that cannot be watched is no fault: the look once a second sees what happens in it. */
  #watch(directory: string): void {
    const forget = (): void => {
      this.#watchers.get(directory)?.close();
      this.#watchers.delete(directory);
    };
    try {
      const watcher = watch(directory, { persistent: false }, () => this.#lookSoon());
      watcher.once('error', forget);
      this.#watchers.set(directory, watcher);
    } catch {
      forget();
    }
  }
}

/** Where the file is named, and where it really lies when the name is a link. */
function directoriesOf(path: string): readonly string[] {
  try {
    return [dirname(path), dirname(realpathSync(path))];
  } catch {
    return [dirname(path)];
  }
}
