/**
 * The ids of an exchange's spans, derived from the exchange's own: nothing has to be kept while it runs, and who knows
 * one knows the other. An exchange id is 128 bits, of which the last 80 are random, as W3C asks of a trace id.
 */
export interface SpanIds {
  /** 32 hexadecimal digits. */
  readonly trace: string;
  /** Of the exchange: 16 hexadecimal digits. */
  readonly root: string;
}

const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';
const ID = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** What a digit of an exchange id is worth, by its character code. */
const VALUES = Uint8Array.from({ length: 128 }, (_, code) =>
  Math.max(0, DIGITS.indexOf(String.fromCharCode(code))),
);

/** @throws Error for what is no id of an exchange */
export function spanIdsOf(exchangeId: string): SpanIds {
  if (!ID.test(exchangeId)) throw new Error('That is no id of an exchange.');
  let trace = '';
  // 26 digits of 5 bits hold 130; the two on top are zero.
  let value = VALUES[exchangeId.charCodeAt(0)] ?? 0;
  let bits = 3;
  for (let index = 1; index < exchangeId.length; index += 1) {
    value = (value << 5) | (VALUES[exchangeId.charCodeAt(index)] ?? 0);
    bits += 5;
    while (bits >= 4) {
      bits -= 4;
      trace += HEX.charAt((value >> bits) & 15);
    }
    value &= (1 << bits) - 1;
  }
  return { trace, root: trace.slice(16) };
}

const HEX = '0123456789abcdef';

/** The id of a try's span: the exchange's, with its last byte counted on. */
export function attemptSpanId({ root }: SpanIds, ordinal: number): string {
  const last = Number.parseInt(root.slice(14), 16);
  return root.slice(0, 14) + ((last + ordinal + 1) & 0xff).toString(16).padStart(2, '0');
}
