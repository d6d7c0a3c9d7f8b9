import { readFileSync } from 'node:fs';
import { CommandError } from './command-error.ts';
import { EXIT } from './exit-code.ts';

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file.',
  EISDIR: 'It is a directory.',
  EACCES: 'This user may not read it.',
};

/**
 * The text of a file that was named on the command line; `-` is stdin.
 * @throws CommandError when it cannot be read
 */
export function readInput(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'it cannot be read';
    const why = WHY[code] ?? `The system says ${code}.`;
    throw new CommandError({ exitCode: EXIT.usage, what: `${file} cannot be read`, why }, cause);
  }
}
