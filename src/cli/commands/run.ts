import type { Command } from 'commander';
import { join } from 'node:path';
import type { ClientSetup, ClientValues, GatewayForClient, Launch } from '../../connect/client-setup.ts';
import { ConnectRefused } from '../../connect/connect-refused.ts';
import { currentValues, type ConnectContext } from '../../connect/connection.ts';
import { writeOverlay } from '../../connect/overlay.ts';
import { answeringUrl } from '../chain/answering-url.ts';
import { applyChange, launchOf } from '../client-environment.ts';
import { clientArgument, connectContext, setupNamed } from '../clients/connect-context.ts';
import { creditWarning, viewOf } from '../clients/gateway-for-client.ts';
import { refuseLoneKey, remoteGateway, type RemoteOptions } from '../clients/remote-gateway.ts';
import type { Tier } from '../../domain/tier.ts';
import { inProfile } from '../clients/in-profile.ts';
import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-code.ts';
import { findOrStart } from '../find-or-start.ts';
import { parsePort } from '../parse-port.ts';
import { findOnPath } from '../run/find-on-path.ts';
import { runClient } from '../run/run-client.ts';
import { splitRunWords } from '../run/split-words.ts';
import { stateDirectoryOf } from '../state-directory.ts';
import { openTerminal, type Environment, type Terminal } from '../terminal.ts';

type RunOptions = RemoteOptions;

export function registerRunCommand(program: Command): void {
  program
    .command('run')
    .description(
      'starts a client through the gateway and touches none of its files: run claude haiku -- -p "hi"',
    )
    .addArgument(clientArgument('<client>', 'the program to start'))
    .argument('[tier and words...]', 'haiku, sonnet or opus, then -- and what the client gets')
    .option('--port <number>', 'through the gateway on this port', parsePort)
    .option('--profile <name>', 'routed by this profile, whichever is in use')
    .option('--url <url>', 'through a gateway on another machine: http://192.168.1.20:8082')
    .option('--key <reference>', 'where its client key is kept: env:NAME or file:PATH')
    .passThroughOptions()
    .action(async (client: string, words: string[], options: RunOptions) => {
      process.exitCode = await run(setupNamed(client), words, { options, terminal: openTerminal() });
    });
}

async function run(
  setup: ClientSetup,
  words: readonly string[],
  { options, terminal }: { options: RunOptions; terminal: Terminal },
): Promise<number> {
  const { environment } = terminal;
  const file = findOnPath(setup.name, environment);
  if (file === undefined) throw notInstalled(setup);
  const { tier, rest } = splitRunWords(words);
  const { url } = options;
  refuseLoneKey(options);
  const view =
    url === undefined
      ? await localView(tier, options, terminal)
      : await remoteGateway({ ...options, url, setup, tier }, terminal);
  const credit = setup.speaks === 'anthropic-messages' ? undefined : creditWarning(setup.title, view);
  if (credit !== undefined) terminal.note(terminal.paintNote('yellow', `note: ${credit}`));
  const launch = launchFor(setup, view, environment);
  const child = applyChange(environment, launch.environment);
  return runClient({ file, arguments: [...launch.arguments, ...rest], environment: child });
}

/** The gateway of this machine, started where it does not run. */
async function localView(
  tier: Tier | undefined,
  { port, profile }: RunOptions,
  terminal: Terminal,
): Promise<GatewayForClient> {
  const gateway = await findOrStart(port, terminal);
  const wanted = await viewOf(gateway, tier);
  const reached = { ...wanted, url: await answeringUrl(gateway, wanted.url, terminal) };
  return inProfile(reached, profile, gateway);
}

/** The launch with its copy written, where the client needs one. */
function launchFor(setup: ClientSetup, gateway: GatewayForClient, environment: Environment): Launch {
  const context = connectContext(environment);
  const launch = launchOf({ setup, gateway, environment, values: readableValues(setup, context) });
  const { overlay } = launch;
  if (overlay === undefined) return launch;
  const directory = join(stateDirectoryOf(environment), 'run');
  const moved = writeOverlay({ setup, gateway, overlay, directory }, context);
  return { ...launch, environment: { ...launch.environment, ...moved } };
}

/** Settings that cannot be read are the client's own trouble, and it tells them better. */
function readableValues(setup: ClientSetup, context: ConnectContext): ClientValues {
  try {
    return currentValues(setup, context);
  } catch (error) {
    if (error instanceof ConnectRefused) return {};
    throw error;
  }
}

function notInstalled({ name, install }: ClientSetup): CommandError {
  return new CommandError({
    exitCode: EXIT.failure,
    what: `${name} was not found on PATH`,
    why: 'Switchyard starts the client you have installed; it brings none.',
    next: install,
  });
}
