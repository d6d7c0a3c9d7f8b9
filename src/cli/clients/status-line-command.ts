/**
 * The program behind Claude Code's status line. Starting Node for every refresh would take longer than the whole
 * line may, so a few lines of shell print the file that the gateway keeps for the session.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sessionStatusDirectory } from '../../telemetry/session-status.ts';
import { stateDirectoryOf } from '../state-directory.ts';
import type { Environment } from '../terminal.ts';

export interface StatusLineScript {
  /** What is registered with the client. */
  readonly command: string;
  readonly write: () => void;
  readonly remove: () => void;
}

export function statusLineScript(environment: Environment, platform = process.platform): StatusLineScript {
  const state = stateDirectoryOf(environment);
  const directory = sessionStatusDirectory(state);
  const isWindows = platform === 'win32';
  const file = join(state, isWindows ? 'statusline.cmd' : 'statusline.sh');
  return {
    command: isWindows ? `"${file}"` : quoted(file),
    write: () => {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      writeFileSync(file, isWindows ? batchScript(directory) : shellScript(directory), { mode: 0o700 });
    },
    remove: () => {
      rmSync(file, { force: true });
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * Only words the shell itself knows: nothing is started. The session's id is looked for in what Claude Code sends; one
 * that could name another file is none.
 */
export function shellScript(directory: string): string {
  return `#!/bin/sh
# Written by switchyard connect claude --statusline: what served this session last.
IFS= read -r input
session=\${input#*\\"session_id\\":}
session=\${session#*\\"}
session=\${session%%\\"*}
case $session in '' | *[!A-Za-z0-9-]*) exit 0 ;; esac
file=${quoted(directory)}/$session
[ -r "$file" ] || exit 0
IFS= read -r line <"$file"
printf '%s\\n' "$line"
`;
}

/** \`set /p\` takes the first line, of which the id is the first value; it always has 36 characters. */
export function batchScript(directory: string): string {
  return [
    '@echo off',
    'rem Written by switchyard connect claude --statusline: what served this session last.',
    'setlocal EnableDelayedExpansion',
    'set /p input=',
    'set "rest=!input:*session_id=!"',
    'set "session=!rest:~3,36!"',
    `if exist "${directory}\\!session!" type "${directory}\\!session!"`,
    '',
  ].join('\r\n');
}
