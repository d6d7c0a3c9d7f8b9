import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Changes that come together are written together. */
const DELAY_MS = 250;

export interface StateFileInput {
  readonly path: string;
  /** What is to be written at that moment. */
  readonly read: () => string;
  /** Called when the file cannot be written; the gateway goes on without it. */
  readonly onError: (error: unknown) => void;
}

/**
 * A small file that follows some state of the process: written whole, to a draft that then takes its place, at most
 * a quarter of a second after a change. What it holds may be lost with the machine, not with the process.
 */
export class StateFile {
  readonly #input: StateFileInput;
  #timer: NodeJS.Timeout | undefined;

  constructor(input: StateFileInput) {
    this.#input = input;
  }

  /** The text of the last run, if there is one. */
  load(): string | undefined {
    try {
      return readFileSync(this.#input.path, 'utf8');
    } catch (error) {
      const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (!isAbsent) this.#input.onError(error);
      return undefined;
    }
  }

  /** Notes that the state has changed. */
  changed(): void {
    this.#timer ??= setTimeout(() => this.#write(), DELAY_MS).unref();
  }

  /** Writes what is not yet written. */
  close(): void {
    if (this.#timer !== undefined) this.#write();
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { path, read, onError } = this.#input;
    const draft = `${path}.${process.pid}`;
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeFileSync(draft, read(), { mode: 0o600 });
      renameSync(draft, path);
    } catch (error) {
      onError(error);
    }
  }
}
