import { createSecretFinder } from '../../lib/redact.ts';
import type { RawObject } from '../layers/raw-value.ts';

/** What another program's file comes to in our words. */
export interface Imported {
  /** The program it was written for. */
  readonly from: string;
  readonly values: RawObject;
  /** What was taken over, in the other program's words. */
  readonly understood: readonly string[];
  /** What was not, and why where that helps. Never a value: it could be a secret. */
  readonly ignored: readonly string[];
  /** What was understood in another way than it may have been meant. */
  readonly notes: readonly string[];
  /** What is left for the user to do. */
  readonly advice: readonly string[];
}

/** A file as it was read. */
export interface ImportFile {
  readonly path: string;
  readonly text: string;
}

/** The file is of a known kind, and broken. */
export class ImportError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ImportError';
  }
}

const findKeys = createSecretFinder([]);

/** A name out of the file, to be told: in a file that is not what it seems, what was read as a name may hold a value. */
export function shownName(name: string): string {
  return /^[\w.-]{1,64}$/.test(name) && findKeys(name).length === 0
    ? name
    : 'a setting whose name cannot be read';
}
