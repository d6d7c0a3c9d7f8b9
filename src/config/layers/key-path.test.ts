import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { formatKeyPath, parseKeyPath } from './key-path.ts';

test('every path can be read back', () => {
  const step = fc.oneof(fc.string(), fc.nat(), fc.constantFrom('tiers', 'glm-4.7', 'a"b', 'a\\', '.', '['));
  fc.assert(
    fc.property(fc.array(step, { minLength: 1 }), (path) => {
      assert.deepEqual(parseKeyPath(formatKeyPath(path)), path);
    }),
  );
});

for (const text of [
  '',
  '.',
  '.tiers',
  'tiers.',
  'tiers..haiku',
  'tiers haiku',
  'a[',
  'a[x]',
  'a["x]',
  'a["\\q"]',
])
  test(`${JSON.stringify(text)} is no path`, () => {
    assert.equal(parseKeyPath(text), undefined);
  });
