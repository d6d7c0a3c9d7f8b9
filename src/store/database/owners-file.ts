import { closeSync, openSync } from 'node:fs';

/**
 * Makes a file that its owner alone can read, unless it is there. SQLite would make it by the umask, and gives what it
 * puts beside it (`-wal`, `-shm`) the same mode.
 */
export function makeOwnersFile(path: string): void {
  closeSync(openSync(path, 'a', 0o600));
}
