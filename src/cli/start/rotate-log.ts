import { closeSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** A log larger than this at start is put aside; a running gateway never loses its file. */
const MAX_LOG_BYTES = 16 * 1024 * 1024;

const KEPT = 3;

/** Moves a log that has grown too large to `.1`, the older ones up to `.3`. */
export function rotateLog(file: string, maximumBytes: number): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= maximumBytes) return;
  for (let index = KEPT - 1; index >= 1; index -= 1) moveIfThere(`${file}.${index}`, `${file}.${index + 1}`);
  renameSync(file, `${file}.1`);
}

/** Opens a log for appending, readable by its owner only. @returns a file descriptor, to be closed */
function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  rotateLog(file, MAX_LOG_BYTES);
  return openSync(file, 'a', 0o600);
}

/** Runs `use` with an open log and closes it again: a child has its own copy by then. */
export function withLog<Result>(file: string, use: (descriptor: number) => Result): Result {
  const descriptor = openLog(file);
  try {
    return use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function moveIfThere(from: string, to: string): void {
  if (statSync(from, { throwIfNoEntry: false }) !== undefined) renameSync(from, to);
}
