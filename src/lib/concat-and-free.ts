import { Buffer } from 'node:buffer';

/**
 * Joins pieces into one buffer and gives their memory back at once. Left to the garbage collector, the pieces of
 * every request pile up outside the heap until V8 collects all of it, which measured as the largest single cost
 * of a request. A piece that somebody still holds afterwards is empty to them, never somebody else's bytes.
 * @param pieces owned by the caller alone, and in nobody's write queue
 * @param length of all pieces together, in bytes
 */
export function concatAndFree(pieces: readonly Buffer[], length: number): Buffer {
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined) return only;
  const whole = Buffer.concat(pieces, length);
  for (const piece of pieces) free(piece);
  return whole;
}

/** A piece of a larger memory block (Node's pool, a longer read) has neighbours, which must live on. */
function free({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
