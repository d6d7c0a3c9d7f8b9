import { setTimeout as wait } from 'node:timers/promises';
import type { Chain, ChainEntryStatus } from '../../contract/chain.ts';
import { CommandError } from '../command-error.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { requireGateway, type FoundGateway } from '../find-gateway.ts';
import { findOrStart } from '../find-or-start.ts';
import type { Terminal } from '../terminal.ts';
import { healthWord } from './chain-rows.ts';

const LOOK_MS = 200;
/** One start is waited for so long; see the supervisor. Stopping takes less. */
const PATIENCE_MS = 31_000;

/** Starts the gateway where none runs, then every enabled service, and tells how each of them fares. */
export async function bringUp(port: number | undefined, terminal: Terminal): Promise<ExitCode> {
  const gateway = await findOrStart(port, terminal);
  const begun = await gateway.client.call('chainUp');
  const services = begun.entries.filter(({ enabled, type }) => enabled && type === 'http');
  if (services.length === 0) {
    terminal.note('No helper service is enabled in the chain.   switchyard chain add headroom');
    return EXIT.ok;
  }
  const ids = services.map(({ id }) => id);
  const settled = await follow(gateway, ids, { terminal, isOver: isStarted });
  return settled.every(({ health }) => health === 'healthy') ? EXIT.ok : EXIT.degraded;
}

export async function takeDown(port: number | undefined, terminal: Terminal): Promise<ExitCode> {
  const gateway = await requireGateway(terminal.environment, port);
  const begun = await gateway.client.call('chainDown');
  const ids = begun.entries.filter(({ pid }) => pid !== null).map(({ id }) => id);
  const settled = await follow(gateway, ids, { terminal, isOver: isStopped });
  terminal.note('The gateway itself goes on.   switchyard stop ends both');
  return settled.every(isStopped) ? EXIT.ok : EXIT.degraded;
}

/** @throws CommandError when there is no such service */
export async function actOn(
  id: string,
  action: 'start' | 'stop' | 'restart',
  { port, terminal }: { readonly port: number | undefined; readonly terminal: Terminal },
): Promise<ExitCode> {
  const gateway = await requireGateway(terminal.environment, port);
  const chain = await gateway.client.call('chain');
  requireService(chain, id);
  const before = chain.entries.find((entry) => entry.id === id)?.pid;
  await gateway.client.call('chainAction', { parameters: { id, action } });
  const isOver =
    action === 'stop'
      ? isStopped
      : (entry: ChainEntryStatus) =>
          isStarted(entry) && (action === 'start' || entry.pid !== before || entry.service === 'failed');
  const [settled] = await follow(gateway, [id], { terminal, isOver });
  const isAsWanted = action === 'stop' || settled?.health === 'healthy';
  return settled !== undefined && isAsWanted ? EXIT.ok : EXIT.degraded;
}

/** @throws CommandError that names the services there are */
function requireService({ entries }: Pick<Chain, 'entries'>, id: string): ChainEntryStatus {
  const entry = entries.find((each) => each.id === id);
  const services = entries.filter(({ type, enabled }) => type === 'http' && enabled);
  if (entry?.type === 'http' && entry.enabled) return entry;
  const why =
    entry === undefined
      ? undefined
      : entry.type === 'cli_wrapper'
        ? `${entry.name} is a command wrapper: it has no server mode, so that there is nothing to run.`
        : `${entry.name} is disabled.`;
  throw new CommandError({
    exitCode: EXIT.usage,
    what: `there is no service ${id} to run in the chain`,
    ...(why === undefined ? {} : { why }),
    next:
      services.length === 0
        ? 'switchyard chain add headroom'
        : `one of: ${services.map((each) => each.id).join(', ')}`,
  });
}

interface Following {
  readonly terminal: Terminal;
  readonly isOver: (entry: ChainEntryStatus) => boolean;
}

/** Tells every change of these entries until it is over for all of them. */
async function follow(
  gateway: FoundGateway,
  ids: readonly string[],
  following: Following,
): Promise<ChainEntryStatus[]> {
  const { terminal, isOver } = following;
  const told = new Map<string, string>();
  const deadline = performance.now() + PATIENCE_MS * Math.max(1, ids.length);
  for (;;) {
    const { entries } = await gateway.client.call('chain');
    const watched = entries.filter(({ id }) => ids.includes(id));
    for (const entry of watched) {
      const text = progressText(entry, terminal);
      if (told.get(entry.id) !== text) terminal.data(text);
      told.set(entry.id, text);
    }
    if (watched.every(isOver) || performance.now() > deadline) return watched;
    await wait(LOOK_MS);
  }
}

function progressText(entry: ChainEntryStatus, { paintData }: Terminal): string {
  const reason = entry.reason === '' ? '' : `: it ${entry.reason}`;
  return `${entry.name}  ${healthWord(entry, paintData)}${reason}`;
}

function isStarted({ health, service }: ChainEntryStatus): boolean {
  return health === 'healthy' || service === 'failed' || (service === 'external' && health === 'unreachable');
}

function isStopped({ service }: ChainEntryStatus): boolean {
  return service === 'stopped' || service === 'external' || service === 'failed';
}
