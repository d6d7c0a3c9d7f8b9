import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { archivesOf } from '../../lib/log-archives.ts';

const inflate = promisify(gunzip);

/** The last `count` lines that a log had before its file was begun anew, out of as many old files as it takes. */
export async function archivedLines(path: string, count: number): Promise<string[]> {
  const directory = dirname(path);
  const names = archivesOf(basename(path), await readdir(directory).catch(() => []));
  let lines: string[] = [];
  for (const name of names) {
    if (lines.length >= count) break;
    lines = [...(await linesOf(join(directory, name))), ...lines];
  }
  return count === 0 ? [] : lines.slice(-count);
}

/** A file may be compressed or deleted at this very moment; its lines are missing, then. */
async function linesOf(path: string): Promise<string[]> {
  try {
    const bytes = await readFile(path);
    const text = (path.endsWith('.gz') ? await inflate(bytes) : bytes).toString('utf8');
    return text.split('\n').filter((line) => line !== '');
  } catch {
    return [];
  }
}
