import type { Command } from 'commander';
import type { AlertsBody } from '../../contract/alerts.ts';
import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-code.ts';
import { requireGateway } from '../find-gateway.ts';
import { formatAlerts } from '../format-alerts.ts';
import { parsePort } from '../parse-port.ts';
import { openTerminal, toJson, type Terminal } from '../terminal.ts';

interface AlertsOptions {
  readonly port?: number;
  readonly json?: boolean;
}

export function registerAlertsCommand(program: Command): void {
  const alerts = program
    .command('alerts')
    .description('alerts of the running gateway, what is watched and who is told')
    .option('--port <number>', 'the gateway on this port', parsePort)
    .option('--json', 'as JSON, on stdout')
    .action(showAlerts);
  alerts
    .command('list')
    .description('the same')
    .option('--port <number>', 'the gateway on this port', parsePort)
    .option('--json', 'as JSON, on stdout')
    .action(showAlerts);
  alerts
    .command('test')
    .description('sends a notice of nothing to one channel, or to all')
    .argument('[channel]', 'a name below alerts.channels')
    .option('--port <number>', 'the gateway on this port', parsePort)
    .action(testChannels);
  for (const [name, endpoint, description] of CHANGES)
    alerts
      .command(name)
      .description(description)
      .argument('<id>', 'the id of the alert, or its beginning')
      .option('--port <number>', 'the gateway on this port', parsePort)
      .action(async (text: string, { port }: AlertsOptions) => {
        const { terminal, client } = await open(port);
        const id = idOf(text, await client.call('alerts'));
        const changed = await client.call(endpoint, { parameters: { id } });
        terminal.note(`${changed.state}: ${changed.rule}`);
      });
}

const CHANGES = [
  ['ack', 'acknowledgeAlert', 'notes that somebody has seen an alert'],
  ['resolve', 'resolveAlert', 'ends an alert by hand'],
] as const;

async function showAlerts({ port, json }: AlertsOptions): Promise<void> {
  const { terminal, client } = await open(port);
  const body = await client.call('alerts');
  if (json) terminal.data(toJson(body));
  else for (const line of formatAlerts(body, terminal.paintData, Date.now())) terminal.data(line);
}

async function testChannels(channel: string | undefined, { port }: AlertsOptions): Promise<void> {
  const { terminal, client } = await open(port);
  const { channels } = await client.call('testAlerts', { body: channel === undefined ? {} : { channel } });
  for (const { channel: name, failure } of channels) terminal.data(`${name}  ${failure ?? 'told'}`);
  const failed = channels.filter(({ told }) => !told);
  if (channels.length === 0) terminal.note('there are no channels: add alerts.channels to the configuration');
  if (failed.length === 0) return;
  throw new CommandError({
    exitCode: EXIT.failure,
    what: `${failed.length} of ${channels.length} channels could not be told`,
    next: 'correct alerts.channels, then: switchyard alerts test',
  });
}

async function open(port: number | undefined): Promise<{
  readonly terminal: Terminal;
  readonly client: Awaited<ReturnType<typeof requireGateway>>['client'];
}> {
  const terminal = openTerminal();
  const { client } = await requireGateway(terminal.environment, port);
  return { terminal, client };
}

/** Ids are long; any beginning that only one alert has will do. */
function idOf(text: string, { alerts }: AlertsBody): string {
  const [found, ...others] = alerts.filter(({ id }) => id.startsWith(text));
  if (found !== undefined && others.length === 0) return found.id;
  throw new CommandError({
    exitCode: EXIT.usage,
    what: found === undefined ? `there is no alert ${text}` : `several alerts begin with ${text}`,
    next: 'switchyard alerts',
  });
}
