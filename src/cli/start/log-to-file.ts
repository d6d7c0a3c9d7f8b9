import { mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeTo } from './survive-full-disk.ts';

/** A file that everything goes to, open for appending. */
export interface LogFile {
  readonly path: string;
  readonly descriptor: number;
}

let current: LogFile | undefined;

/** Where {@link logToFile} has sent everything; `undefined` while it has not. */
export function ownLogFile(): LogFile | undefined {
  return current;
}

/**
 * Everything the program says goes into this file from now on. For services of systems that keep no output
 * themselves: a redirection would need a shell, and its quoting. The gateway keeps it from growing without end.
 */
export function logToFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const descriptor = openSync(path, 'a', 0o600);
  for (const stream of [process.stdout, process.stderr]) writeTo(stream, descriptor);
  current = { path, descriptor };
}
