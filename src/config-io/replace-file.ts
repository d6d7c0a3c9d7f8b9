import {
  chownSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Who may read a file that was not there before. */
const NEW_FILE_MODE = 0o600;

/**
 * Replaces a text file as a whole: a reader sees the old text or the new one, a crash leaves one of the two. Mode and
 * owner stay; a symbolic link stays a link, and what it leads to is replaced.
 * @throws Error with Node's code
 */
export function replaceFile(path: string, text: string): void {
  const target = targetOf(path);
  const directory = dirname(target);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const known = statIfThere(target);
  const draft = join(directory, `.${basename(target)}.${process.pid}`);
  try {
    writeDurably(draft, text, known);
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

function writeDurably(draft: string, text: string, known: Stats | undefined): void {
  rmSync(draft, { force: true }); // Of a process that had this id and died.
  const file = openSync(draft, 'wx', known === undefined ? NEW_FILE_MODE : known.mode & 0o777);
  try {
    writeFileSync(file, text); // A disk that fills up takes a part: this goes on until it throws.
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  // As an administrator one edits other users' files, too; everybody else owns what he may write.
  if (known !== undefined && process.getuid?.() === 0) chownSync(draft, known.uid, known.gid);
}

function targetOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // Not there yet.
  }
}

function statIfThere(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}
