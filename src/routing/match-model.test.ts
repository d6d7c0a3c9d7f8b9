import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchModel } from './match-model.ts';

const cases: readonly (readonly [pattern: string, model: string, fits: boolean])[] = [
  ['coder-model', 'coder-model', true],
  ['coder-model', 'coder-model-2', false],
  ['gpt-*', 'gpt-6.1-sol', true],
  ['gpt-*', 'my-gpt-6', false],
  ['*-latest', 'claude-3-5-haiku-latest', true],
  ['claude-*-4-5*', 'claude-haiku-4-5-20251001', true],
  ['claude-*-4-5*', 'claude-haiku-4-6', false],
  ['*', '', true],
  ['*', 'anything/at:all', true],
  ['a*a', 'a', false],
  ['a*a', 'aa', true],
  ['a.c', 'abc', false],
];

for (const [pattern, model, fits] of cases) {
  test(`the pattern "${pattern}" ${fits ? 'fits' : 'does not fit'} "${model}"`, () => {
    assert.equal(matchModel(pattern, model), fits);
  });
}
