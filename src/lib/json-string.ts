/** Single JSON strings: from a byte span to text and back. */
import { BYTE } from './json-scanner.ts';
import type { Span } from './splice.ts';

/** The text of a string token, quotes included in the span. The token must have been scanned. */
export function decodeString(bytes: Buffer, token: Span): string {
  const text = bytes.toString('utf8', token.start, token.end);
  if (!text.includes('\\')) return text.slice(1, -1);
  return JSON.parse(text) as string; // A string token, so a string.
}

/** A text as a JSON string token. */
export function encodeString(text: string): Buffer {
  return Buffer.from(JSON.stringify(text));
}

/** Whether a string token's text begins with an ASCII prefix, without decoding what comes behind it. */
export function stringStartsWith(bytes: Buffer, token: Span, prefix: string): boolean {
  const start = token.start + 1;
  for (let index = 0; index < prefix.length; index++) {
    const byte = bytes[start + index];
    if (byte === BYTE.backslash) return decodeString(bytes, token).startsWith(prefix);
    if (byte !== prefix.charCodeAt(index) || start + index === token.end - 1) return false;
  }
  return true;
}
