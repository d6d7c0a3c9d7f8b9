import { InvalidArgumentError, type Command } from 'commander';
import { bringUp, actOn, takeDown } from '../chain/run-services.ts';
import { formatChain, healthWord, type ChainView } from '../chain/chain-rows.ts';
import { showChainLogs, type ChainLogsOptions } from '../chain/chain-logs.ts';
import { formatStats, headroomSavings, rtkSavings } from '../chain/chain-stats.ts';
import { registerEditCommands } from '../chain/edit-commands.ts';
import { readChain } from '../chain/read-chain.ts';
import { presetOf } from '../../config/build/chain-presets.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { httpFetch } from '../http-fetch.ts';
import { parsePort } from '../parse-port.ts';
import { openTerminal, toJson, type Terminal } from '../terminal.ts';

interface ChainOptions {
  readonly port?: number;
  readonly json?: boolean;
}

export function registerChainCommand(program: Command): void {
  addChainCommands(
    program,
    'chain',
    'the helper services before and after the gateway: started, stopped, shown',
  );
}

/** The name that a predecessor gave it. */
export function registerProxiesCommand(program: Command): void {
  addChainCommands(program, 'proxies', 'another name for chain');
}

const ALL = {
  start: { name: 'up', act: bringUp },
  stop: { name: 'down', act: takeDown },
} as const;

function addChainCommands(program: Command, name: string, description: string): void {
  const chain = program.command(name).description(description);
  const withPort = (command: Command): Command =>
    command.option('--port <number>', 'at the gateway on this port', parsePort);
  withPort(chain.command('up'))
    .description('starts the gateway where none runs, and every enabled service, from the far end')
    .action(verdict((terminal, { port }: ChainOptions) => bringUp(port, terminal)));
  withPort(chain.command('down'))
    .description('stops every service, from the near end; the gateway goes on')
    .action(verdict((terminal, { port }: ChainOptions) => takeDown(port, terminal)));
  for (const action of ['start', 'stop'] as const)
    withPort(
      chain.command(action).argument('[id]', `which service; all of them without, as ${ALL[action].name}`),
    )
      .description(`${action}s one service, or all`)
      .action(
        verdict((terminal, id: string | undefined, { port }: ChainOptions) =>
          id === undefined ? ALL[action].act(port, terminal) : actOn(id, action, { port, terminal }),
        ),
      );
  withPort(chain.command('restart').argument('<id>', 'which service'))
    .description('restarts one service')
    .action(
      verdict((terminal, id: string, { port }: ChainOptions) => actOn(id, 'restart', { port, terminal })),
    );
  withPort(chain.command('status').alias('chain').alias('list'))
    .description('every entry in its place, and how it fares')
    .option('--json', 'as JSON, on stdout')
    .action(verdict(showStatus));
  withPort(chain.command('stats'))
    .description('restarts, checks, and what the helpers say they have saved')
    .option('--json', 'as JSON, on stdout')
    .action(verdict(showStats));
  registerEditCommands(chain);
  chain
    .command('logs')
    .argument('[id]', 'of this service; of all of them without')
    .description('what the services printed')
    .option('-f, --follow', 'keep printing what comes')
    .option('-n, --lines <number>', 'how many of the last lines', parseCount, 50)
    .action((id: string | undefined, options: ChainLogsOptions) =>
      showChainLogs(id, options, openTerminal()),
    );
}

/** The outcome of a command becomes the exit code of the program. */
function verdict<Words extends unknown[]>(
  act: (terminal: Terminal, ...words: Words) => Promise<ExitCode>,
): (...words: Words) => Promise<void> {
  return async (...words) => {
    process.exitCode = await act(openTerminal(), ...words);
  };
}

async function showStatus(terminal: Terminal, { port, json }: ChainOptions): Promise<ExitCode> {
  const chain = await readChain(terminal.environment, port);
  if (json) terminal.data(toJson(chain));
  else
    for (const line of formatChain(chain, { paint: terminal.paintData, now: Date.now() }))
      terminal.data(line);
  return verdictOf(chain);
}

function verdictOf({ entries, gatewayRuns }: ChainView): ExitCode {
  if (!gatewayRuns) return EXIT.notRunning;
  return entries.some(({ health }) => health === 'unreachable') ? EXIT.degraded : EXIT.ok;
}

async function showStats(terminal: Terminal, { port, json }: ChainOptions): Promise<ExitCode> {
  const chain = await readChain(terminal.environment, port);
  const savings = await savingsOf(chain, terminal);
  if (json) terminal.data(toJson({ ...chain, savings: Object.fromEntries(savings) }));
  else {
    for (const line of formatStats(chain, Date.now())) terminal.data(line);
    for (const [id, text] of savings) terminal.data(`${id}: ${text}`);
    for (const entry of chain.entries)
      if (entry.type === 'cli_wrapper')
        terminal.data(
          `${entry.id}: ${healthWord(entry, terminal.paintData)}: it has no server mode, so no port`,
        );
  }
  return verdictOf(chain);
}

async function savingsOf({ entries }: ChainView, { environment }: Terminal): Promise<[string, string][]> {
  const found = entries.map(async ({ id, name, url }): Promise<[string, string] | undefined> => {
    const preset = presetOf([id, name], undefined);
    if (preset === 'rtk') return [id, await rtkSavings(environment)];
    if (preset !== 'headroom' || url === null) return undefined;
    const saved = await headroomSavings(url, httpFetch);
    return saved === undefined ? undefined : [id, saved];
  });
  return (await Promise.all(found)).filter((each) => each !== undefined);
}

function parseCount(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('Give a number of lines.');
  return Number(text);
}
