import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import {
  DOLLAR,
  dollarNumber,
  dollarText,
  formatDollars,
  parseDollars,
  perMillion,
  perThousand,
} from './money.ts';

const SHOWN: readonly (readonly [amount: bigint, text: string, shown: string])[] = [
  [0n, '0', '$0.00'],
  [1n, '0.000000000001', '$0.000000000001'],
  [54_399_000_000n, '0.054399', '$0.054399'],
  [500_000_000_000n, '0.5', '$0.50'],
  [12n * DOLLAR, '12', '$12.00'],
  [-250_000_000_000n, '-0.25', '-$0.25'],
  [9_223_372n * DOLLAR + 36n * 10n ** 9n, '9223372.036', '$9223372.036'],
];

for (const [amount, text, shown] of SHOWN) {
  test(`${amount} pico-dollars are written ${text} and shown as ${shown}`, () => {
    assert.equal(dollarText(amount), text);
    assert.equal(formatDollars(amount), shown);
  });
}

test('written amounts read back unchanged, whatever their size', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n }), (amount) => {
      assert.equal(parseDollars(dollarText(amount)), amount);
    }),
  );
});

test('text that is no plain decimal is refused', () => {
  for (const text of ['', '.', '1.', '1e3', '0x10', '1,5', ' 1', '0.0000000000001', 'NaN'])
    assert.equal(parseDollars(text), undefined, text);
});

test('prices per million tokens become whole pico-dollars per token without binary dust', () => {
  assert.equal(perMillion(3), 3_000_000n);
  assert.equal(perMillion(0.6), 600_000n);
  assert.equal(perMillion(0.1 + 0.2), 300_000n);
  assert.equal(perMillion(0.000001), 1n);
  assert.equal(perThousand(10), 10_000_000_000n);
});

test('the JSON number is the double nearest to the exact amount', () => {
  assert.equal(dollarNumber(54_399_000_000n), 0.054399);
  assert.equal(dollarNumber(-1n * DOLLAR), -1);
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n }), (amount) => {
      assert.equal(dollarNumber(amount), Number(dollarText(amount)));
    }),
  );
});
