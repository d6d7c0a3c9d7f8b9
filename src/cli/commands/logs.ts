import { setTimeout as wait } from 'node:timers/promises';
import { InvalidArgumentError, type Command } from 'commander';
import { operatorLogFile } from '../state-directory.ts';
import { wantsColor } from '../../telemetry/wants-color.ts';
import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-code.ts';
import { archivedLines } from '../logs/archived-lines.ts';
import { FollowedFile, tailOffset } from '../logs/follow-file.ts';
import { formatLogLine, jsonLogLine } from '../logs/format-log-line.ts';
import { openTerminal } from '../terminal.ts';

interface LogsOptions {
  readonly follow?: boolean;
  readonly lines: number;
  readonly json?: boolean;
}

/** Generous for a line of the log; the tail may come out shorter than asked for, never wrong. */
const BYTES_PER_LINE = 2_000;
const POLL_MS = 250;

export function registerLogsCommand(program: Command): void {
  program
    .command('logs')
    .description('what a gateway in the background has written')
    .option('-f, --follow', 'keep printing what comes')
    .option('-n, --lines <number>', 'how many of the last lines', parseCount, 50)
    .option('--json', 'one JSON object a line')
    .action((options: LogsOptions) => showLogs(options));
}

async function showLogs(options: LogsOptions): Promise<void> {
  const { environment, data } = openTerminal();
  const path = operatorLogFile(environment);
  const color = wantsColor({ setting: 'auto', isTerminal: process.stdout.isTTY, environment });
  const format = options.json ? jsonLogLine : (line: string) => formatLogLine(line, color);
  const file = new FollowedFile(path, await tailOffset(path, options.lines * BYTES_PER_LINE));
  const newest = await file.readNew();
  const older = await archivedLines(path, Math.max(0, options.lines - newest.length));
  const lines = [...older, ...newest];
  if (lines.length === 0 && !options.follow) throw noLog(path);
  for (const line of options.lines === 0 ? [] : lines.slice(-options.lines)) data(format(line));
  while (options.follow) {
    for (const line of await file.readNew()) data(format(line));
    await wait(POLL_MS);
  }
}

function noLog(path: string): CommandError {
  return new CommandError({
    exitCode: EXIT.failure,
    what: `there is no log at ${path}`,
    why: 'It is written by a gateway in the background; one in the foreground writes to its terminal.',
    next: 'switchyard start -d',
  });
}

function parseCount(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('Give a number of lines.');
  return Number(text);
}
