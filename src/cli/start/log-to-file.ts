import { mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Beyond this a log is begun anew at a start; one older file (`.1`) is kept. */
const ROTATE_BYTES = 32 * 1024 * 1024;

/**
 * Everything the program says goes into this file from now on. For services of systems that keep no output
 * themselves: a redirection would need a shell, and its quoting.
 */
export function logToFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  if (sizeOf(file) > ROTATE_BYTES) renameSync(file, `${file}.1`);
  const opened = openSync(file, 'a', 0o600);
  const write: typeof process.stdout.write = (chunk: Uint8Array | string, ...rest: unknown[]) => {
    if (typeof chunk === 'string') writeSync(opened, chunk);
    else writeSync(opened, chunk);
    const done = rest.find((each) => typeof each === 'function');
    done?.();
    return true;
  };
  for (const stream of [process.stdout, process.stderr]) stream.write = write;
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
