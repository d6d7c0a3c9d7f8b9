import { statfsSync } from 'node:fs';
import type { Finding } from './finding.ts';

const MINIMUM_NODE = 24;
const SCARCE_BYTES = 500 * 1024 * 1024;
const FULL_BYTES = 50 * 1024 * 1024;
/** Before this program was written no clock can be right. */
const EARLIEST_YEAR = 2025;

export function checkNode(version: string): Finding {
  const major = Number(version.split('.')[0]);
  return major >= MINIMUM_NODE
    ? { check: 'node', status: 'ok', what: version }
    : {
        check: 'node',
        status: 'fail',
        what: `${version} is too old`,
        next: `install Node ${MINIMUM_NODE} or newer`,
      };
}

/** @param now wall clock, milliseconds */
export function checkYear(now: number): Finding {
  const year = new Date(now).getUTCFullYear();
  return year >= EARLIEST_YEAR
    ? { check: 'clock', status: 'ok', what: new Date(now).toISOString() }
    : {
        check: 'clock',
        status: 'fail',
        what: `the clock stands in the year ${year}: certificates and quota windows cannot be judged`,
        next: 'set the clock of this machine',
      };
}

export function checkDisk(directory: string): Finding {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return judgeDisk(bavail * bsize, directory);
  } catch {
    return { check: 'disk', status: 'skip', what: `${directory} does not exist yet` };
  }
}

export function judgeDisk(free: number, directory: string): Finding {
  const what = `${Math.round(free / 1024 / 1024)} MB free at ${directory}`;
  const next = 'make room: the ledger stops where the disk ends, the traffic does not';
  if (free < FULL_BYTES) return { check: 'disk', status: 'fail', what, next };
  if (free < SCARCE_BYTES) return { check: 'disk', status: 'warn', what, next };
  return { check: 'disk', status: 'ok', what };
}
