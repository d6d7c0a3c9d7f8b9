import type { Command } from 'commander';
import { requireGateway } from '../find-gateway.ts';
import { parsePort } from '../parse-port.ts';
import { openTerminal } from '../terminal.ts';

export function registerPauseCommand(program: Command): void {
  register(program, 'pause', 'stops asking a provider while another target is left; until a restart');
}

export function registerResumeCommand(program: Command): void {
  register(program, 'resume', 'asks a paused provider again');
}

function register(program: Command, name: 'pause' | 'resume', description: string): void {
  program
    .command(name)
    .description(description)
    .argument('<provider>', 'its name in the configuration')
    .option('--port <number>', 'the gateway on this port', parsePort)
    .action(async (provider: string, options: { readonly port?: number }) => {
      const { environment, note } = openTerminal();
      const { client } = await requireGateway(environment, options.port);
      const { paused } = await client.call('pause', {
        parameters: { name: provider },
        body: { paused: name === 'pause' },
      });
      note(paused.length === 0 ? 'no provider is paused' : `paused: ${paused.join(', ')}`);
    });
}
