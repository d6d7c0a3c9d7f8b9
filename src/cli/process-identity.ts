import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { GatewayNote } from '../admin-client/gateway-note.ts';

/**
 * Whether the process of a note still is the gateway that wrote it: process ids are used again, and a signal
 * must never reach a stranger. Where the command line cannot be read, the answer is no.
 */
export function isThatGateway(note: GatewayNote, readCommandLine = commandLineOf): boolean {
  const commandLine = readCommandLine(note.pid);
  return commandLine !== undefined && commandLine.includes(note.entry) && /\bstart\b/.test(commandLine);
}

function commandLineOf(pid: number): string | undefined {
  try {
    if (process.platform === 'linux')
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    if (process.platform === 'win32') return undefined;
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8', timeout: 2_000 });
  } catch {
    return undefined; // The process is gone or belongs to somebody else.
  }
}
