import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { parseByteSize } from './values/byte-size.ts';
import { LONGEST_DURATION_MS, parseDuration } from './values/duration.ts';
import { formatKeyPath } from './layers/key-path.ts';
import { parseSecretReference } from './values/secret-reference.ts';

test('durations are read with their units, and a bare number means seconds', () => {
  const table: [string | number, number | undefined][] = [
    ['300s', 300_000],
    ['5m', 300_000],
    ['250ms', 250],
    ['1h', 3_600_000],
    ['1.5s', 1500],
    [' 2 s ', 2000],
    [30, 30_000],
    ['30', 30_000],
    [0, 0],
    ['-1s', undefined],
    [-1, undefined],
    ['5x', undefined],
    ['', undefined],
    ['s', undefined],
    [NaN, undefined],
    [Infinity, undefined],
    [1e21, undefined],
    ['25d', undefined],
  ];
  for (const [text, expected] of table) assert.equal(parseDuration(text), expected, String(text));
});

test('a duration that no timer could hold is refused instead of firing at once', () => {
  assert.equal(parseDuration(`${LONGEST_DURATION_MS}ms`), LONGEST_DURATION_MS);
  assert.equal(parseDuration(`${LONGEST_DURATION_MS + 1}ms`), undefined);
  assert.equal(parseDuration('600h'), undefined);
});

test('sizes are read with decimal and binary units', () => {
  const table: [string | number, number | undefined][] = [
    ['32MiB', 33_554_432],
    ['32mib', 33_554_432],
    ['500 kB', 500_000],
    ['1GiB', 1_073_741_824],
    ['0.5KiB', 512],
    [1024, 1024],
    ['12B', 12],
    ['-5', undefined],
    ['32M', undefined],
    ['9999999999GiB', undefined],
  ];
  for (const [text, expected] of table) assert.equal(parseByteSize(text), expected, String(text));
});

test('only env:NAME and file:PATH are references; everything else must be taken for a secret', () => {
  assert.deepEqual(parseSecretReference('env:ZAI_API_KEY'), { kind: 'env', variable: 'ZAI_API_KEY' });
  assert.deepEqual(parseSecretReference('file:keys/my key.txt'), { kind: 'file', path: 'keys/my key.txt' });
  for (const text of [
    'sk-ant-123',
    '${ZAI}',
    '$ZAI',
    'env:',
    'env:1A',
    'env:A B',
    'file:',
    'file: x',
    'ENV:A',
    '',
  ])
    assert.equal(parseSecretReference(text), undefined, text);
});

test('no text makes a parser throw', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      parseDuration(text);
      parseByteSize(text);
      parseSecretReference(text);
    }),
  );
});

test('key paths are written as one would say them', () => {
  assert.equal(formatKeyPath(['providers', 'zai', 'base_url']), 'providers.zai.base_url');
  assert.equal(formatKeyPath(['mappings', 0, 'use']), 'mappings[0].use');
  assert.equal(formatKeyPath(['model_tiers', 'glm-4.7']), 'model_tiers["glm-4.7"]');
  assert.equal(formatKeyPath([]), '');
});
