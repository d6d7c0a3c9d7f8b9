/**
 * Puts a log aside that others hold open: what is in it is copied, then the file is cut to nothing. Nobody has to open
 * it again, so it works for output that was redirected by whoever started us, and on Windows, where an open file
 * is not easily renamed. Whoever writes must append.
 */
import {
  closeSync,
  createReadStream,
  createWriteStream,
  fstatSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { archiveName, expiredArchives, type ArchiveLimits } from '../../lib/log-archives.ts';

const CHUNK_BYTES = 1024 * 1024;

/**
 * Copies and cuts in one go of this thread: nothing that this thread writes is lost.
 * @returns the copy, still to be compressed
 * @throws Error of the file system; the log is as it was, then
 */
export function rotateInPlace(path: string, now: number): string {
  const aside = archiveName(path, now);
  const from = openSync(path, 'r+');
  try {
    const to = openSync(aside, 'wx', 0o600);
    try {
      copyAll(from, to);
    } catch (error) {
      closeSync(to);
      unlinkSync(aside);
      throw error;
    }
    ftruncateSync(from, 0);
    closeSync(to);
  } finally {
    closeSync(from);
  }
  return aside;
}

/** Until nothing more comes: another process may be writing. */
function copyAll(from: number, to: number): void {
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, Math.max(1, fstatSync(from).size)));
  let position = 0;
  for (;;) {
    const read = readSync(from, buffer, 0, buffer.length, position);
    if (read === 0) return;
    position += read;
    for (let written = 0; written < read;) written += writeSync(to, buffer, written, read - written);
  }
}

/** Compresses off the event loop. The copy stays until its compressed form is whole. */
export async function compressArchive(aside: string): Promise<void> {
  const compressed = `${aside}.gz`;
  try {
    await pipeline(createReadStream(aside), createGzip(), createWriteStream(compressed, { mode: 0o600 }));
  } catch (error) {
    unlinkIfThere(compressed);
    throw error;
  }
  unlinkSync(aside);
}

/** Deletes old files beyond the limits. */
export function removeExpired(path: string, limits: ArchiveLimits & { readonly now: number }): void {
  const directory = dirname(path);
  for (const name of expiredArchives(basename(path), readdirSync(directory), limits))
    unlinkIfThere(join(directory, name));
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}
