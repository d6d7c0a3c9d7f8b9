import type { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-code.ts';
import { requireGateway } from '../find-gateway.ts';
import { formatTracing } from '../format-tracing.ts';
import { parsePort } from '../parse-port.ts';
import { openTerminal, toJson } from '../terminal.ts';

interface TracingOptions {
  readonly port?: number;
  readonly json?: boolean;
}

export function registerTracingCommand(program: Command): void {
  program
    .command('tracing')
    .description('whether requests are traced (OpenTelemetry); on or off switches until the next start')
    .argument('[switch]', 'on or off')
    .option('--port <number>', 'the gateway on this port', parsePort)
    .option('--json', 'as JSON, on stdout')
    .action(async (wanted: string | undefined, { port, json }: TracingOptions) => {
      const terminal = openTerminal();
      const enabled = wanted === undefined ? undefined : parseSwitch(wanted);
      const { client } = await requireGateway(terminal.environment, port);
      const summary =
        enabled === undefined
          ? await client.call('tracing')
          : await client.call('switchTracing', { body: { enabled } });
      if (json) terminal.data(toJson(summary));
      else for (const line of formatTracing(summary, terminal.paintData)) terminal.data(line);
    });
}

function parseSwitch(text: string): boolean {
  if (text === 'on') return true;
  if (text === 'off') return false;
  throw new CommandError({
    exitCode: EXIT.usage,
    what: `tracing is switched on or off, not ${text}`,
    next: 'switchyard tracing on   or: switchyard tracing off',
  });
}
