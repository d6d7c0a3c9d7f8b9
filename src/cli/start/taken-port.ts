/**
 * The port is taken: by whom, and what to do. Another Switchyard with the same configuration is no failure;
 * one with a different configuration is never silently used instead.
 */
import { createAdminClient } from '../../admin-client/admin-client.ts';
import { AdminClientError } from '../../admin-client/admin-client-error.ts';
import { readAdminToken } from '../../admin-client/admin-token.ts';
import { listGatewayNotes, type GatewayNote } from '../../admin-client/gateway-note.ts';
import type { ConfigurationSummary, Status } from '../../contract/status.ts';
import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-code.ts';
import { httpFetch } from '../http-fetch.ts';
import type { Secret } from '../../lib/secret.ts';
import { stateDirectoryOf } from '../state-directory.ts';
import type { Environment } from '../terminal.ts';
import { compareConfigurations } from './compare-configuration.ts';
import { findFreePort } from './free-port.ts';
import { describePortOwner } from '../../chain/process/port-owner.ts';

export interface TakenPort {
  readonly host: string;
  readonly port: number;
  /** The configuration that was about to be served; `undefined` when it could not be told. */
  readonly wanted: ConfigurationSummary | undefined;
  readonly environment: Environment;
}

/**
 * @returns the status of the gateway that already serves the wanted configuration
 * @throws CommandError in every other case
 */
export async function resolveTakenPort({ host, port, wanted, environment }: TakenPort): Promise<Status> {
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const directory = stateDirectoryOf(environment);
  const note = listGatewayNotes(directory).find((each) => each.port === port);
  // Shown only where a gateway of this user has left a note: whoever else holds the port is not to see it.
  const token = note === undefined ? undefined : readAdminToken(directory);
  const running = await askStatus(url, token);
  if (running === undefined)
    throw note === undefined ? await takenByStranger(host, port) : notUnderstood(note);
  const difference = wanted === undefined ? [] : compareConfigurations(running.configuration, wanted);
  if (wanted !== undefined && difference.length === 0) return running;
  const lines = ['It is not used instead of the one you asked for.', ...difference];
  throw new CommandError({
    exitCode: EXIT.failure,
    what: `a gateway with another configuration already runs on ${url} (pid ${running.pid})`,
    why: lines.join('\n'),
    next: `switchyard restart ${port}   or: switchyard start --port ${await freePort(host, port)}`,
  });
}

async function askStatus(url: string, token: Secret | undefined): Promise<Status | undefined> {
  try {
    return await createAdminClient({ url, token, fetch: httpFetch, timeoutMs: 1_500 }).call('status');
  } catch (error) {
    if (error instanceof AdminClientError) return undefined;
    throw error;
  }
}

function notUnderstood({ url, pid, port }: GatewayNote): CommandError {
  return new CommandError({
    exitCode: EXIT.failure,
    what: `a gateway runs on ${url} already (pid ${pid}) and does not answer as this version does`,
    why: 'It is of another version, or it is stuck.',
    next: `switchyard restart ${port}`,
  });
}

async function takenByStranger(host: string, port: number): Promise<CommandError> {
  const owner = describePortOwner(port) ?? 'another program; it could not be told which';
  return new CommandError({
    exitCode: EXIT.failure,
    what: `port ${port} on ${host} is already taken`,
    why: `It is held by ${owner}, which is no Switchyard.`,
    next: `switchyard start --port ${await freePort(host, port)}`,
  });
}

async function freePort(host: string, port: number): Promise<number> {
  return (await findFreePort(port, host)) ?? 0;
}
