import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Environment } from '../terminal.ts';

/** The file a command name means, looked up as the shell does; `undefined` when there is none. */
export function findOnPath(
  name: string,
  environment: Environment,
  platform = process.platform,
): string | undefined {
  const directories = (environment['PATH'] ?? environment['Path'] ?? '').split(delimiter).filter(Boolean);
  const endings = platform === 'win32' ? (environment['PATHEXT'] ?? '.EXE;.CMD').split(';') : [''];
  const candidates = directories.flatMap((directory) =>
    endings.map((ending) => join(directory, name + ending.toLowerCase())),
  );
  return candidates.find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
