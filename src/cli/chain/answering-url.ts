import { setTimeout as wait } from 'node:timers/promises';
import type { Chain } from '../../contract/chain.ts';
import type { FoundGateway } from '../find-gateway.ts';
import type { Terminal } from '../terminal.ts';

const LOOK_MS = 250;
/** A helper that was just started may need so long. */
const PATIENCE_MS = 30_000;

/**
 * The URL a client is started with: that of the first helper before the gateway, waited for while it starts. A helper that
 * does not come up must not keep the client from working: then it is the gateway's own, and that is said.
 */
export async function answeringUrl(
  gateway: FoundGateway,
  door: string,
  { note }: Pick<Terminal, 'note'>,
): Promise<string> {
  if (door === gateway.url) return door;
  const deadline = performance.now() + PATIENCE_MS;
  let isWaiting = false;
  for (;;) {
    const tired = await silentHelper(gateway);
    if (tired === undefined) return door;
    const isStarting = tired.service === 'starting' || tired.health === 'checking';
    if (!isStarting || performance.now() > deadline) {
      note(
        `${tired.name} (${tired.url}) is not answering: going straight to the gateway   (switchyard chain status)`,
      );
      return gateway.url;
    }
    if (!isWaiting) note(`waiting for ${tired.name} to start …`);
    isWaiting = true;
    await wait(LOOK_MS);
  }
}

/** The first helper that stands before the gateway and does not answer. */
export async function silentHelper(gateway: FoundGateway): Promise<Chain['entries'][number] | undefined> {
  const { entries } = await gateway.client.call('chain');
  return entries.find((entry) => standsBefore(entry) && entry.health !== 'healthy');
}

function standsBefore({ side, type, enabled }: Chain['entries'][number]): boolean {
  return side === 'before' && type === 'http' && enabled;
}
