import type { CommandFailure } from './command-error.ts';
import { EXIT } from './exit-code.ts';

interface Trouble {
  readonly why: string;
  readonly next?: string;
}

const ELSEWHERE = 'make it writable, or: SWITCHYARD_HOME=/another/directory before the same command';

const TROUBLES: Readonly<Record<string, Trouble>> = {
  EACCES: { why: 'This user may not do that there.', next: ELSEWHERE },
  EPERM: { why: 'This user may not do that there.', next: ELSEWHERE },
  EROFS: { why: 'The file system is read-only.', next: ELSEWHERE },
  ENOSPC: { why: 'The disk is full.' },
  ENOTDIR: { why: 'A part of the path is a file, not a directory.' },
  EISDIR: { why: 'It is a directory.' },
};

/** What a file or directory of ours, or of the user's, stood in the way with; `undefined` for every other error. */
export function fileFailure(error: unknown): CommandFailure | undefined {
  if (!(error instanceof Error && 'code' in error && 'path' in error && typeof error.path === 'string'))
    return undefined;
  const trouble = TROUBLES[String(error.code)];
  if (trouble === undefined) return undefined;
  const doing = 'syscall' in error && /^(open|read|scandir|stat|lstat|access)$/.test(String(error.syscall));
  return {
    exitCode: EXIT.failure,
    what: `${error.path} cannot be ${doing ? 'opened' : 'written'}`,
    ...trouble,
  };
}
