import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { Spawnable } from './service-command.ts';
import type { ServiceLog } from '../log/service-log.ts';

export interface StopCommandInput {
  readonly command: Spawnable;
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  readonly log: ServiceLog;
  /** Settles when the service is gone. */
  readonly ended: Promise<unknown>;
  /** How long both the command and the service may take together, milliseconds. */
  readonly limit: number;
}

/** Runs the command by which a service wants to be stopped, and waits for the service to follow. Never throws. */
export async function runStopCommand(input: StopCommandInput): Promise<void> {
  const { command, log, ended, limit } = input;
  const late = new AbortController();
  const tooLate = wait(limit, undefined, { signal: late.signal }).catch(() => undefined);
  const child = spawn(command.file, command.words, {
    cwd: input.workingDirectory,
    env: input.environment,
    windowsHide: true,
    windowsVerbatimArguments: command.verbatim,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => log.write(chunk));
  child.once('error', (error) => log.note(`The command that stops it cannot be run: ${error.message}`));
  const done = once(child, 'close').catch(() => undefined);
  await Promise.race([Promise.all([done, ended]), tooLate]);
  late.abort();
  if (child.exitCode === null) child.kill('SIGKILL');
}
