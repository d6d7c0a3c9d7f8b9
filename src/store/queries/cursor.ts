import { LedgerUnavailable } from '../../domain/ledger.ts';
import type { Cursor } from '../../domain/ledger.ts';

/** A place in a list ordered by time. */
export interface Place {
  readonly time: number;
  /** Tells rows of the same time apart: the order of storing, or how many of them come before. */
  readonly seq: number;
}

export function encodeCursor({ time, seq }: Place): Cursor {
  return `${time}-${seq}`;
}

/** @throws LedgerUnavailable when the text is no cursor of ours */
export function decodeCursor(cursor: Cursor | undefined): Place | undefined {
  if (cursor === undefined) return undefined;
  const match = /^(\d{1,15})-(\d{1,15})$/.exec(cursor);
  if (match === null) throw new LedgerUnavailable(`this is not a cursor that a list has given: ${cursor}`);
  return { time: Number(match[1]), seq: Number(match[2]) };
}
