import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lazy } from './lazy.ts';

test('a value is made when it is first asked for, and only then', () => {
  let made = 0;
  const value = lazy(() => {
    made += 1;
    return undefined;
  });
  assert.equal(made, 0);
  assert.equal(value(), undefined);
  assert.equal(value(), undefined);
  assert.equal(made, 1, 'also when it is nothing');
});

test('what could not be made is tried again', () => {
  let tries = 0;
  const value = lazy(() => {
    tries += 1;
    if (tries === 1) throw new Error('not yet');
    return tries;
  });
  assert.throws(value, /not yet/);
  assert.equal(value(), 2);
});
