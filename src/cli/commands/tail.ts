import { InvalidArgumentError, type Command } from 'commander';
import { requireGateway } from '../find-gateway.ts';
import { parsePort } from '../parse-port.ts';
import { openTerminal, type Terminal } from '../terminal.ts';
import { ExchangeSource, isWithoutLedger } from '../tail/exchange-source.ts';
import { formatExchangeRow } from '../usage/format-exchange.ts';

interface TailOptions {
  readonly port?: number;
  readonly json?: boolean;
  readonly lines: number;
  readonly follow: boolean;
}

const MOST_LINES = 500;

export function registerTailCommand(program: Command): void {
  program
    .command('tail')
    .description('requests as they end, one a line: model, status, times, tokens, cost, id')
    .option('-n, --lines <number>', 'how many of the last ones first', parseCount, 10)
    .option('--no-follow', 'end after those')
    .option('--port <number>', 'the gateway on this port', parsePort)
    .option('--json', 'one JSON object a line')
    .action((options: TailOptions) => tail(options, openTerminal()));
}

async function tail(options: TailOptions, terminal: Terminal): Promise<void> {
  const { client } = await requireGateway(terminal.environment, options.port);
  const source = new ExchangeSource({
    client,
    onRow: (row) =>
      terminal.data(
        options.json ? JSON.stringify(row) : formatExchangeRow(row, terminal.paintData, terminal.width()),
      ),
    onNoLedger: () => terminal.note('no ledger: only what ends from now on, without costs'),
  });
  try {
    await source.start(options.lines);
  } catch (error) {
    if (!options.follow || !isWithoutLedger(error)) throw error;
  }
  if (options.follow) await source.follow();
}

function parseCount(text: string): number {
  if (!/^\d{1,3}$/.test(text) || Number(text) > MOST_LINES)
    throw new InvalidArgumentError(`Give a number of lines up to ${MOST_LINES}.`);
  return Number(text);
}
