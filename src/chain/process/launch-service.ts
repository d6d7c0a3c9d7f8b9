import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { Spawnable } from './service-command.ts';
import type { ServiceLog } from '../log/service-log.ts';
import type { Watchdog } from './watchdog.ts';

export interface LaunchInput {
  readonly command: Spawnable;
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  readonly log: ServiceLog;
  readonly watchdog: Watchdog;
}

export interface LaunchedService {
  /** Leads a process group of its own; on Windows the root of its tree. */
  readonly pid: number;
  /** Settles when the process itself is gone, whatever it left behind: why, as the rest of a sentence. */
  readonly ended: Promise<string>;
}

/**
 * The child waits for a word from us before it becomes the service, and ends without one: so there is no moment in
 * which a service runs that the watcher does not know of. `exec` keeps its process id, and no shell reads its words.
 */
const GATE = 'read -r _ <&3 || exit 125; exec 3<&-; exec "$@"';

/** @returns `undefined` with the reason in the log when the system could not start anything at all */
export async function launchService(input: LaunchInput): Promise<LaunchedService | string> {
  const { command, environment, workingDirectory, log, watchdog } = input;
  const isWindows = process.platform === 'win32';
  const [file, words] = isWindows
    ? [command.file, command.words]
    : ['/bin/sh', ['-c', GATE, 'sh', command.file, ...command.words]];
  const child = spawn(file, words, {
    detached: !isWindows,
    windowsHide: true,
    windowsVerbatimArguments: command.verbatim,
    cwd: workingDirectory,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const failed = Promise.withResolvers<string>();
  child.once('error', (error) => failed.resolve(`cannot be started: ${error.message}`));
  const { pid } = child;
  if (pid === undefined) return failed.promise;
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(describeEnd(code, signal)));
  });
  keepOutput(child, log);
  await watchdog.watch(pid);
  // The fourth entry of `stdio` above.
  const gate = child.stdio[3] as Writable;
  gate.on('error', () => undefined); // It ended before it was let go; `exit` tells.
  gate.end('go\n');
  return { pid, ended };
}

function describeEnd(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal !== null) return `was ended by ${signal}`;
  if (code === 127) return 'cannot be started: its command was not found';
  if (code === 126) return 'cannot be started: its command is no program';
  return `ended with code ${code}`;
}

/** More than this within a quarter of a second, and the service waits: its flood must not become ours. */
const FLOOD_BYTES = 2 * 1024 * 1024;
const FLOOD_WINDOW_MS = 250;

function keepOutput(child: ChildProcess, log: ServiceLog): void {
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    keepStream(stream, log);
  }
}

function keepStream(stream: Readable, log: ServiceLog): void {
  let windowBegan = performance.now();
  let seen = 0;
  stream.on('data', (chunk: Buffer) => {
    log.write(chunk);
    const now = performance.now();
    if (now - windowBegan > FLOOD_WINDOW_MS) {
      windowBegan = now;
      seen = 0;
    }
    seen += chunk.length;
    if (seen <= FLOOD_BYTES) return;
    stream.pause();
    setTimeout(() => stream.resume(), FLOOD_WINDOW_MS).unref();
  });
  stream.on('error', () => undefined); // The service is gone; `exit` tells.
}
