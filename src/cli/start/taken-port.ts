/**
 * The port is taken: by whom, and what to do. Another Switchyard with the same configuration is no failure;
 * one with a different configuration is never silently used instead.
 */
import { createAdminClient } from '../../admin-client/admin-client.ts';
import { AdminClientError } from '../../admin-client/admin-client-error.ts';
import type { ConfigurationSummary, Status } from '../../contract/status.ts';
import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-code.ts';
import { httpFetch } from '../http-fetch.ts';
import { compareConfigurations } from './compare-configuration.ts';
import { findFreePort } from './free-port.ts';
import { describePortOwner } from '../../chain/process/port-owner.ts';

export interface TakenPort {
  readonly host: string;
  readonly port: number;
  /** The configuration that was about to be served; `undefined` when it could not be told. */
  readonly wanted: ConfigurationSummary | undefined;
}

/**
 * @returns the status of the gateway that already serves the wanted configuration
 * @throws CommandError in every other case
 */
export async function resolveTakenPort({ host, port, wanted }: TakenPort): Promise<Status> {
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const running = await askStatus(url);
  if (running === undefined) throw await takenByStranger(host, port);
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

async function askStatus(url: string): Promise<Status | undefined> {
  try {
    return await createAdminClient({ url, fetch: httpFetch, timeoutMs: 1_500 }).call('status');
  } catch (error) {
    if (error instanceof AdminClientError) return undefined;
    throw error;
  }
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
