/**
 * `start` in the foreground: builds the gateway, proves that it answers, says so, and stays until a signal or
 * the admin API ends it. What runs in the background is this very function in another process.
 */
import { basename } from 'node:path';
import { createAdminClient } from '../../admin-client/admin-client.ts';
import { removeGatewayNote, writeGatewayNote, type GatewayNote } from '../../admin-client/gateway-note.ts';
import { stateDirectory } from '../../admin-client/state-directory.ts';
import type { RunningGateway } from '../../compose.ts';
import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-code.ts';
import { httpFetch } from '../http-fetch.ts';
import type { Terminal } from '../terminal.ts';
import { loadSummary } from './load-summary.ts';
import { formatStartBlock } from './start-block.ts';
import { toWords, type StartOptions } from './start-flags.ts';
import { stopOnSignals } from './stop-on-signals.ts';
import { resolveTakenPort, takenAddress } from './taken-port.ts';

/** How long the process may live on after everything was closed in order. */
const LINGER_MS = 1_000;

export async function serve(options: StartOptions, terminal: Terminal): Promise<void> {
  const gateway = await startOrExplain(options, terminal);
  if (gateway === undefined) return;
  const [address] = gateway.addresses;
  if (address === undefined) throw new Error('The gateway started without an address.');
  leaveNote(terminal, {
    pid: process.pid,
    port: address.port,
    url: address.url,
    entry: basename(process.argv[1] ?? 'switchyard'),
    arguments: toWords(options),
    started_at: Date.now(),
  });
  stopOnSignals({
    signals: process,
    stop: (reason) => gateway.stop(reason),
    exit: endProcess,
    note: terminal.note,
    now: () => performance.now(),
  });
  await announce(gateway, address.url, terminal);
}

async function startOrExplain(
  options: StartOptions,
  terminal: Terminal,
): Promise<RunningGateway | undefined> {
  const { startGateway } = await import('../../compose.ts');
  const input = { flags: options, environment: terminal.environment, output: process.stderr };
  try {
    return await startGateway(input);
  } catch (error) {
    const taken = takenAddress(error);
    if (taken === undefined) throw error;
    const wanted = await loadSummary(options, terminal.environment);
    const running = await resolveTakenPort({ ...taken, wanted });
    terminal.note(`already running: ${running.addresses[0]?.url} (pid ${running.pid}), same configuration`);
    return undefined;
  }
}

/** Prints the start-up block only after the address has answered: what is printed works. */
async function announce(gateway: RunningGateway, url: string, terminal: Terminal): Promise<void> {
  const status = await createAdminClient({ url, fetch: httpFetch }).call('status');
  if (status.pid !== process.pid) throw answeredByOther(url, status.pid);
  const providers = gateway.snapshot.providers.values();
  const lines = formatStartBlock({ status, url, providers, paint: terminal.paintNote });
  for (const line of lines) terminal.note(line);
  terminal.data(`listening ${url}`);
}

function answeredByOther(url: string, pid: number): CommandError {
  return new CommandError({
    exitCode: EXIT.failure,
    what: `${url} is answered by another gateway (pid ${pid}), not by this one`,
    next: 'switchyard start --port 0',
  });
}

function leaveNote({ environment }: Terminal, note: GatewayNote): void {
  const directory = stateDirectory(environment);
  writeGatewayNote(directory, note);
  process.once('exit', () => removeGatewayNote(directory, note));
}

/** Lets the event loop run dry after an orderly stop; whatever still holds it does not hold it for long. */
function endProcess(code: number): void {
  process.exitCode = code;
  if (code === EXIT.ok) setTimeout(() => process.exit(code), LINGER_MS).unref();
  else process.exit(code);
}
