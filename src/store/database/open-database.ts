/**
 * Opens the ledger's database, or says why not. A file that is damaged or not ours is set aside under another name
 * and a new one begun; a file of a newer version is left alone. Only the store's worker calls this.
 */
import { existsSync, renameSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { MIGRATIONS } from './migrations/index.ts';
import { makeOwnersFile } from './owners-file.ts';

/** "swya": marks a database as ours. */
const APPLICATION_ID = 0x73777961;

/** Older versions can corrupt a WAL database when two connections checkpoint at once. */
const OLDEST_SQLITE = [3, 51, 3] as const;

export type OpenedDatabase =
  | { readonly kind: 'ready'; readonly database: DatabaseSync; readonly quarantined: Quarantine | undefined }
  | { readonly kind: 'refused'; readonly reason: string };

interface Quarantine {
  readonly path: string;
  readonly reason: string;
}

export interface OpenOptions {
  readonly path: string;
  /** How long a locked database is waited for, in milliseconds. */
  readonly busyMs: number;
  /** Goes into the name of a file that is set aside. */
  readonly now: number;
  /** Set when the file was found damaged in use: it is set aside without another look. */
  readonly damage?: string | undefined;
}

/** @throws when the file cannot be opened for now: locked, disk full, no permission. Try again later. */
export function openDatabase(options: OpenOptions): OpenedDatabase {
  const version = sqliteVersion();
  if (isOlder(version, OLDEST_SQLITE))
    return {
      kind: 'refused',
      reason: `SQLite ${version} is older than ${OLDEST_SQLITE.join('.')}; use a newer Node`,
    };
  const first: Opening =
    options.damage === undefined ? tryOpen(options) : { kind: 'damaged', reason: options.damage };
  if (first.kind !== 'damaged') return first;
  const path = setAside(options, first.reason);
  const second = tryOpen(options);
  if (second.kind === 'damaged')
    throw new Error(`a new database at ${options.path} is damaged: ${second.reason}`);
  return second.kind === 'ready' ? { ...second, quarantined: { path, reason: first.reason } } : second;
}

/** Whether an error says that one record cannot be stored, not that storing is impossible for now. */
export function isUnstorable(error: unknown): boolean {
  const code = errorCode(error);
  return code === undefined || code === 19 || code === 20 || code === 25; // CONSTRAINT, MISMATCH, RANGE
}

/** Whether an error of SQLite means that the file itself is broken. */
export function isDamage(error: unknown): boolean {
  const code = errorCode(error);
  return code === 11 || code === 26; // SQLITE_CORRUPT, SQLITE_NOTADB
}

function errorCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}

type Opening = OpenedDatabase | { readonly kind: 'damaged'; readonly reason: string };

function tryOpen({ path, busyMs }: OpenOptions): Opening {
  makeOwnersFile(path);
  const database = new DatabaseSync(path, { timeout: busyMs });
  try {
    const opening = prepare(database, path);
    if (opening.kind !== 'ready') database.close();
    return opening;
  } catch (error) {
    database.close();
    if (isDamage(error)) return { kind: 'damaged', reason: messageOf(error) };
    throw error;
  }
}

function prepare(database: DatabaseSync, path: string): Opening {
  const owner = pragma(database, 'application_id');
  const schema = Number(pragma(database, 'user_version'));
  const tables = database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n'];
  const isEmpty = owner === 0 && schema === 0 && tables === 0;
  if (!isEmpty && owner !== APPLICATION_ID)
    return { kind: 'damaged', reason: 'it is the database of another program' };
  if (schema > MIGRATIONS.length)
    return {
      kind: 'refused',
      reason:
        `${path} has schema ${schema}, this version knows ${MIGRATIONS.length}: ` +
        'install the newer version again, or move the file away',
    };
  database.exec('PRAGMA journal_mode = WAL');
  // FULL, not NORMAL: a journal segment is deleted on the word of a commit, which must then survive a power cut.
  database.exec('PRAGMA synchronous = FULL');
  database.exec('PRAGMA foreign_keys = OFF');
  database.exec('PRAGMA cache_size = -16000');
  // Larger batches write each page of an index less often; the log is cut back to this size when it is empty.
  database.exec('PRAGMA wal_autocheckpoint = 4000');
  database.exec('PRAGMA journal_size_limit = 33554432');
  if (!isEmpty) {
    const check = pragma(database, 'quick_check(1)', 'quick_check');
    if (check !== 'ok') return { kind: 'damaged', reason: String(check) };
  }
  migrate(database, schema);
  return { kind: 'ready', database, quarantined: undefined };
}

function migrate(database: DatabaseSync, from: number): void {
  for (const [index, script] of MIGRATIONS.entries()) {
    if (index < from) continue;
    database.exec('BEGIN IMMEDIATE');
    try {
      database.exec(script);
      database.exec(`PRAGMA user_version = ${index + 1}`);
      database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
      database.exec('COMMIT');
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  }
}

function setAside({ path, now }: OpenOptions, reason: string): string {
  const stamp = new Date(now).toISOString().replaceAll(':', '-');
  const target = `${path}.damaged-${stamp}`;
  for (const suffix of ['-wal', '-shm']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, target + suffix);
  }
  if (!existsSync(path)) throw new Error(`${path} is damaged (${reason}) and has vanished`);
  renameSync(path, target);
  return target;
}

function pragma(database: DatabaseSync, statement: string, column = statement): unknown {
  return database.prepare(`PRAGMA ${statement}`).get()?.[column];
}

function sqliteVersion(): string {
  const memory = new DatabaseSync(':memory:');
  const version = memory.prepare('SELECT sqlite_version() AS version').get()?.['version'];
  memory.close();
  return String(version);
}

function isOlder(version: string, oldest: readonly number[]): boolean {
  const parts = version.split('.').map(Number);
  for (const [index, least] of oldest.entries()) {
    const part = parts[index] ?? 0;
    if (part !== least) return part < least;
  }
  return false;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
