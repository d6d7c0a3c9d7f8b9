/** What the system knows of processes. Every look-up that fails means "not known", never an error. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { MARK_VARIABLE } from './service-environment.ts';

/**
 * When a process began, in the system's own words: with its id it names one process for good, as ids are used
 * again. `undefined` where it is gone or the system does not tell (Windows).
 */
export function processStart(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') return statFields(pid)[19];
    if (process.platform === 'win32') return undefined;
    const told = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      timeout: 2_000,
    });
    return told.trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Whether anything of a process group still runs; what is dead and not yet buried does not count. */
export function isGroupAlive(group: number): boolean {
  try {
    process.kill(-group, 0);
  } catch {
    return false;
  }
  if (process.platform !== 'linux') return true;
  return processIds().some((pid) => isMember(pid, group));
}

function isMember(pid: number, group: number): boolean {
  try {
    const [state, , processGroup] = statFields(pid);
    return Number(processGroup) === group && state !== 'Z' && state !== 'X';
  } catch {
    return false; // It ended between the two looks.
  }
}

/** The processes that carry a mark in their environment. Linux alone lets us look. */
export function markedProcesses(mark: string): readonly number[] {
  if (process.platform !== 'linux') return [];
  return processIds().filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`${MARK_VARIABLE}=${mark}\0`);
    } catch {
      return false; // Another user's, or gone.
    }
  });
}

function processIds(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** The fields of proc_pid_stat(5) from the state on: the name before it may hold blanks and brackets. */
function statFields(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}
