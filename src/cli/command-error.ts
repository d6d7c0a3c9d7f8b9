import type { ExitCode } from './exit-code.ts';

export interface CommandFailure {
  readonly exitCode: ExitCode;
  /** What happened. */
  readonly what: string;
  /** Why, as far as it is known. */
  readonly why?: string | undefined;
  /** The command, or the one act, that leads on. */
  readonly next?: string | undefined;
}

/** Ends a command with a message in three parts and an exit code. */
export class CommandError extends Error {
  readonly failure: CommandFailure;

  constructor(failure: CommandFailure, cause?: unknown) {
    super(failure.what, cause === undefined ? undefined : { cause });
    this.name = 'CommandError';
    this.failure = failure;
  }
}

/** The failure as lines for a person; every line but the first is indented below it. */
export function formatFailure({ what, why, next }: CommandFailure): string {
  const lines = [`error: ${what}`];
  if (why !== undefined) lines.push(...why.split('\n').map((line) => `  ${line}`));
  if (next !== undefined) lines.push(`  next: ${next}`);
  return lines.join('\n');
}
