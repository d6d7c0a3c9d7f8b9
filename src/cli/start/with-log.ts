import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Runs `use` with a log that is open for appending, readable by its owner only, and closes it again: a child has its
 * own copy by then. The gateway that gets it keeps it from growing without end.
 */
export function withLog<Result>(file: string, use: (descriptor: number) => Result): Result {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const descriptor = openSync(file, 'a', 0o600);
  try {
    return use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
