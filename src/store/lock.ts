/**
 * One process at a time writes a ledger. The lock is a file lock that SQLite holds on a tiny database of its own:
 * the operating system lets go of it when the process dies, however it dies, and no stale pid can block a start.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makeOwnersFile } from './database/owners-file.ts';

export interface StoreLock {
  release(): void;
}

/** Another process writes this ledger; starting must stop here. */
export class LedgerInUse extends Error {
  override readonly name = 'LedgerInUse';
}

/**
 * Takes the lock of a directory.
 * @throws LedgerInUse when another process, or another ledger of this one, has it
 * @throws Error of the file system when no lock can be taken at all
 */
export function lockStore(directory: string, holder: string): StoreLock {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, 'lock.sqlite3');
  makeOwnersFile(path);
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS holder (text TEXT); DELETE FROM holder');
    database.prepare('INSERT INTO holder VALUES (?)').run(holder);
    database.exec('COMMIT; BEGIN IMMEDIATE');
  } catch (error) {
    const inUse = isBusy(error);
    const other = inUse ? readHolder(database) : '';
    database.close();
    if (!inUse) throw error;
    throw new LedgerInUse(
      `The ledger in ${directory} is in use by ${other}. It must stop first, or this one needs another state directory.`,
    );
  }
  return { release: () => database.close() };
}

function readHolder(database: DatabaseSync): string {
  try {
    const text = database.prepare('SELECT text FROM holder').get()?.['text'];
    return typeof text === 'string' ? text : 'another process';
  } catch {
    return 'another process'; // It is in the middle of writing its name.
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === 5;
}
