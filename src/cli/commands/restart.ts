import { Argument, type Command } from 'commander';
import type { GatewayNote } from '../../admin-client/gateway-note.ts';
import { stateDirectoryOf } from '../state-directory.ts';
import { findGateway } from '../find-gateway.ts';
import { parsePort } from '../parse-port.ts';
import { startInBackground } from '../start/background.ts';
import { toWords, withAbsolutePaths, type StartOptions } from '../start/start-flags.ts';
import { tellStarted } from '../start/tell-started.ts';
import { stopGateway } from '../stop-gateway.ts';
import { openTerminal, type Terminal } from '../terminal.ts';
import { addStartFlags } from './start.ts';
import { DEFAULT_PATIENCE_SECONDS } from './stop.ts';

export function registerRestartCommand(program: Command): void {
  addStartFlags(program.command('restart'))
    .description('stops the gateway, if one runs, and starts it in the background with the same flags')
    .addArgument(new Argument('[port]', 'the gateway on this port').argParser(parsePort))
    .action((port: number | undefined, options: StartOptions) => restart(port, options, openTerminal()));
}

async function restart(port: number | undefined, options: StartOptions, terminal: Terminal): Promise<void> {
  const wantedPort = port ?? options.port;
  const gateway = await findGateway(terminal.environment, wantedPort);
  if (gateway !== undefined) {
    await stopGateway({
      gateway,
      stateDirectory: stateDirectoryOf(terminal.environment),
      patienceMs: DEFAULT_PATIENCE_SECONDS * 1000,
      onDraining: (count) => terminal.note(`waiting for ${count} running requests`),
    });
    terminal.note(`stopped ${gateway.url}`);
  }
  const words = restartWords(gateway?.note, port, options);
  const started = await startInBackground(words, terminal.environment);
  await tellStarted(started, terminal);
}

/**
 * The old flags, then the new ones: of a flag given twice the last counts. A gateway that was given a port
 * comes back on the port it had, also when it was told to take any.
 */
export function restartWords(
  previous: Pick<GatewayNote, 'arguments' | 'port'> | undefined,
  port: number | undefined,
  options: StartOptions,
): string[] {
  const had = previous?.arguments.includes('--port') ? previous.port : undefined;
  const chosen = port ?? options.port ?? had;
  const portOption = chosen === undefined ? {} : { port: chosen };
  return [...(previous?.arguments ?? []), ...toWords(withAbsolutePaths({ ...options, ...portOption }))];
}
