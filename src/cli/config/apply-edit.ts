import type { ConfigEdit, EditOutcome } from '../../config-io/edit-config.ts';
import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-code.ts';
import type { Terminal } from '../terminal.ts';
import type { ConfigFile } from './config-file.ts';
import { confirmReload, formatConfirmation, gatewaysServing } from './confirm-reload.ts';

/**
 * Edits the file, waits for the gateways that serve it, and says what came of it.
 * @throws CommandError when the edit is refused, by the file or by a gateway
 */
export async function applyEdit(
  file: ConfigFile,
  { to, expected }: { readonly to: ConfigEdit['to']; readonly expected?: string },
  { note, environment }: Pick<Terminal, 'note' | 'environment'>,
): Promise<void> {
  const path = file.loaded.file;
  const gateways = await gatewaysServing(path, environment);
  const outcome = await file.edit(to, expected);
  note(describe(outcome, path));
  if (outcome.kind === 'unchanged') return;
  if (gateways.length === 0) note('no gateway runs with this file: it holds from the next start on');
  const confirmations = await Promise.all(gateways.map(confirmReload));
  for (const line of confirmations.flatMap(formatConfirmation)) note(line);
  if (confirmations.some(({ kind }) => kind !== 'applied'))
    throw new CommandError({
      exitCode: EXIT.degraded,
      what: `${path} is written, and not in force everywhere`,
      next: 'switchyard config rollback takes it back',
    });
}

/** @throws CommandError unless something was written or nothing was to be */
function describe(outcome: EditOutcome, path: string): string {
  switch (outcome.kind) {
    case 'written':
      return `written: ${path}`;
    case 'unchanged':
      return `${path} says so already`;
    case 'stale':
      throw new CommandError({
        exitCode: EXIT.failure,
        what: `${path} has changed in the meantime; nothing was written`,
        next: 'the same command again',
      });
    default:
      throw new CommandError({
        exitCode: EXIT.failure,
        what: 'the change is refused; nothing was written',
        why: outcome.reasons.join('\n'),
      });
  }
}
