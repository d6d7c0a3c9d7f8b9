import { statSync } from 'node:fs';

/**
 * What the system says of the files without reading them: cheap enough to be asked every second. Follows symbolic
 * links, so that one that is bent to another file counts as a change.
 */
export function signatureOf(paths: readonly string[]): string {
  return paths.map(signatureOfOne).join('\n');
}

function signatureOfOne(path: string): string {
  try {
    const { dev, ino, size, mode, mtimeMs, ctimeMs } = statSync(path);
    return [dev, ino, size, mode, mtimeMs, ctimeMs].join(' ');
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  }
}

/** Whether one of the files was written, replaced or renamed since then. @param since wall clock, milliseconds */
export function changedSince(paths: readonly string[], since: number): boolean {
  return paths.some((path) => {
    try {
      return statSync(path).ctimeMs >= since;
    } catch {
      return false;
    }
  });
}
