import { open } from 'node:fs/promises';

/** A log is read no further back than this. */
const LOOK_BACK_BYTES = 256 * 1024;

/** The last lines of a log, oldest first; none while there is no log. */
export async function lastLines(file: string, count: number): Promise<string[]> {
  const opened = await open(file, 'r').catch(() => undefined); // Nothing was printed yet.
  if (opened === undefined) return [];
  try {
    const { size } = await opened.stat();
    const start = Math.max(0, size - LOOK_BACK_BYTES);
    const piece = Buffer.alloc(size - start);
    const { bytesRead } = await opened.read(piece, 0, piece.length, start);
    const lines = piece.toString('utf8', 0, bytesRead).split('\n');
    if (lines.at(-1) === '') lines.pop();
    return lines.slice(start > 0 ? 1 : 0).slice(-count);
  } finally {
    await opened.close();
  }
}
