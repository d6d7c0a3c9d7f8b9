/**
 * Versions of one configuration file, kept in the state directory: what gateways served and what was there before
 * each edit. They are for people and for `rollback`; no gateway ever starts from one by itself.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { etagOf } from './etag.ts';

export interface ConfigVersion {
  /** Counts up from 1; a number is never used twice. */
  readonly number: number;
  readonly etag: string;
  /** When it was kept, wall clock in milliseconds. */
  readonly at: number;
  /** The copy. */
  readonly path: string;
}

/** Older versions go when there are more. */
const MOST_VERSIONS = 100;

const VERSION_FILE = /^(\d+)\.yaml$/;
const SERVED_FILE = 'last-served';

export class ConfigHistory {
  readonly #directory: string;

  /** @param configPath the file whose versions these are, absolute */
  constructor(stateDirectory: string, configPath: string) {
    const hash = createHash('sha256').update(configPath).digest('hex').slice(0, 8);
    this.#directory = join(stateDirectory, 'config-history', `${basename(configPath)}-${hash}`);
  }

  /** Oldest first. */
  list(): readonly ConfigVersion[] {
    return this.#numbers().map((number) => {
      const path = this.#pathOf(number);
      return { number, path, etag: etagOf(readFileSync(path, 'utf8')), at: statSync(path).mtimeMs };
    });
  }

  /** @returns `undefined` when there is no such version */
  text(number: number): string | undefined {
    return this.#numbers().includes(number) ? readFileSync(this.#pathOf(number), 'utf8') : undefined;
  }

  /** Keeps this text, unless the newest version is the same. @throws Error with Node's code when the disk refuses */
  save(text: string): number {
    const newest = this.#numbers().at(-1) ?? 0;
    if (newest > 0 && this.text(newest) === text) return newest;
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    const number = this.#write(newest + 1, text);
    for (const old of this.#numbers().slice(0, -MOST_VERSIONS)) rmSync(this.#pathOf(old), { force: true });
    return number;
  }

  /** Keeps this text as the newest one that a gateway serves. */
  saveServed(text: string): void {
    const number = this.save(text);
    writeFileSync(join(this.#directory, SERVED_FILE), `${number}\n`, { mode: 0o600 });
  }

  /** The newest version that a gateway served, if its copy is still there. */
  lastServed(): ConfigVersion | undefined {
    try {
      const number = Number(readFileSync(join(this.#directory, SERVED_FILE), 'utf8'));
      return this.list().find((version) => version.number === number);
    } catch {
      return undefined; // None was ever served.
    }
  }

  /** Two programs may keep a version at the same moment: each takes a number that is free. */
  #write(from: number, text: string): number {
    for (let number = from; ; number += 1) {
      try {
        writeFileSync(this.#pathOf(number), text, { flag: 'wx', mode: 0o600 });
        return number;
      } catch (error) {
        const isTaken = error instanceof Error && 'code' in error && error.code === 'EEXIST';
        if (isTaken) continue;
        rmSync(this.#pathOf(number), { force: true }); // Half a version must not be gone back to.
        throw error;
      }
    }
  }

  #numbers(): number[] {
    try {
      const found = readdirSync(this.#directory).map((name) => VERSION_FILE.exec(name)?.[1]);
      return found
        .filter((number) => number !== undefined)
        .map(Number)
        .toSorted((one, other) => one - other);
    } catch {
      return []; // No directory yet.
    }
  }

  #pathOf(number: number): string {
    return join(this.#directory, `${String(number).padStart(4, '0')}.yaml`);
  }
}
