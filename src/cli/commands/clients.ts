import type { Command } from 'commander';
import { clientRows, formatClientRows } from '../clients/client-rows.ts';
import { parsePort } from '../parse-port.ts';
import { openTerminal, toJson } from '../terminal.ts';

interface ClientsOptions {
  readonly port?: number;
  readonly json?: boolean;
}

export function registerClientsCommand(program: Command): void {
  program
    .command('clients')
    .description(
      'each client: installed or not, where its settings point, whether the cascade protects it, and why',
    )
    .option('--port <number>', 'the gateway on this port', parsePort)
    .option('--json', 'as JSON, on stdout')
    .action(async (options: ClientsOptions) => {
      const terminal = openTerminal();
      const rows = await clientRows(terminal.environment, options.port);
      if (options.json === true) terminal.data(toJson(rows));
      else
        for (const line of formatClientRows(rows, terminal.paintData, terminal.width())) terminal.data(line);
    });
}
