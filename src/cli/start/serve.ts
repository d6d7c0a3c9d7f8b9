/**
 * `start` in the foreground: builds the gateway, proves that it answers, says so, and stays until a signal or
 * the admin API ends it. What runs in the background is this very function in another process.
 */
import { basename } from 'node:path';
import { isatty } from 'node:tty';
import { ensureAdminToken } from '../../admin-client/admin-token.ts';
import { removeGatewayNote, writeGatewayNote, type GatewayNote } from '../../admin-client/gateway-note.ts';
import type { RunningGateway } from '../../compose.ts';
import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-code.ts';
import { LedgerInUse } from '../../store/lock.ts';
import { stateDirectoryOf } from '../state-directory.ts';
import { ownCommand } from '../own-command.ts';
import type { Terminal } from '../terminal.ts';
import { buildGateway } from './build-gateway.ts';
import { installLastResort } from './last-resort.ts';
import { loadSnapshot, type LoadedSnapshot } from './load-snapshot.ts';
import { formatLan } from './lan-lines.ts';
import { networkAddresses } from './network-addresses.ts';
import { proveAddress } from './prove-address.ts';
import { formatStartBlock } from './start-block.ts';
import { toWords, type StartOptions } from './start-flags.ts';
import { stopOnSignals } from './stop-on-signals.ts';
import { takenAddress } from './taken-address.ts';

/** How long the process may live on after everything was closed in order. */
const LINGER_MS = 500;

/** After whoever started the gateway has asked whether it lives, and before a client that was started with it asks. */
const WARM_UP_MS = 100;

export async function serve(options: StartOptions, terminal: Terminal): Promise<void> {
  const loaded = await loadSnapshot(options, terminal.environment);
  let requestStop = (): void => {};
  const onStopRequested = (): void => requestStop();
  const gateway = await buildOrExplain(loaded, terminal, onStopRequested);
  if (gateway === undefined) return;
  requestStop = stopOnSignals({
    signals: process,
    stop: () => gateway.stop(),
    reload: isOnTerminal() ? undefined : () => void gateway.files?.reload('signal'),
    hurry: () => gateway.hurry(),
    exit: endProcess,
    note: terminal.note,
    now: () => performance.now(),
    after: (milliseconds, act) => void setTimeout(act, milliseconds),
  });
  installLastResort({ process, note: terminal.note, stop: () => gateway.stop(), exit: endProcess });
  const [address] = gateway.addresses;
  if (address === undefined) throw new Error('The gateway started without an address.');
  const url = await announceOrStop(gateway, address, terminal);
  leaveNote(terminal, {
    pid: process.pid,
    port: address.port,
    url,
    entry: basename(process.argv[1] ?? 'switchyard'),
    arguments: toWords(options),
    started_at: Date.now(),
  });
  setTimeout(() => void gateway.warm(), WARM_UP_MS).unref();
}

/** There SIGHUP means that the terminal is closed, and so it does on Windows; elsewhere it asks to read the files. */
function isOnTerminal(): boolean {
  return process.platform === 'win32' || isatty(0) || isatty(2);
}

async function buildOrExplain(
  loaded: LoadedSnapshot,
  terminal: Terminal,
  onStopRequested: () => void,
): Promise<RunningGateway | undefined> {
  const { environment } = terminal;
  const stateDirectory = stateDirectoryOf(environment);
  const adminToken = ensureAdminToken(stateDirectory);
  try {
    return await buildGateway({ ...loaded, adminToken, environment, stateDirectory, onStopRequested });
  } catch (error) {
    if (error instanceof LedgerInUse) throw ledgerInUse(error);
    const taken = takenAddress(error);
    if (taken === undefined) throw (await import('./unusable-address.ts')).unusableAddress(error) ?? error;
    const { resolveTakenPort } = await import('./taken-port.ts');
    const running = await resolveTakenPort({
      ...taken,
      wanted: await summaryOf(loaded),
      environment: terminal.environment,
    });
    terminal.note(`already running: ${running.addresses[0]?.url} (pid ${running.pid}), same configuration`);
    return undefined;
  }
}

/** Two writers would lose or double what they record, so the second gateway does not start. */
function ledgerInUse(error: LedgerInUse): CommandError {
  return new CommandError(
    {
      exitCode: EXIT.failure,
      what: error.message,
      why: 'Each gateway keeps a ledger of its own.',
      next: 'switchyard status   or: SWITCHYARD_STATE_DIR=/another/directory switchyard start --port 0',
    },
    error,
  );
}

async function summaryOf({ snapshot, configPath }: LoadedSnapshot) {
  const { summarizeConfiguration } = await import('../../server/admin/summarize-configuration.ts');
  return summarizeConfiguration(snapshot, configPath);
}

/**
 * Prints the start-up block only after the address has answered: what is printed works. A gateway that cannot be reached
 * at its own address is of no use: it does not stay behind an error. @returns the URL it announced
 */
async function announceOrStop(
  gateway: RunningGateway,
  address: RunningGateway['addresses'][number],
  terminal: Terminal,
): Promise<string> {
  try {
    const url = await proveAddress(address);
    announce(gateway, url, terminal);
    return url;
  } catch (error) {
    await gateway.stop();
    throw error;
  }
}

function announce(gateway: RunningGateway, url: string, terminal: Terminal): void {
  const status = gateway.status();
  const providers = gateway.configuration.snapshot().providers.values();
  const lines = formatStartBlock({
    status,
    url,
    providers,
    paint: terminal.paintNote,
    command: ownCommand(terminal.environment),
    lan: formatLan({
      listening: status.addresses,
      networks: networkAddresses(),
      platform: process.platform,
      command: ownCommand(terminal.environment),
    }),
  });
  for (const line of lines) terminal.note(line);
  terminal.data(`listening ${url}`);
}

function leaveNote({ environment }: Terminal, note: GatewayNote): void {
  const directory = stateDirectoryOf(environment);
  writeGatewayNote(directory, note);
  process.once('exit', () => removeGatewayNote(directory, note));
}

/** Lets the event loop run dry after an orderly stop; whatever still holds it does not hold it for long. */
function endProcess(code: number): void {
  process.exitCode = code;
  if (code === EXIT.ok) setTimeout(() => process.exit(code), LINGER_MS).unref();
  else process.exit(code);
}
