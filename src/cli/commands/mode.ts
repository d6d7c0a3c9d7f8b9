import { Argument, type Command } from 'commander';
import { MODES, type Mode } from '../../domain/mode.ts';
import { requireGateway } from '../find-gateway.ts';
import { parsePort } from '../parse-port.ts';
import { openTerminal, toJson } from '../terminal.ts';

interface ModeOptions {
  readonly port?: number;
  readonly json?: boolean;
}

export function registerModeCommand(program: Command): void {
  program
    .command('mode')
    .description(
      'who answers: the target, or Anthropic with or without a copy to the target; until a restart',
    )
    .addArgument(new Argument('[mode]', 'the mode to switch to; without it, the one in force').choices(MODES))
    .option('--port <number>', 'the gateway on this port', parsePort)
    .option('--json', 'as JSON, on stdout')
    .action(async (wanted: Mode | undefined, { port, json }: ModeOptions) => {
      const terminal = openTerminal();
      const { client } = await requireGateway(terminal.environment, port);
      const state =
        wanted === undefined
          ? await client.call('mode')
          : await client.call('switchMode', { body: { mode: wanted } });
      if (json) return terminal.data(toJson(state));
      terminal.data(state.mode);
      if (state.switched) terminal.note(`configured: ${state.configured}, from the next start on`);
    });
}
