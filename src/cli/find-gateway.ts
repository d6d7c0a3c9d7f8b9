import { createAdminClient, type AdminClient } from '../admin-client/admin-client.ts';
import { AdminClientError } from '../admin-client/admin-client-error.ts';
import { readAdminToken } from '../admin-client/admin-token.ts';
import { listGatewayNotes, type GatewayNote } from '../admin-client/gateway-note.ts';
import { stateDirectoryOf } from './state-directory.ts';
import { DEFAULT_PORT } from '../config/defaults.ts';
import type { Status } from '../contract/status.ts';
import { CommandError } from './command-error.ts';
import { EXIT } from './exit-code.ts';
import { httpFetch } from './http-fetch.ts';
import type { Environment } from './terminal.ts';

/** A gateway of this machine that answered, or that left a note but does not answer. */
export interface FoundGateway {
  readonly url: string;
  readonly note: GatewayNote | undefined;
  readonly client: AdminClient;
}

/**
 * The gateway to talk to: the one on `port`, else the only one that left a note, else whatever Switchyard
 * answers on the default port (one that another user or a container runs leaves no note here).
 * @returns `undefined` when none runs
 * @throws CommandError when several run and none was chosen
 */
export async function findGateway(
  environment: Environment,
  port: number | undefined,
): Promise<FoundGateway | undefined> {
  const directory = stateDirectoryOf(environment);
  const note = chooseNote(listGatewayNotes(directory), port);
  const url = note?.url ?? `http://127.0.0.1:${port ?? portFromEnvironment(environment)}`;
  const token = readAdminToken(directory);
  const client = createAdminClient({ url, token, fetch: httpFetch });
  if (note === undefined && !(await isSwitchyard(client))) return undefined;
  return { url, note, client };
}

/** As {@link findGateway}, for commands that make no sense without one. */
export async function requireGateway(
  environment: Environment,
  port: number | undefined,
): Promise<FoundGateway> {
  const found = await findGateway(environment, port);
  if (found === undefined) throw notRunning(port);
  return found;
}

/** The gateway's status; a gateway that is gone is told as such, not as a network error. */
export async function statusOf(gateway: FoundGateway): Promise<Status> {
  try {
    return await gateway.client.call('status');
  } catch (error) {
    if (!(error instanceof AdminClientError) || error.kind !== 'unreachable') throw error;
    if (gateway.note === undefined) throw notRunning(undefined);
    throw new CommandError(
      {
        exitCode: EXIT.degraded,
        what: `the gateway with pid ${gateway.note.pid} does not answer on ${gateway.url}`,
        why: 'Its process lives but serves no requests: it is starting, stopping or stuck.',
        next: 'switchyard logs, then switchyard restart',
      },
      error,
    );
  }
}

export function notRunning(port: number | undefined): CommandError {
  return new CommandError({
    exitCode: EXIT.notRunning,
    what: port === undefined ? 'no gateway is running' : `no gateway is running on port ${port}`,
    next: port === undefined ? 'switchyard start -d' : `switchyard start -d --port ${port}`,
  });
}

function chooseNote(notes: readonly GatewayNote[], port: number | undefined): GatewayNote | undefined {
  if (port !== undefined) return notes.find((note) => note.port === port);
  if (notes.length <= 1) return notes[0];
  throw new CommandError({
    exitCode: EXIT.usage,
    what: `${notes.length} gateways are running: on ports ${notes.map((note) => note.port).join(', ')}`,
    next: `the same command with --port ${notes[0]?.port}`,
  });
}

async function isSwitchyard(client: AdminClient): Promise<boolean> {
  try {
    await client.call('health');
    return true;
  } catch (error) {
    if (error instanceof AdminClientError) return false;
    throw error;
  }
}

function portFromEnvironment(environment: Environment): number {
  const port = Number(environment['PORT']);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : DEFAULT_PORT;
}
