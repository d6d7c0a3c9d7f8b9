import { createAdminClient } from '../../admin-client/admin-client.ts';
import { readAdminToken } from '../../admin-client/admin-token.ts';
import { httpFetch } from '../http-fetch.ts';
import { ownCommand } from '../own-command.ts';
import { stateDirectoryOf } from '../state-directory.ts';
import type { Terminal } from '../terminal.ts';
import type { BackgroundStart } from './background.ts';
import { formatLan } from './lan-lines.ts';
import { networkAddresses } from './network-addresses.ts';

/** What came of a start in the background. Its own start block went into the log, so what must be known is told here. */
export async function tellStarted(started: BackgroundStart, terminal: Terminal): Promise<void> {
  const { note, data, environment, paintNote } = terminal;
  if (started.kind === 'already-running') return note(started.message);
  const { url, pid } = started.note;
  note(`started ${url} (pid ${pid}), log: ${started.logFile}`);
  const token = readAdminToken(stateDirectoryOf(environment));
  const { addresses, configuration } = await createAdminClient({ url, token, fetch: httpFetch }).call(
    'status',
  );
  const lan = formatLan({
    listening: addresses,
    networks: networkAddresses(),
    platform: process.platform,
    command: ownCommand(environment),
  });
  for (const line of lan) note(line);
  for (const warning of configuration.warnings) note(`${paintNote('yellow', 'warning')}  ${warning}`);
  data(`listening ${url}`);
}
