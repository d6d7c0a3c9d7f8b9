/**
 * Money as whole pico-dollars (10⁻¹² USD) in a bigint. One token at $0.000001 per million is one pico-dollar, so
 * every list price is whole and every sum exact. A bigint, not a safe integer: 2⁵³ pico-dollars are only $9,007,
 * which a year's total can pass. It is never computed on the path of a request.
 */
export type Money = bigint;

/** Pico-dollars in one dollar. */
export const DOLLAR: Money = 1_000_000_000_000n;

const DECIMALS = 12;
const MOST_EXACT = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * The exact decimal number of dollars, without sign of currency and without trailing zeros: `0.054399`, `12`.
 * {@link parseDollars} reads it back unchanged.
 */
export function dollarText(amount: Money): string {
  const sign = amount < 0n ? '-' : '';
  const digits = (amount < 0n ? -amount : amount).toString().padStart(DECIMALS + 1, '0');
  const whole = digits.slice(0, -DECIMALS);
  const fraction = digits.slice(-DECIMALS).replace(/0+$/, '');
  return fraction === '' ? `${sign}${whole}` : `${sign}${whole}.${fraction}`;
}

/** For people: at least two decimals, all that matter below a cent: `$0.05`, `$0.054399`, `$12.00`. */
export function formatDollars(amount: Money): string {
  const text = dollarText(amount < 0n ? -amount : amount);
  const [whole = '0', fraction = ''] = text.split('.');
  return `${amount < 0n ? '-' : ''}$${whole}.${fraction.padEnd(2, '0')}`;
}

/** The nearest double, for JSON fields such as `cost_usd`. Never sum these; sum money and convert once. */
export function dollarNumber(amount: Money): number {
  const isSmall = amount <= MOST_EXACT && amount >= -MOST_EXACT;
  // Both operands are exact doubles, so their quotient is the double nearest to the amount.
  return isSmall ? Number(amount) / 1e12 : Number(dollarText(amount));
}

/**
 * Reads a decimal number of dollars exactly.
 * @returns `undefined` when the text is no plain decimal or has more than twelve decimals
 */
export function parseDollars(text: string): Money | undefined {
  const match = /^(-?)(\d+)(?:\.(\d{1,12}))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '0', fraction = ''] = match;
  const amount = BigInt(whole) * DOLLAR + BigInt(fraction.padEnd(DECIMALS, '0'));
  return sign === '-' ? -amount : amount;
}

/**
 * A price in dollars per million tokens, as people write it, in pico-dollars per token.
 * Prices finer than $0.000001 per million are rounded to that grain.
 */
export function perMillion(dollars: number): Money {
  return BigInt(Math.round(dollars * 1_000_000));
}

/** A price in dollars per thousand calls, in pico-dollars per call. */
export function perThousand(dollars: number): Money {
  return BigInt(Math.round(dollars * 1_000_000_000));
}
