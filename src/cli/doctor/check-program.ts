import { accessSync, constants, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
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
    return canBeMade(directory)
      ? { check: 'disk', status: 'skip', what: `${directory} does not exist yet` }
      : {
          check: 'disk',
          status: 'fail',
          what: `${directory} does not exist, and this user may not make it`,
          next: 'SWITCHYARD_HOME=/another/directory, for the gateway and for every command',
        };
  }
}

/** Whether the nearest directory that is there can be written to. */
function canBeMade(directory: string): boolean {
  const parent = dirname(directory);
  try {
    accessSync(parent, constants.W_OK);
    return true;
  } catch (error) {
    const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return isAbsent && parent !== directory && canBeMade(parent);
  }
}

export function judgeDisk(free: number, directory: string): Finding {
  const what = `${Math.round(free / 1024 / 1024)} MB free at ${directory}`;
  const next = 'make room: the ledger stops where the disk ends, the traffic does not';
  if (free < FULL_BYTES) return { check: 'disk', status: 'fail', what, next };
  if (free < SCARCE_BYTES) return { check: 'disk', status: 'warn', what, next };
  return { check: 'disk', status: 'ok', what };
}
