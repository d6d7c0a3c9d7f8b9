/** What the kernel says about a process and its children (Linux only: everything comes from /proc). */
import { readFileSync, readdirSync } from 'node:fs';

/** Linux reports processor time in hundredths of a second, whatever the kernel's own tick is. */
const TICKS_PER_SECOND = 100;

/** A process and all its descendants: a launcher's child and nginx's workers count as well. */
export function processTree(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (Number.isInteger(pid)) parents.set(pid, Number(statFields(pid)[1] ?? 0));
  }
  const tree = [root];
  for (const ancestor of tree) {
    for (const [pid, parent] of parents) if (parent === ancestor) tree.push(pid);
  }
  return tree;
}

/** Seconds of processor time, user and system, that the process and its children have used so far. */
export function cpuSeconds(root: number): number {
  const ticks = processTree(root).map((pid) => {
    const fields = statFields(pid);
    return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  });
  return sum(ticks) / TICKS_PER_SECOND;
}

/** Bytes of memory the process and its children hold; pages they share are counted for each. */
export function residentBytes(root: number): number {
  return sum(
    processTree(root).map((pid) => 1024 * Number(/VmRSS:\s+(\d+)/.exec(read(pid, 'status'))?.[1] ?? 0)),
  );
}

/** The fields of /proc/PID/stat behind the name, which may hold spaces itself: state, parent, … */
function statFields(pid: number): string[] {
  const stat = read(pid, 'stat');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    // The process ended between the listing and the reading: it no longer counts.
    return '';
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
