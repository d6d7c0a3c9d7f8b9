import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-code.ts';

/** Whether somebody can be asked: both ends are a terminal, and no script runs us. */
export function canAsk(environment: Readonly<Record<string, string | undefined>>): boolean {
  return process.stdin.isTTY && process.stdout.isTTY && !environment['CI'];
}

export interface Question {
  readonly message: string;
  /** What to add to the command where nobody can be asked. */
  readonly flag: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Asks yes or no.
 * @throws CommandError where nobody can be asked, and when the question is broken off
 */
export async function confirmed({ message, flag, environment }: Question): Promise<boolean> {
  if (!canAsk(environment))
    throw new CommandError({
      exitCode: EXIT.usage,
      what: `nobody can be asked here: ${message}`,
      next: `the same command with ${flag}`,
    });
  const { confirm, isCancel } = await import('@clack/prompts');
  const answer = await confirm({ message });
  if (isCancel(answer)) throw new CommandError({ exitCode: EXIT.interrupted, what: 'nothing was changed' });
  return answer;
}
