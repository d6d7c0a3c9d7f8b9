/** Where captures lie: a file per exchange, in a folder per UTC day. The oldest go first, by the day or one by one. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const DAY_MS = 86_400_000;
const DAY_NAME = /^\d{4}-\d\d-\d\d$/;
const ENDING = '.capture';

/** Ids are ours; anything else must not become a path. */
const ID = /^[0-9a-z]{1,64}$/i;

export interface Kept {
  readonly days: number;
  readonly bytes: number;
}

/** Writes a file whole or not at all; only the owner may read it. */
export function writeCapture(
  directory: string,
  capture: { readonly id: string; readonly receivedAt: number; readonly file: Buffer },
): void {
  const folder = join(directory, dayName(capture.receivedAt));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, capture.id + ENDING);
  writeFileSync(`${path}.draft`, capture.file, { mode: 0o600 });
  renameSync(`${path}.draft`, path);
}

/** @returns the file of an exchange, or `undefined` when none was kept */
export async function readCapture(directory: string, id: string): Promise<Buffer | undefined> {
  if (!ID.test(id)) return undefined;
  for (const day of (await daysIn(directory)).toReversed()) {
    const file = await unlessAbsent(readFile(join(directory, day, id + ENDING)));
    if (file !== undefined) return file;
  }
  return undefined;
}

/** Deletes what is too old, then the oldest of what is too much. */
export async function pruneCaptures(directory: string, now: number, { days, bytes }: Kept): Promise<void> {
  const oldest = dayName(now - days * DAY_MS);
  const folders = await daysIn(directory);
  const expired = folders.filter((day) => day < oldest);
  for (const day of expired) await rm(join(directory, day), { recursive: true, force: true });
  let left = bytes;
  for (const path of await newestFirst(directory, folders.slice(expired.length))) {
    left -= (await unlessAbsent(stat(path)))?.size ?? 0;
    if (left < 0) await rm(path, { force: true });
  }
}

/** Names of days and ids sort by time. */
async function newestFirst(directory: string, days: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const day of days.toReversed()) {
    const names = (await readdir(join(directory, day))).sort().toReversed();
    files.push(...names.map((name) => join(directory, day, name)));
  }
  return files;
}

/** The folders of days, oldest first. */
async function daysIn(directory: string): Promise<string[]> {
  const names = (await unlessAbsent(readdir(directory))) ?? [];
  return names.filter((name) => DAY_NAME.test(name)).sort();
}

function dayName(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

async function unlessAbsent<Value>(work: Promise<Value>): Promise<Value | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
