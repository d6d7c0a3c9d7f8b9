import { Option, type Command } from 'commander';
import type { GatewayForClient, Launch } from '../../connect/client-setup.ts';
import { launchOf } from '../client-environment.ts';
import { clientArgument, setupNamed } from '../clients/connect-context.ts';
import { silentHelper } from '../chain/answering-url.ts';
import { viewOf } from '../clients/gateway-for-client.ts';
import { refuseLoneKey, remoteGateway, type RemoteOptions } from '../clients/remote-gateway.ts';
import { inProfile } from '../clients/in-profile.ts';
import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-code.ts';
import { requireGateway } from '../find-gateway.ts';
import { parsePort } from '../parse-port.ts';
import { guessShell, shellLines, SHELLS, type Shell } from '../shell-lines.ts';
import { openTerminal, toJson, type Terminal } from '../terminal.ts';

interface EnvOptions extends RemoteOptions {
  readonly shell?: Shell;
  readonly json?: boolean;
}

export function registerEnvCommand(program: Command): void {
  program
    .command('env')
    .description('the variables that point a client of this shell at the gateway: eval "$(switchyard env)"')
    .addArgument(clientArgument('[client]', 'the client they are for').default('claude'))
    .addOption(new Option('--shell <name>', 'write for this shell').choices(SHELLS))
    .option('--port <number>', 'the gateway on this port', parsePort)
    .option('--profile <name>', 'routed by this profile, whichever is in use')
    .option('--url <url>', 'for a gateway on another machine: http://192.168.1.20:8082')
    .option('--key <reference>', 'where its client key is kept: env:NAME or file:PATH')
    .option('--json', 'as JSON, on stdout; null means unset')
    .action((client: string, options: EnvOptions) => printEnvironment(client, options, openTerminal()));
}

/** Prints nothing when no gateway runs: a base URL without one would leave every client dead. */
async function printEnvironment(client: string, options: EnvOptions, terminal: Terminal): Promise<void> {
  const { environment } = terminal;
  const setup = setupNamed(client);
  const { url } = options;
  refuseLoneKey(options);
  const gateway =
    url === undefined
      ? await localView(options, terminal)
      : await remoteGateway({ ...options, url, setup, tier: undefined }, terminal);
  const launch = launchOf({ setup, gateway, environment, values: {} });
  requireVariables(client, launch);
  const change = launch.environment;
  if (options.json) {
    const values = Object.entries(change).map(([name, value]) => [name, value ?? null]);
    return terminal.data(toJson(Object.fromEntries(values)));
  }
  for (const line of shellLines(change, options.shell ?? guessShell(environment))) terminal.data(line);
  if (client === 'claude')
    terminal.data(`# Clients that speak OpenAI's formats: OPENAI_BASE_URL=${gateway.url}/v1`);
  if (launch.arguments.length > 0) terminal.data(`# Then: ${client} ${launch.arguments.join(' ')}`);
}

async function localView(
  { port, profile }: EnvOptions,
  { environment, note }: Terminal,
): Promise<GatewayForClient> {
  const found = await requireGateway(environment, port);
  const silent = await silentHelper(found);
  if (silent !== undefined)
    note(
      `${silent.name} (${silent.url}) stands before the gateway and is not answering   (switchyard chain up)`,
    );
  return inProfile(await viewOf(found, undefined), profile, found);
}

/** Some clients obey their command line or their file, and no variable. */
function requireVariables(client: string, { environment, overlay }: Launch): void {
  if (Object.keys(environment).length > 0 && overlay === undefined) return;
  throw new CommandError({
    exitCode: EXIT.failure,
    what: `no variable points ${client} at a gateway`,
    next: `switchyard run ${client}   or, for good: switchyard connect ${client}`,
  });
}
