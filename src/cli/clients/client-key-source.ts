import { readFileSync } from 'node:fs';
import { parseSecretReference } from '../../config/values/secret-reference.ts';
import { Secret } from '../../lib/secret.ts';
import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-code.ts';
import type { Environment } from '../terminal.ts';
import { canAsk } from './confirm.ts';

/**
 * The client key that `--key` refers to. Never the key itself: every process of the machine can read a command line.
 * @throws CommandError when there is none
 */
export function keyFrom(reference: string, environment: Environment): Secret {
  const parsed = parseSecretReference(reference);
  if (parsed === undefined)
    throw new CommandError({
      exitCode: EXIT.usage,
      what: '--key says where the key is kept, and is not the key itself',
      why: 'A command line stands in the history of the shell, and every program here can read it.',
      next: '--key env:NAME or --key file:PATH; without it you are asked',
    });
  const text = parsed.kind === 'env' ? environment[parsed.variable] : textOf(parsed.path);
  const key = text?.trim();
  if (key !== undefined && /^[\x21-\x7e]+$/.test(key)) return new Secret(key);
  throw new CommandError({
    exitCode: EXIT.usage,
    what: `there is no client key in ${reference}`,
    why:
      key === undefined || key === ''
        ? undefined
        : 'What stands there has characters that no header can carry.',
    next: '--key env:NAME or --key file:PATH',
  });
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // Said by the caller, who knows what it was for.
  }
}

/** @returns `undefined` where nobody can be asked, or nothing was answered */
export async function askForKey(message: string, environment: Environment): Promise<Secret | undefined> {
  if (!canAsk(environment)) return undefined;
  const { password, isCancel } = await import('@clack/prompts');
  const answer = await password({ message });
  if (isCancel(answer)) throw new CommandError({ exitCode: EXIT.interrupted, what: 'nothing was changed' });
  const key = answer.trim();
  return key === '' ? undefined : new Secret(key);
}
