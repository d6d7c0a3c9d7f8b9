import type { Command } from 'commander';
import { STATUS_SCHEMA } from '../../contract/status-version.ts';
import { EXIT } from '../exit-code.ts';
import { findGateway, notRunning, statusOf } from '../find-gateway.ts';
import { formatStatus } from '../format-status.ts';
import { parsePort } from '../parse-port.ts';
import { openTerminal, toJson, type Terminal } from '../terminal.ts';

export interface StatusOptions {
  readonly json?: boolean;
  readonly port?: number;
}

export function registerStatusCommand(program: Command): void {
  program
    .command('status')
    .description('what runs, where each tier goes, what it has done')
    .option('--json', 'as JSON, on stdout')
    .option('--port <number>', 'the gateway on this port', parsePort)
    .action(async (options: StatusOptions) => {
      process.exitCode = await showStatus(options, openTerminal());
    });
}

async function showStatus(options: StatusOptions, terminal: Terminal): Promise<number> {
  const gateway = await findGateway(terminal.environment, options.port);
  if (gateway === undefined) {
    if (options.json) terminal.data(toJson({ schema: STATUS_SCHEMA, running: false }));
    throw notRunning(options.port);
  }
  const status = await statusOf(gateway);
  if (options.json) terminal.data(toJson({ running: true, ...status }));
  else for (const line of formatStatus(status, terminal.paintData)) terminal.data(line);
  return status.state === 'serving' ? EXIT.ok : EXIT.degraded;
}
