import { Option, type Command } from 'commander';
import {
  applyConnection,
  currentValues,
  isChange,
  planConnection,
  type ConnectPlan,
} from '../../connect/connection.ts';
import type { ClientSetup, GatewayForClient } from '../../connect/client-setup.ts';
import { TIERS, type Tier } from '../../domain/tier.ts';
import { clientRows, formatClientRows } from '../clients/client-rows.ts';
import { clientArgument, connectContext, setupNamed } from '../clients/connect-context.ts';
import { confirmed } from '../clients/confirm.ts';
import { formatChanges } from '../clients/format-changes.ts';
import { creditWarning, wantedGateway } from '../clients/gateway-for-client.ts';
import { leadsTo } from '../clients/leads-to.ts';
import { refuseLoneKey, remoteGateway, type RemoteOptions } from '../clients/remote-gateway.ts';
import { statusLineScript } from '../clients/status-line-command.ts';
import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-code.ts';
import { ownCommand } from '../own-command.ts';
import { parsePort } from '../parse-port.ts';
import { openTerminal, toJson, type Terminal } from '../terminal.ts';

interface ConnectOptions extends Omit<RemoteOptions, 'profile'> {
  readonly list?: boolean;
  readonly json?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly tier?: Tier;
  readonly statusline?: boolean;
}

export function registerConnectCommand(program: Command): void {
  program
    .command('connect')
    .description(
      'points a client at the gateway in its own settings: shows what changes, keeps everything else, can be undone',
    )
    .addArgument(clientArgument('[client]', 'the client to connect'))
    .option('--list', 'which clients are there, and which of them are connected')
    .option('--json', 'the list as JSON, on stdout')
    .option('--dry-run', 'show what would change, and change nothing')
    .option('--yes', 'do not ask')
    .addOption(new Option('--tier <name>', 'the tier the client starts with').choices(TIERS))
    .option('--statusline', "show what serves in Claude Code's status line")
    .option('--no-statusline', 'without it')
    .option('--port <number>', 'the gateway on this port', parsePort)
    .option('--url <url>', 'a gateway on another machine: http://192.168.1.20:8082')
    .option('--key <reference>', 'where its client key is kept: env:NAME or file:PATH')
    .action(async (client: string | undefined, options: ConnectOptions) => {
      const terminal = openTerminal();
      if (options.list === true) return list(options, terminal);
      if (client === undefined) throw clientMissing();
      await connectClient(client, options, terminal);
    });
}

function clientMissing(): CommandError {
  return new CommandError({
    exitCode: EXIT.usage,
    what: 'it does not say which client',
    next: 'switchyard connect --list',
  });
}

async function list(options: ConnectOptions, terminal: Terminal): Promise<void> {
  const rows = await clientRows(terminal.environment, options.port);
  if (options.json === true) terminal.data(toJson(rows));
  else for (const line of formatClientRows(rows, terminal.paintData, terminal.width())) terminal.data(line);
}

export async function connectClient(
  client: string,
  options: ConnectOptions,
  terminal: Terminal,
): Promise<void> {
  const { environment, note } = terminal;
  const setup = setupNamed(client);
  const context = connectContext(environment);
  const { view, runs } = await gatewayFor(setup, options, terminal);
  const isHere = options.url === undefined;
  const wantsLine = options.statusline ?? (isHere && context.receipts.read(client)?.status_line === true);
  const script = wantsLine ? statusLineScript(environment) : undefined;
  const plan = planConnection(setup, { ...view, statusLine: script?.command }, context);
  for (const line of formatChanges(plan.changes, terminal.paintData)) terminal.data(line);
  const credit = setup.speaks === 'anthropic-messages' ? undefined : creditWarning(setup.title, view);
  const warnings = [...plan.remarks, ...(credit === undefined ? [] : [credit])];
  for (const warning of warnings) note(terminal.paintNote('yellow', `note: ${warning}`));
  if (!isChange(plan))
    return note(`${setup.title} is already connected to ${view.url}; nothing is to be changed`);
  if (options.dryRun === true) return note('nothing was changed: this was a dry run');
  const agreed =
    options.yes === true || (await confirmed({ message: 'Write this?', flag: '--yes', environment }));
  if (!agreed) return note('nothing was changed');
  script?.write();
  applyConnection(plan, context, Date.now());
  proveConnected(plan, currentValues(setup, context), view.url);
  tellConnected(plan, { runs, terminal });
}

/** On this machine, or where `--url` says. */
async function gatewayFor(
  setup: ClientSetup,
  options: ConnectOptions,
  terminal: Terminal,
): Promise<{ readonly view: GatewayForClient; readonly runs: boolean }> {
  const { url, port, tier, statusline } = options;
  refuseLoneKey(options);
  if (url === undefined) return wantedGateway(terminal.environment, { port, tier });
  if (statusline === true)
    throw new CommandError({
      exitCode: EXIT.usage,
      what: 'the status line asks a gateway on this machine',
      next: 'the same command without --statusline',
    });
  return { view: await remoteGateway({ ...options, url, setup, tier }, terminal), runs: true };
}

/** What was written is read again: a file that does not say it is a failure, not a success. */
function proveConnected(
  { setup }: ConnectPlan,
  values: Parameters<typeof setup.pointsAt>[0],
  url: string,
): void {
  const pointsAt = setup.pointsAt(values);
  if (pointsAt !== undefined && leadsTo(pointsAt, url)) return;
  throw new CommandError({
    exitCode: EXIT.failure,
    what: `${setup.title} was written to, but does not point at ${url}`,
    next: `switchyard disconnect ${setup.name}`,
  });
}

function tellConnected(
  { setup }: ConnectPlan,
  { runs, terminal }: { runs: boolean; terminal: Terminal },
): void {
  const { environment, note } = terminal;
  const command = ownCommand(environment);
  const bypasses = setup.bypasses.filter((name) => environment[name] !== undefined);
  note(`${setup.title} is connected. What stops working:`);
  for (const line of setup.stopsWorking) note(`  ${line}`);
  for (const name of bypasses)
    note(
      terminal.paintNote(
        'yellow',
        `note: ${name} is set in this shell and leads past the settings: unset it`,
      ),
    );
  if (!runs) note(`no gateway is running yet: ${command} start -d`);
  note(`is it really routed? use it once, then: ${command} tail   undo: ${command} disconnect ${setup.name}`);
}
