import { InvalidArgumentError, type Command } from 'commander';
import { stateDirectoryOf } from '../state-directory.ts';
import { requireGateway } from '../find-gateway.ts';
import { parsePort } from '../parse-port.ts';
import { stopGateway } from '../stop-gateway.ts';
import { openTerminal } from '../terminal.ts';

/** A little more than the gateway's own limit for finishing requests. */
export const DEFAULT_PATIENCE_SECONDS = 65;

interface StopOptions {
  readonly port?: number;
  readonly timeout: number;
}

export function registerStopCommand(program: Command): void {
  program
    .command('stop')
    .description('ends the gateway after the requests that are running')
    .option('--port <number>', 'the gateway on this port', parsePort)
    .option('--timeout <seconds>', 'how long to wait for it', parseSeconds, DEFAULT_PATIENCE_SECONDS)
    .action(async (options: StopOptions) => {
      const { environment, note } = openTerminal();
      const gateway = await requireGateway(environment, options.port);
      await stopGateway({
        gateway,
        stateDirectory: stateDirectoryOf(environment),
        patienceMs: options.timeout * 1000,
        onDraining: (count) => note(`waiting for ${count} running request${count === 1 ? '' : 's'}`),
      });
      note(`stopped ${gateway.url}`);
    });
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= 86_400)) throw new InvalidArgumentError('Give seconds, more than 0.');
  return seconds;
}
