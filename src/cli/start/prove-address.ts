import { AdminClientError } from '../../admin-client/admin-client-error.ts';
import type { RunningGateway } from '../../compose.ts';
import { isRawObject } from '../../config/layers/raw-value.ts';
import { isLoopback } from '../../server/edge/addresses.ts';
import { reachableUrl } from '../../server/edge/reachable-url.ts';
import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-code.ts';
import { httpFetch } from '../http-fetch.ts';

const TIMEOUT_MS = 3_000;

/**
 * Asks at the gateway's own address who answers: what is announced works. The two fields it takes are read by hand,
 * because the contract, by which everybody else asks, takes as long to load as `node:http`.
 * @returns the URL that was asked
 * @throws CommandError when another gateway answers, AdminClientError when nobody does
 */
export async function proveAddress(address: RunningGateway['addresses'][number]): Promise<string> {
  const url = reachableUrl(address);
  // Which process it is, a gateway tells this machine alone; at any other address nobody else can be listening.
  const tellsPid = isLoopback(new URL(url).hostname.replaceAll(/[[\]]/g, ''));
  const { service, pid } = await ask(`${url}${tellsPid ? '/api/status' : '/health'}`);
  if (service !== 'switchyard')
    throw new AdminClientError('foreign', `${url} did not answer as a Switchyard of this version`);
  if (tellsPid && pid !== process.pid) throw answeredByOther(url, String(pid));
  return url;
}

async function ask(url: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await httpFetch(url, { method: 'GET', headers: { accept: 'application/json' }, signal });
    const body: unknown = JSON.parse(await response.text());
    return isRawObject(body) ? body : {};
  } catch (cause) {
    throw new AdminClientError('unreachable', `no answer from ${url}`, cause);
  }
}

function answeredByOther(url: string, pid: string): CommandError {
  return new CommandError({
    exitCode: EXIT.failure,
    what: `${url} is answered by another gateway (pid ${pid}), not by this one`,
    next: 'switchyard start --port 0',
  });
}
