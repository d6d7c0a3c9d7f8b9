import { readFileSync } from 'node:fs';
import { CommandError } from './command-error.ts';
import { EXIT } from './exit-code.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
};

/** The text of a file that the user named; `-` is standard input. */
export function readUserFile(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    if (code === undefined) throw error;
    const reason = REASONS[code] ?? `the system says ${code}`;
    throw new CommandError({ exitCode: EXIT.usage, what: `${path} cannot be read: ${reason}` }, error);
  }
}
