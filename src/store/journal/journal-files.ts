import { closeSync, mkdirSync, openSync, unlinkSync, writeSync } from 'node:fs';

/** The few file operations of the journal, so that tests can let a disk fill up or break. */
export interface JournalFiles {
  makeDirectory(path: string): void;
  /** Creates a file for appending; it must not exist. */
  create(path: string): number;
  /** @returns how many bytes were taken; fewer than given means the disk is full */
  write(descriptor: number, bytes: Buffer): number;
  close(descriptor: number): void;
  remove(path: string): void;
}

/** Files hold session ids and labels of people: they are readable by their owner alone. */
export const REAL_FILES: JournalFiles = {
  makeDirectory: (path) => void mkdirSync(path, { recursive: true, mode: 0o700 }),
  create: (path) => openSync(path, 'ax', 0o600),
  write: (descriptor, bytes) => writeSync(descriptor, bytes),
  close: (descriptor) => closeSync(descriptor),
  remove: (path) => unlinkSync(path),
};
