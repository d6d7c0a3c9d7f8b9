/** Reading and replacing one file of a client, byte for byte. */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  rmdirSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { ConnectRefused } from '../connect-refused.ts';

export interface PresentFile {
  readonly bytes: Buffer;
  /** The file itself, where the path leads through a symlink. */
  readonly target: string;
  readonly mode: number;
}

/** Larger files are nobody's settings. */
const LARGEST_BYTES = 8 * 1024 * 1024;
const WRITABLE_BY_OWNER = 0o200;
const PRIVATE = 0o600;

/** @returns `undefined` where there is no such file. @throws ConnectRefused when it is there and cannot be edited */
export function readClientFile(path: string): PresentFile | undefined {
  if (!exists(path)) return undefined;
  try {
    const target = realpathSync(path);
    const stat = statSync(target);
    if (!stat.isFile()) throw refused(path, 'it is not a regular file');
    if (stat.size > LARGEST_BYTES) throw refused(path, 'it is larger than 8 MiB');
    return { bytes: readFileSync(target), target, mode: stat.mode & 0o7777 };
  } catch (error) {
    if (error instanceof ConnectRefused) throw error;
    throw refused(path, reasonOf(error), error);
  }
}

/** Refuses a file that its owner has made read-only: somebody meant it to stay as it is. */
export function requireWritable(path: string, { mode }: PresentFile): void {
  if ((mode & WRITABLE_BY_OWNER) !== 0) return;
  throw new ConnectRefused(`${path} is read-only`, `chmod u+w ${path}, if it is yours to change`);
}

function exists(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw refused(path, reasonOf(error), error);
  }
}

export interface Replacement {
  readonly path: string;
  /** What was read when the change was planned; `undefined` when there was no file. */
  readonly before: PresentFile | undefined;
  /** `undefined` removes the file. */
  readonly bytes: Buffer | undefined;
}

/**
 * Puts new content in place of the old in one step: a reader sees the old or the new file and never a part.
 * @throws ConnectRefused when the file has changed since it was read, or cannot be written
 */
export function replaceClientFile({ path, before, bytes }: Replacement): void {
  const now = readClientFile(path);
  if (!sameBytes(now?.bytes, before?.bytes))
    throw new ConnectRefused(`${path} has changed in the meantime`, 'run the same command again');
  const target = before?.target ?? path;
  try {
    if (bytes === undefined) {
      rmSync(target, { force: true });
      return;
    }
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    writeInPlace(target, bytes, before?.mode ?? PRIVATE);
  } catch (error) {
    throw refused(path, reasonOf(error), error);
  }
}

/** Takes away directories that were made for a file, as far as they are empty. */
export function removeDirectories(made: readonly string[]): void {
  for (const directory of made.toReversed()) {
    try {
      rmdirSync(directory);
    } catch (error) {
      const code = codeOf(error);
      if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOENT') return;
      throw error;
    }
  }
}

/** The directories that must be made for a file, outermost first. */
export function missingDirectories(path: string): string[] {
  const directory = dirname(path);
  return exists(directory) ? [] : [...missingDirectories(directory), directory];
}

function writeInPlace(target: string, bytes: Buffer, mode: number): void {
  const draft = join(dirname(target), `.${randomBytes(6).toString('hex')}.switchyard`);
  const file = openSync(draft, 'wx', PRIVATE);
  try {
    try {
      for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    chmodSync(draft, mode);
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

export function sameBytes(one: Buffer | undefined, other: Buffer | undefined): boolean {
  return one === undefined || other === undefined ? one === other : one.equals(other);
}

function refused(path: string, reason: string, cause?: unknown): ConnectRefused {
  return new ConnectRefused(
    `${path} cannot be edited: ${reason}`,
    'put that right, or change it by hand',
    cause,
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it is a symlink that leads nowhere',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  ELOOP: 'its symlinks lead in a circle',
};

function reasonOf(error: unknown): string {
  const code = codeOf(error);
  return REASONS[code] ?? `the system says ${code}`;
}
