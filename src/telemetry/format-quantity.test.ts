import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatCost, formatDuration, formatSpeed, formatTiming, formatTokens } from './format-quantity.ts';

function table<Input>(name: string, write: (input: Input) => string, rows: readonly [Input, string][]): void {
  test(name, () => {
    for (const [input, expected] of rows) assert.equal(write(input), expected, String(input));
  });
}

table('durations change unit at one second and one minute, also after rounding', formatDuration, [
  [0, '0 ms'],
  [840.4, '840 ms'],
  [999.4, '999 ms'],
  [999.6, '1.0 s'],
  [4_200, '4.2 s'],
  [59_940, '59.9 s'],
  [59_960, '1 m 0 s'],
  [72_000, '1 m 12 s'],
]);

table('tokens are exact below a thousand and short above', formatTokens, [
  [undefined, '—'],
  [0, '0'],
  [812, '812'],
  [12_400, '12.4k'],
  [999_949, '999.9k'],
  [999_951, '1.0M'],
  [1_200_000, '1.2M'],
]);

table('a cost is never written as zero unless it is known to be free', formatCost, [
  [undefined, '—'],
  [0, '$0'],
  [0.0002, '<$0.001'],
  [0.0042, '$0.0042'],
  [0.99996, '$1.00'],
  [1.234, '$1.23'],
]);

test('first byte and total share one unit, and a missing first byte leaves the total', () => {
  assert.equal(formatTiming(812, 6_400), '0.8 → 6.4 s');
  assert.equal(formatTiming(40.4, 190), '40 → 190 ms');
  assert.equal(formatTiming(undefined, 350), '350 ms');
  assert.equal(formatTiming(900, 72_000), '900 ms → 1 m 12 s');
});

test('speed is unknown without tokens or without a duration', () => {
  assert.equal(formatSpeed(126, 2_000), '63 tok/s');
  assert.equal(formatSpeed(undefined, 2_000), '—');
  assert.equal(formatSpeed(10, undefined), '—');
  assert.equal(formatSpeed(10, 0), '—');
});
