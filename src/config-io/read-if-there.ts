import { readFileSync } from 'node:fs';

/** The text of a file; `undefined` when there is none. @throws Error with Node's code for everything else */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
