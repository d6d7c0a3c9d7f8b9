/** Replaces byte ranges of a buffer. */

/** A range of bytes, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Puts `replacement` where the span was. */
export interface Edit extends Span {
  readonly replacement: Buffer;
}

const NOTHING = Buffer.alloc(0);

/** An edit that leaves nothing behind. */
export function deletion(start: number, end: number): Edit {
  return { start, end, replacement: NOTHING };
}

/**
 * Applies edits in one allocation and one copy of what is kept.
 * @param edits ascending and not overlapping; touching is fine
 * @returns the same buffer when there are no edits
 * @throws RangeError when the edits are out of order or out of bounds: a defect of the caller
 */
export function splice(body: Buffer, edits: readonly Edit[]): Buffer {
  if (edits.length === 0) return body;
  const result = Buffer.allocUnsafe(body.length + growthOf(body, edits));
  let read = 0;
  let written = 0;
  for (const { start, end, replacement } of edits) {
    written += body.copy(result, written, read, start);
    written += replacement.copy(result, written);
    read = end;
  }
  body.copy(result, written, read);
  return result;
}

function growthOf(body: Buffer, edits: readonly Edit[]): number {
  let growth = 0;
  let previousEnd = 0;
  for (const { start, end, replacement } of edits) {
    if (start < previousEnd || end < start || end > body.length) {
      throw new RangeError(
        `edit ${start}–${end} overlaps another or leaves the body of ${body.length} bytes`,
      );
    }
    growth += replacement.length - (end - start);
    previousEnd = end;
  }
  return growth;
}
