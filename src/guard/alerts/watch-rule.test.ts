import assert from 'node:assert/strict';
import { test } from 'node:test';
import { array, assert as assertProperty, constant, double, oneof, property } from 'fast-check';
import { QUIET, watchRule, type RuleState } from './watch-rule.ts';

const RULE = { above: 10, resolveAt: 5, forMs: 0, cooldownMs: 100 };

/** What is told when these values are seen, one every ten milliseconds. */
function changes(values: readonly (number | undefined)[], rule: Partial<typeof RULE> = {}): string[] {
  let state: RuleState = QUIET;
  return values.map((value, index) => {
    const step = watchRule(state, { ...RULE, ...rule }, { value }, index * 10);
    state = step.state;
    return step.change ?? '-';
  });
}

const cases: readonly (readonly [string, (number | undefined)[], string[], Partial<typeof RULE>?])[] = [
  ['a breach is told once', [0, 11, 12, 13], ['-', 'fired', '-', '-']],
  ['the limit itself is none', [10, 10], ['-', '-']],
  ['it is over only at the lower mark', [11, 6, 5], ['fired', '-', 'resolved']],
  ['between the marks nothing flutters', [11, 9, 11, 6, 11], ['fired', '-', '-', '-', '-']],
  [
    'what is unknown changes nothing',
    [11, undefined, 11, undefined, 5],
    ['fired', '-', '-', '-', 'resolved'],
  ],
  ['it must last', [11, 11, 11, 11], ['-', '-', 'fired', '-'], { forMs: 20 }],
  [
    'a dip in between begins anew',
    [11, 11, 9, 11, 11, 11],
    ['-', '-', '-', '-', '-', 'fired'],
    { forMs: 20 },
  ],
  [
    'after its end it is silent for a while',
    [11, 5, 11, 11, 11],
    ['fired', 'resolved', '-', '-', 'fired'],
    { cooldownMs: 30 },
  ],
  ['zero is a limit, too', [0, 1, 1, 0], ['-', 'fired', '-', 'resolved'], { above: 0, resolveAt: 0 }],
];

for (const [name, values, expected, rule] of cases)
  test(name, () => assert.deepEqual(changes(values, rule), expected));

test('whatever is seen, an end follows each beginning and nothing is told twice', () => {
  const value = oneof(double({ min: 0, max: 20, noNaN: true }), constant(undefined), constant(NaN));
  assertProperty(
    property(array(value, { maxLength: 200 }), (values) => {
      const told = changes(values).filter((change) => change !== '-');
      told.forEach((change, index) => assert.equal(change, index % 2 === 0 ? 'fired' : 'resolved'));
    }),
  );
});
