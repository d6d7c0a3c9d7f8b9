import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { sessionStatusDirectory } from '../../telemetry/session-status.ts';
import { stateDirectoryOf } from '../state-directory.ts';
import { openTerminal } from '../terminal.ts';

export function registerStatuslineCommand(program: Command): void {
  program
    .command('statusline')
    .description(
      "prints Claude Code's status line for the session it is told of on stdin; connect claude --statusline registers a quicker script",
    )
    .action(() => {
      const { data, environment } = openTerminal();
      const line = lineFor(readFileSync(0, 'utf8'), sessionStatusDirectory(stateDirectoryOf(environment)));
      if (line !== undefined) data(line);
    });
}

/** A status line that fails shows nothing: whatever is wrong, it is no reason to disturb the client. */
function lineFor(input: string, directory: string): string | undefined {
  const session = /"session_id"\s*:\s*"([A-Za-z0-9-]+)"/.exec(input)?.[1];
  // From now on somebody reads: the gateway writes as long as there is a directory.
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (session === undefined) return undefined;
  try {
    return readFileSync(join(directory, session), 'utf8').trimEnd();
  } catch {
    return undefined; // Nothing was asked in this session yet.
  }
}
