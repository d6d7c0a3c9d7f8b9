import { Option, type Command } from 'commander';
import { claudeEnvironment } from '../client-environment.ts';
import { requireGateway, statusOf } from '../find-gateway.ts';
import { parsePort } from '../parse-port.ts';
import { guessShell, shellLines, SHELLS, type Shell } from '../shell-lines.ts';
import { openTerminal, toJson, type Terminal } from '../terminal.ts';

interface EnvOptions {
  readonly shell?: Shell;
  readonly port?: number;
  readonly json?: boolean;
}

export function registerEnvCommand(program: Command): void {
  program
    .command('env')
    .description('the variables that point clients of this shell at the gateway: eval "$(switchyard env)"')
    .addOption(new Option('--shell <name>', 'write for this shell').choices(SHELLS))
    .option('--port <number>', 'the gateway on this port', parsePort)
    .option('--json', 'as JSON, on stdout; null means unset')
    .action((options: EnvOptions) => printEnvironment(options, openTerminal()));
}

/** Prints nothing when no gateway runs: a base URL without one would leave every client dead. */
async function printEnvironment(options: EnvOptions, terminal: Terminal): Promise<void> {
  const { environment } = terminal;
  const gateway = await requireGateway(environment, options.port);
  const status = await statusOf(gateway);
  const { tiers } = status.configuration;
  const url = status.front_door ?? gateway.url;
  const change = claudeEnvironment({ url, tiers, tier: undefined, environment });
  if (options.json) {
    const values = Object.entries(change).map(([name, value]) => [name, value ?? null]);
    return terminal.data(toJson(Object.fromEntries(values)));
  }
  for (const line of shellLines(change, options.shell ?? guessShell(environment))) terminal.data(line);
  terminal.data(`# Clients that speak OpenAI's formats: OPENAI_BASE_URL=${url}/v1`);
}
