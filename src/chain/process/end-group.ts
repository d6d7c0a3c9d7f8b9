import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { isGroupAlive, markedProcesses } from './process-table.ts';

export interface EndedGroup {
  /** The process that leads the group; on Windows the root of the tree. */
  readonly pid: number;
  /** Found in the environment of whatever ran away from the group. */
  readonly mark: string;
  /** How long it may take to end by itself, milliseconds; 0 does not ask first. */
  readonly grace: number;
}

const LOOK_MS = 25;
/** A killed process is gone at once, unless the kernel holds it; nobody waits for that. */
const KILL_PATIENCE_MS = 2_000;

/** Ends a service with everything it brought to life: first asked, then forced. */
export async function endGroup(group: EndedGroup): Promise<void> {
  if (process.platform === 'win32') return endTree(group);
  if (group.grace > 0) {
    signal(-group.pid, 'SIGTERM');
    await goneWithin(group.pid, group.grace);
  }
  if (isGroupAlive(group.pid)) {
    signal(-group.pid, 'SIGKILL');
    await goneWithin(group.pid, KILL_PATIENCE_MS);
  }
  for (const pid of markedProcesses(group.mark)) signal(pid, 'SIGKILL');
}

async function goneWithin(group: number, limit: number): Promise<void> {
  const deadline = performance.now() + limit;
  while (isGroupAlive(group) && performance.now() < deadline) await wait(LOOK_MS);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It is gone already, which is what was wanted.
  }
}

/** @returns words of `taskkill`, which ends a process with all that descend from it */
export function taskkillWords(pid: number, how: 'asked' | 'forced'): string[] {
  return [...(how === 'forced' ? ['/F'] : []), '/T', '/PID', String(pid)];
}

async function endTree({ pid, grace }: EndedGroup): Promise<void> {
  if (grace > 0) {
    await taskkill(pid, 'asked');
    await wait(Math.min(grace, KILL_PATIENCE_MS));
  }
  await taskkill(pid, 'forced');
}

async function taskkill(pid: number, how: 'asked' | 'forced'): Promise<void> {
  const child = spawn('taskkill', taskkillWords(pid, how), { windowsHide: true, stdio: 'ignore' });
  child.on('error', () => undefined); // Not to be found: nothing more can be done.
  await Promise.race([once(child, 'close').catch(() => undefined), wait(KILL_PATIENCE_MS)]);
}
