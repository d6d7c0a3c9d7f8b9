/** `start -d`: the same program in a process of its own, its output in the operator's log, awaited until it answers. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { createAdminClient } from '../../admin-client/admin-client.ts';
import { listGatewayNotes, type GatewayNote } from '../../admin-client/gateway-note.ts';
import { operatorLogFile, stateDirectoryOf } from '../state-directory.ts';
import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-code.ts';
import { LAUNCHER } from '../launcher-file.ts';
import { httpFetch } from '../http-fetch.ts';
import type { Environment } from '../terminal.ts';
import { withLog } from './with-log.ts';

const START_DEADLINE_MS = 15_000;
const POLL_MS = 20;

/** What became of a start: a new gateway, or one that was already there with the same configuration. */
export type BackgroundStart =
  | { readonly kind: 'started'; readonly note: GatewayNote; readonly logFile: string }
  | { readonly kind: 'already-running'; readonly message: string };

/**
 * @param words flags of `start`, paths absolute
 * @throws CommandError with the new process's own words when it ends instead of answering
 */
export async function startInBackground(
  words: readonly string[],
  environment: Environment,
): Promise<BackgroundStart> {
  const directory = stateDirectoryOf(environment);
  const logFile = operatorLogFile(environment);
  const { child, logStart } = withLog(logFile, (log) => ({
    child: spawnDetached(words, { ...environment, SWITCHYARD_LOG_FILE: logFile }, log),
    logStart: statSync(logFile).size,
  }));
  const note = await waitForNote(child, directory);
  if (note !== undefined) {
    await createAdminClient({ url: note.url, fetch: httpFetch }).call('health');
    return { kind: 'started', note, logFile };
  }
  const said = readFileSync(logFile).subarray(logStart).toString('utf8').trim();
  if (child.exitCode === EXIT.ok) return { kind: 'already-running', message: said };
  throw failedStart(child, said, logFile);
}

function spawnDetached(words: readonly string[], environment: Environment, log: number): ChildProcess {
  const child = spawn(process.execPath, [LAUNCHER, 'start', ...words], {
    detached: true,
    windowsHide: true,
    stdio: ['ignore', log, log],
    env: { ...environment },
  });
  child.unref();
  return child;
}

/** The child leaves its note once it listens. @returns `undefined` when it ended or did not listen in time */
async function waitForNote(child: ChildProcess, directory: string): Promise<GatewayNote | undefined> {
  const deadline = performance.now() + START_DEADLINE_MS;
  while (child.exitCode === null && child.signalCode === null) {
    const note = listGatewayNotes(directory).find(({ pid }) => pid === child.pid);
    if (note !== undefined) return note;
    if (performance.now() > deadline) {
      child.kill('SIGKILL');
      return undefined;
    }
    await wait(POLL_MS);
  }
  return undefined;
}

function failedStart(child: ChildProcess, said: string, logFile: string): CommandError {
  const usage = child.exitCode === EXIT.usage;
  return new CommandError({
    exitCode: usage ? EXIT.usage : EXIT.failure,
    what: child.exitCode === null ? 'the gateway did not start in time' : 'the gateway did not start',
    why: said === '' ? `It wrote nothing to ${logFile}.` : said,
  });
}
