import type { Buffer } from 'node:buffer';

const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;

/**
 * Whether a body is JSON or an event stream, by its first byte that is not blank: some providers answer a stream
 * request with JSON, and others the reverse. @returns `undefined` while there is no such byte
 */
export function shapeOf(bytes: Buffer): 'object' | 'array' | 'stream' | undefined {
  const first = bytes.find((byte) => byte > 0x20);
  if (first === undefined) return undefined;
  if (first === OPEN_BRACE) return 'object';
  return first === OPEN_BRACKET ? 'array' : 'stream';
}
