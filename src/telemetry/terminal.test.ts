import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createPaint } from './paint.ts';
import { printable } from './printable.ts';
import { wantsColor, type ColorQuestion } from './wants-color.ts';

const QUESTIONS: readonly [string, Partial<ColorQuestion>, boolean][] = [
  ['a terminal', { isTerminal: true }, true],
  ['a pipe', { isTerminal: false }, false],
  ['a dumb terminal', { isTerminal: true, environment: { TERM: 'dumb' } }, false],
  ['NO_COLOR', { isTerminal: true, environment: { NO_COLOR: '1' } }, false],
  ['an empty NO_COLOR, which means nothing', { isTerminal: true, environment: { NO_COLOR: '' } }, true],
  ['FORCE_COLOR into a pipe', { environment: { FORCE_COLOR: '1' } }, true],
  ['FORCE_COLOR=0 on a terminal', { isTerminal: true, environment: { FORCE_COLOR: '0' } }, false],
  ['NO_COLOR against FORCE_COLOR', { environment: { NO_COLOR: '1', FORCE_COLOR: '1' } }, false],
  ['NO_COLOR against the setting', { setting: 'always', environment: { NO_COLOR: '1' } }, false],
  ['the setting always, into a pipe', { setting: 'always' }, true],
  ['the setting never, on a terminal', { setting: 'never', isTerminal: true }, false],
];

for (const [name, question, expected] of QUESTIONS)
  test(`colour is ${expected ? 'used' : 'left out'} with ${name}`, () => {
    const whole = { setting: 'auto', isTerminal: false, environment: {}, ...question } as const;
    assert.equal(wantsColor(whole), expected);
  });

test('a paint without colour returns the text itself', () => {
  assert.equal(createPaint({ color: false })('red', 'x'), 'x');
  assert.equal(createPaint({ color: true })('red', 'x'), '\u001b[31mx\u001b[39m');
});

test('no text from outside carries a control character to the terminal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      // oxlint-disable-next-line no-control-regex -- control characters are what this is about
      assert.doesNotMatch(printable(text), /[\u0000-\u001f\u007f-\u009f\u202e]/);
    }),
  );
});

test('long text is cut to its maximum and says so', () => {
  assert.equal(printable('abcdef', 4), 'abc…');
  assert.equal(printable('abcd', 4), 'abcd');
});
