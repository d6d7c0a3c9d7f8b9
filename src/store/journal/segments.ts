/**
 * The journal's files. Each is written by one process, in one go, and never appended to again; its name sorts by age
 * and is never used twice, so that a fold position stored for one file can never be taken for another's.
 */
import { randomBytes } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface Segment {
  readonly name: string;
  readonly number: number;
}

const NAME = /^(\d{12})-[0-9a-f]{8}\.journal$/;

/** All segments of a directory, oldest first. */
export function listSegments(directory: string): Segment[] {
  return readdirSync(directory)
    .flatMap((name) => {
      const number = NAME.exec(name)?.[1];
      return number === undefined ? [] : [{ name, number: Number(number) }];
    })
    .sort((left, right) => left.number - right.number || (left.name < right.name ? -1 : 1));
}

export function newSegmentName(number: number): string {
  return `${String(number).padStart(12, '0')}-${randomBytes(4).toString('hex')}.journal`;
}

export function segmentBytes(directory: string, segments: readonly Segment[]): number {
  return segments.reduce((sum, { name }) => sum + statSync(join(directory, name)).size, 0);
}
