import assert from 'node:assert/strict';
import { test } from 'node:test';
import type * as AssertNever from './assert-never.ts';
import { lazy, lazyModule } from './lazy.ts';

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

test('a lazy module is the one that everybody else imports', async () => {
  const load = lazyModule<typeof AssertNever>(import.meta.url, './assert-never.ts');
  assert.equal(load().assertNever, (await import('./assert-never.ts')).assertNever);
});
