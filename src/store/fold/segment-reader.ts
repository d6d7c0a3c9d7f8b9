import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

export interface SegmentPiece {
  readonly bytes: Buffer;
  /** The piece reaches to the end of the file as it is now. */
  readonly isLast: boolean;
}

/**
 * Reads a piece of a journal segment.
 * @param limit how many bytes at most
 */
export function readPiece(path: string, position: number, limit: number): SegmentPiece {
  const descriptor = openSync(path, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(limit, size - position)));
    const taken = readSync(descriptor, bytes, 0, bytes.length, position);
    return { bytes: bytes.subarray(0, taken), isLast: position + taken >= size };
  } finally {
    closeSync(descriptor);
  }
}
