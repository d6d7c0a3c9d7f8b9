import type { Command } from 'commander';
import type { AdminClient } from '../../admin-client/admin-client.ts';
import { AdminClientError } from '../../admin-client/admin-client-error.ts';
import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-code.ts';
import { requireGateway } from '../find-gateway.ts';
import { parsePort } from '../parse-port.ts';
import { openTerminal, toJson, type Terminal } from '../terminal.ts';
import { formatBodies } from '../usage/format-bodies.ts';
import { formatExchangeDetail } from '../usage/format-exchange.ts';

interface RequestOptions {
  readonly port?: number;
  readonly json?: boolean;
  readonly bodies?: boolean;
}

export function registerReqCommand(program: Command): void {
  program
    .command('req')
    .description('one request: where it went and why, each of its tries, tokens and cost')
    .argument('<id>', 'as in the header x-switchyard-exchange and in tail')
    .option('--bodies', 'the requests and answers themselves, if they were captured')
    .option('--port <number>', 'the gateway on this port', parsePort)
    .option('--json', 'as JSON, on stdout')
    .action((id: string, options: RequestOptions) => showRequest(id, options, openTerminal()));
}

/** Where a recorded request went and why, and what came of it. */
export async function showRequest(id: string, options: RequestOptions, terminal: Terminal): Promise<void> {
  const { client } = await requireGateway(terminal.environment, options.port);
  if (options.bodies) return showBodies(client, id, options, terminal);
  const detail = await client.call('exchange', { parameters: { id } }).catch((error: unknown) => {
    throw error instanceof AdminClientError && error.code === 'not_recorded' ? notRecorded(id) : error;
  });
  if (options.json) return terminal.data(toJson(detail));
  for (const line of formatExchangeDetail(detail, terminal.paintData)) terminal.data(line);
}

async function showBodies(
  client: AdminClient,
  id: string,
  { json }: RequestOptions,
  terminal: Terminal,
): Promise<void> {
  const captured = await client.call('bodies', { parameters: { id } }).catch((error: unknown) => {
    throw error instanceof AdminClientError && error.code === 'not_recorded' ? notCaptured(id) : error;
  });
  if (json) return terminal.data(toJson(captured));
  for (const line of formatBodies(captured, terminal.paintData)) terminal.data(line);
}

function notCaptured(id: string): CommandError {
  return new CommandError({
    exitCode: EXIT.failure,
    what: `no bodies of the request ${id} are kept`,
    why: 'They are kept only while capture is on, a moment after the request has ended, for capture.keep_days days.',
    next: 'switchyard capture all --for 30m',
  });
}

function notRecorded(id: string): CommandError {
  return new CommandError({
    exitCode: EXIT.failure,
    what: `no request ${id} is recorded`,
    why: 'A request is recorded when it has ended; old ones are deleted after store.keep_days days.',
    next: 'switchyard tail',
  });
}
