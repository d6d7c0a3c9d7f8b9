import type { Command } from 'commander';
import { applyDisconnection, isChange, planDisconnection } from '../../connect/connection.ts';
import { clientArgument, connectContext, setupNamed } from '../clients/connect-context.ts';
import { confirmed } from '../clients/confirm.ts';
import { formatChanges } from '../clients/format-changes.ts';
import { statusLineScript } from '../clients/status-line-command.ts';
import { openTerminal, type Terminal } from '../terminal.ts';

interface DisconnectOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

export function registerDisconnectCommand(program: Command): void {
  program
    .command('disconnect')
    .description(
      'takes back what connect wrote: byte for byte, or, where you have edited since, its own keys only',
    )
    .addArgument(clientArgument('<client>', 'the client to disconnect'))
    .option('--dry-run', 'show what would change, and change nothing')
    .option('--yes', 'do not ask')
    .action((client: string, options: DisconnectOptions) => disconnect(client, options, openTerminal()));
}

async function disconnect(client: string, options: DisconnectOptions, terminal: Terminal): Promise<void> {
  const { environment, note } = terminal;
  const { title } = setupNamed(client);
  const context = connectContext(environment);
  const plan = planDisconnection(client, context);
  if (plan === undefined) return note(`${title} is not connected; nothing is to be undone`);
  for (const line of formatChanges(plan.changes, terminal.paintData)) terminal.data(line);
  for (const { path, key } of plan.kept)
    note(`note: ${key.join('.')} in ${path} is no longer what connect wrote, so it stays as it is`);
  if (options.dryRun === true) return note('nothing was changed: this was a dry run');
  const isSilent = options.yes === true || !isChange(plan);
  const agreed = isSilent || (await confirmed({ message: 'Undo this?', flag: '--yes', environment }));
  if (!agreed) return note('nothing was changed');
  applyDisconnection(plan, context);
  if (client === 'claude') statusLineScript(environment).remove();
  note(`${title} is as it was`);
  tellLeftover(terminal);
}

/** Settings are not all there is: a variable of this shell leads a client on to a gateway that may be gone. */
function tellLeftover({ environment, note, paintNote }: Terminal): void {
  const left = ['ANTHROPIC_BASE_URL', 'OPENAI_BASE_URL', 'GOOGLE_GEMINI_BASE_URL', 'CUSTOM_BASE_URL'].filter(
    (name) => /^https?:\/\/(?:127\.|localhost|\[::1\])/.test(environment[name] ?? ''),
  );
  for (const name of left)
    note(paintNote('yellow', `note: ${name} is still set in this shell: unset ${name}`));
}
