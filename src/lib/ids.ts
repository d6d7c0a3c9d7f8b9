import type { Clock } from './clock.ts';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'; // Crockford's base 32: no i, l, o, u.
const RANDOM_BYTES = 10;

/**
 * Makes ids that sort by time: ten characters of milliseconds, sixteen of randomness.
 * @param randomBytes a source of cryptographic randomness, called once per id
 */
export function createIdSource(clock: Clock, randomBytes: (size: number) => Uint8Array): () => string {
  let lastTime = -1;
  let prefix = '';
  return () => {
    const time = clock.now();
    if (time !== lastTime) {
      lastTime = time;
      prefix = encodeTime(time);
    }
    return prefix + encodeRandom(randomBytes(RANDOM_BYTES));
  };
}

function encodeTime(time: number): string {
  let rest = Math.max(0, Math.trunc(time));
  let text = '';
  for (let index = 0; index < 10; index += 1) {
    text = ALPHABET.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/** Five bits a character; 80 bits make 16 characters exactly. */
function encodeRandom(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET.charAt((value >> bits) & 31);
    }
    value &= (1 << bits) - 1;
  }
  return text;
}
