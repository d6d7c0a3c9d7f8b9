/**
 * Names of old log files: the file's own name, when it was put aside, and `.gz` once it is compressed. The names sort
 * by time.
 */

export interface ArchiveLimits {
  /** How many days old files are kept. */
  readonly keepDays: number;
  /** How many are kept at most. */
  readonly keepFiles: number;
}

const DAY_MS = 86_400_000;
const STAMP = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z$/;

/** @param now wall clock, milliseconds */
export function archiveName(file: string, now: number): string {
  return `${file}.${stampOf(now)}`;
}

/** Which of these names are old files of `file`, newest first. */
export function archivesOf(file: string, names: readonly string[]): string[] {
  return names
    .filter((name) => stampIn(file, name) !== undefined)
    .toSorted()
    .toReversed();
}

/** Which of these names are to be deleted. */
export function expiredArchives(
  file: string,
  names: readonly string[],
  { keepDays, keepFiles, now }: ArchiveLimits & { readonly now: number },
): string[] {
  const oldest = stampOf(now - keepDays * DAY_MS);
  return archivesOf(file, names).filter(
    (name, index) => index >= keepFiles || (stampIn(file, name) ?? '') < oldest,
  );
}

/** A point in time that a file name can hold on every system. */
function stampOf(now: number): string {
  return new Date(now).toISOString().replaceAll(/[:.]/g, '-');
}

function stampIn(file: string, name: string): string | undefined {
  const stamp = name.startsWith(`${file}.`) ? name.slice(file.length + 1).replace(/\.gz$/, '') : '';
  return STAMP.test(stamp) ? stamp : undefined;
}

/** Whether both times lie on the same day of UTC. */
export function isSameDay(one: number, other: number): boolean {
  return Math.floor(one / DAY_MS) === Math.floor(other / DAY_MS);
}
