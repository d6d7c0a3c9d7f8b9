import { Argument, type Command } from 'commander';
import { applyChange, claudeEnvironment } from '../client-environment.ts';
import { clientUrl } from '../chain/client-url.ts';
import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-code.ts';
import { findGateway, requireGateway, statusOf, type FoundGateway } from '../find-gateway.ts';
import { parsePort } from '../parse-port.ts';
import { findOnPath } from '../run/find-on-path.ts';
import { runClient } from '../run/run-client.ts';
import { splitRunWords } from '../run/split-words.ts';
import { openTerminal, type Terminal } from '../terminal.ts';

interface RunOptions {
  readonly port?: number;
}

export function registerRunCommand(program: Command): void {
  program
    .command('run')
    .description('starts a client through the gateway, by its environment only: run claude haiku -- -p "hi"')
    .addArgument(new Argument('<client>', 'the program to start').choices(['claude']))
    .argument('[tier and words...]', 'haiku, sonnet or opus, then -- and what the client gets')
    .option('--port <number>', 'through the gateway on this port', parsePort)
    .passThroughOptions()
    .action(async (client: string, words: string[], options: RunOptions) => {
      process.exitCode = await run(client, words, { options, terminal: openTerminal() });
    });
}

async function run(
  client: string,
  words: readonly string[],
  { options, terminal }: { options: RunOptions; terminal: Terminal },
): Promise<number> {
  const { environment } = terminal;
  const file = findOnPath(client, environment);
  if (file === undefined) throw notInstalled(client);
  const { tier, rest } = splitRunWords(words);
  const gateway = await findOrStart(options.port, terminal);
  const status = await statusOf(gateway);
  const { tiers } = status.configuration;
  const change = claudeEnvironment({
    url: await clientUrl(gateway, status, terminal),
    tiers,
    tier,
    environment,
  });
  return runClient({ file, arguments: rest, environment: applyChange(environment, change) });
}

/** A client without a gateway would be dead, so one is started; it stays when the client ends. */
async function findOrStart(port: number | undefined, terminal: Terminal): Promise<FoundGateway> {
  const found = await findGateway(terminal.environment, port);
  if (found !== undefined) return found;
  const { startInBackground } = await import('../start/background.ts');
  const words = port === undefined ? [] : ['--port', String(port)];
  const started = await startInBackground(words, terminal.environment);
  if (started.kind === 'already-running') return requireGateway(terminal.environment, port);
  terminal.note(`started a gateway in the background: ${started.note.url}   (switchyard stop ends it)`);
  return requireGateway(terminal.environment, started.note.port);
}

function notInstalled(client: string): CommandError {
  return new CommandError({
    exitCode: EXIT.failure,
    what: `${client} was not found on PATH`,
    why: 'Switchyard starts the client you have installed; it brings none.',
    next: 'npm install -g @anthropic-ai/claude-code',
  });
}
