import { Buffer } from 'node:buffer';

/**
 * The spellings in which a secret may hide in other bytes: as it is, in Base64 at each of its three alignments
 * (both alphabets), percent-encoded, in hexadecimal, and in pieces.
 */
export function spellingsOf(secret: string): ReadonlyMap<string, string> {
  const bytes = Buffer.from(secret);
  const spellings = new Map([
    ['raw', secret],
    ['percent-encoded', encodeURIComponent(secret)],
    ['hexadecimal', bytes.toString('hex')],
    ['HEXADECIMAL', bytes.toString('hex').toUpperCase()],
  ]);
  for (const offset of [0, 1, 2] as const) {
    const base64 = alignedBase64(bytes, offset);
    spellings.set(`Base64 at ${offset}`, base64);
    spellings.set(`Base64url at ${offset}`, base64.replaceAll('+', '-').replaceAll('/', '_'));
  }
  for (let start = Math.max(0, secret.length - 20); start + PIECE <= secret.length; start += PIECE / 2)
    spellings.set(`a piece at ${start}`, secret.slice(start, start + PIECE));
  return spellings;
}

/** A secret's end is its random part; this much of it is found by accident once in 64^10 places. */
const PIECE = 10;

/** Only the characters that do not depend on what stands before and behind. */
function alignedBase64(bytes: Buffer, offset: 0 | 1 | 2): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  const partialEnd = (bytes.length + offset) % 3 === 0 ? 0 : 1;
  return text.slice([0, 2, 3][offset], text.length - partialEnd);
}

/** How the secret stands in these bytes; `undefined` when it does not. */
export function findSecret(bytes: Buffer, secret: string): string | undefined {
  for (const [how, spelling] of spellingsOf(secret)) if (bytes.includes(spelling)) return how;
  return undefined;
}
