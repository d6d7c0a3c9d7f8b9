/** After an edit: whether the gateways that serve this very file have taken it over. */
import { realpathSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { createAdminClient, type AdminClient } from '../../admin-client/admin-client.ts';
import { AdminClientError } from '../../admin-client/admin-client-error.ts';
import { readAdminToken } from '../../admin-client/admin-token.ts';
import { listGatewayNotes } from '../../admin-client/gateway-note.ts';
import type { Status } from '../../contract/status.ts';
import { httpFetch } from '../http-fetch.ts';
import { stateDirectoryOf } from '../state-directory.ts';
import type { Environment } from '../terminal.ts';

/** A gateway as it was before the edit. */
export interface FollowingGateway {
  readonly client: AdminClient;
  readonly reload: Status['reload'];
}

export type Confirmation =
  | { readonly kind: 'applied'; readonly url: string; readonly status: Status }
  | { readonly kind: 'refused'; readonly url: string; readonly reasons: readonly string[] }
  /** It was asked in vain until the time was up. */
  | { readonly kind: 'silent'; readonly url: string };

/** A gateway looks at its files once a second at least. */
const PATIENCE_MS = 5_000;
const POLL_MS = 25;

/** The gateways of this user that serve the file; asked before it is edited. */
export async function gatewaysServing(
  file: string,
  environment: Environment,
): Promise<readonly FollowingGateway[]> {
  const found = await Promise.all(
    clientsOf(environment).map(async (client) => {
      const status = await statusOf(client);
      const path = status?.configuration.path;
      return status !== undefined && path != null && isSameFile(path, file)
        ? [{ client, reload: status.reload }]
        : [];
    }),
  );
  return found.flat();
}

/** The gateways of this user that serve another file, and which. */
export async function gatewaysElsewhere(
  file: string,
  environment: Environment,
): Promise<readonly { readonly url: string; readonly path: string | undefined }[]> {
  const found = await Promise.all(
    clientsOf(environment).map(async (client) => {
      const { url } = client;
      const status = await statusOf(client);
      const path = status?.configuration.path ?? undefined;
      return status === undefined || (path !== undefined && isSameFile(path, file)) ? [] : [{ url, path }];
    }),
  );
  return found.flat();
}

/** Waits until the gateway has judged the new file. */
export async function confirmReload({ client, reload: before }: FollowingGateway): Promise<Confirmation> {
  const { url } = client;
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    const status = await statusOf(client);
    if (status !== undefined && status.reload.applied_at !== before.applied_at)
      return { kind: 'applied', url, status };
    if (status?.reload.refused != null && status.reload.refusals > before.refusals)
      return { kind: 'refused', url, reasons: status.reload.refused.reasons };
    await wait(POLL_MS);
  }
  return { kind: 'silent', url };
}

/** What became of the edit, as lines for a person. */
export function formatConfirmation(confirmation: Confirmation): readonly string[] {
  const { url } = confirmation;
  switch (confirmation.kind) {
    case 'applied': {
      const { configuration, reload } = confirmation.status;
      const waiting = reload.needs_restart.join(', ');
      const restart = waiting === '' ? [] : [`a restart is needed for ${waiting}: switchyard restart`];
      return [`in force on ${url} (version ${configuration.version})`, ...restart];
    }
    case 'refused':
      return [
        `refused by ${url}; what was in force stays:`,
        ...confirmation.reasons.map((reason) => `  ${reason}`),
      ];
    default:
      return [`${url} has not taken it over yet: switchyard status`];
  }
}

/** Of the gateways that have left a note; one that listens on the network alone tells nothing without the token. */
function clientsOf(environment: Environment): readonly AdminClient[] {
  const directory = stateDirectoryOf(environment);
  const token = readAdminToken(directory);
  return listGatewayNotes(directory).map(({ url }) =>
    createAdminClient({ url, token, fetch: httpFetch, timeoutMs: 1_500 }),
  );
}

async function statusOf(client: AdminClient): Promise<Status | undefined> {
  try {
    return await client.call('status');
  } catch (error) {
    if (error instanceof AdminClientError) return undefined;
    throw error;
  }
}

function isSameFile(one: string, other: string): boolean {
  try {
    return realpathSync(one) === realpathSync(other);
  } catch {
    return one === other;
  }
}
