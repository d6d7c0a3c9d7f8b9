import type { Clock } from './clock.ts';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'; // Crockford's base 32: no i, l, o, u.
const RANDOM_BYTES = 10;

/** Randomness is fetched for this many ids at once: a call into the generator costs more than an id. */
const IDS_PER_FETCH = 100;

/**
 * Makes ids that sort by time: ten characters of milliseconds, sixteen of randomness.
 * @param randomBytes a source of cryptographic randomness
 */
export function createIdSource(clock: Clock, randomBytes: (size: number) => Uint8Array): () => string {
  let lastTime = -1;
  let prefix = '';
  let pool: Uint8Array = new Uint8Array(0);
  let used = 0;
  const fresh = (): Uint8Array => {
    if (used === pool.length) {
      pool = randomBytes(RANDOM_BYTES * IDS_PER_FETCH);
      used = 0;
    }
    used += RANDOM_BYTES;
    return pool.subarray(used - RANDOM_BYTES, used);
  };
  return () => {
    const time = clock.now();
    if (time !== lastTime) {
      lastTime = time;
      prefix = encodeTime(time);
    }
    return prefix + encodeRandom(fresh());
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
