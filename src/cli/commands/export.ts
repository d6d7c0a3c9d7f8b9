import { once } from 'node:events';
import { Argument, type Command } from 'commander';
import { requireGateway } from '../find-gateway.ts';
import { openTerminal } from '../terminal.ts';
import { addRangeOptions, rangeQueryOf, type RangeOptions } from '../usage/time-options.ts';

const FORMATS = ['csv', 'json'] as const;

export function registerExportCommand(program: Command): void {
  const command = program
    .command('export')
    .description('every upstream try with tokens, times and costs, on stdout')
    .addArgument(new Argument('<format>', 'csv for spreadsheets, json for programs').choices(FORMATS));
  addRangeOptions(command).action((format: (typeof FORMATS)[number], options: RangeOptions) =>
    exportTo(process.stdout, format, options),
  );
}

/** Waits for whoever reads: an export can be larger than memory. */
async function exportTo(
  output: NodeJS.WriteStream,
  format: (typeof FORMATS)[number],
  options: RangeOptions,
): Promise<void> {
  const { client } = await requireGateway(openTerminal().environment, options.port);
  for await (const piece of client.stream('export', { query: { format, ...rangeQueryOf(options) } }))
    if (!output.write(piece)) await once(output, 'drain');
}
