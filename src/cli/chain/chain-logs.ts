import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { lastLines } from '../../chain/log/last-lines.ts';
import { printable } from '../../telemetry/printable.ts';
import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-code.ts';
import { FollowedFile, tailOffset } from '../logs/follow-file.ts';
import { stateDirectoryOf } from '../state-directory.ts';
import type { Terminal } from '../terminal.ts';

export interface ChainLogsOptions {
  readonly follow?: boolean;
  readonly lines: number;
}

const POLL_MS = 250;

/**
 * What services printed, one of them or all, read from their files: it works without a gateway, in any terminal, and
 * the terminal's own scrolling is all that is needed.
 */
export async function showChainLogs(
  id: string | undefined,
  options: ChainLogsOptions,
  { environment, data }: Terminal,
): Promise<void> {
  const directory = join(stateDirectoryOf(environment), 'logs', 'chain');
  const ids = logsIn(directory).filter((name) => id === undefined || name === id);
  if (ids.length === 0) throw noLog(id, directory);
  const width = Math.max(...ids.map((name) => name.length));
  const say = (name: string, line: string): void =>
    data(ids.length === 1 ? printable(line, 4_000) : `${name.padEnd(width)} | ${printable(line, 4_000)}`);
  const followed = await Promise.all(
    ids.map(async (name) => {
      const path = join(directory, `${name}.log`);
      for (const line of await lastLines(path, options.lines)) say(name, line);
      return { name, file: new FollowedFile(path, await tailOffset(path, 0)) };
    }),
  );
  while (options.follow) {
    for (const { name, file } of followed) for (const line of await file.readNew()) say(name, line);
    await wait(POLL_MS);
  }
}

function logsIn(directory: string): string[] {
  try {
    const names = readdirSync(directory).filter((name) => name.endsWith('.log'));
    return names.map((name) => name.slice(0, -'.log'.length)).toSorted();
  } catch {
    return []; // Nothing was ever started.
  }
}

function noLog(id: string | undefined, directory: string): CommandError {
  return new CommandError({
    exitCode: EXIT.failure,
    what:
      id === undefined ? 'no helper service has printed anything' : `the service ${id} has printed nothing`,
    why: `Logs are kept in ${directory}, of services that a gateway started.`,
    next: 'switchyard chain up',
  });
}
