/**
 * Gives the memory of buffers back at once. Left to the garbage collector, the bytes of every request pile up
 * outside the heap until V8 collects all of it, which measured as the largest single cost of a request. Whoever
 * still holds a freed buffer sees an empty one, never somebody else's bytes.
 *
 * Danger: an operation outside JavaScript that still reads the memory (a write to a socket or file that is not
 * finished, a compression in a thread) would read freed memory. Only the owner who knows that there is none may
 * call these.
 */
import { Buffer } from 'node:buffer';

/**
 * Frees a buffer, unless it is a part of a larger block (Node's pool, a longer read), whose rest must live on.
 * Freeing twice does nothing.
 */
export function freeBytes({ buffer, byteLength }: Buffer): void {
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength !== byteLength || buffer.detached) return;
  buffer.transfer(0);
}

/**
 * Joins pieces into one buffer and frees them.
 * @param length of all pieces together, in bytes
 */
export function concatAndFree(pieces: readonly Buffer[], length: number): Buffer {
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined) return only;
  const whole = Buffer.concat(pieces, length);
  for (const piece of pieces) freeBytes(piece);
  return whole;
}
