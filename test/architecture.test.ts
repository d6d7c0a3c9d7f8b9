import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findViolations } from '../scripts/check-floors.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

test('imports go down the floors only, and siblings on a floor do not know each other', () => {
  assert.deepEqual(findViolations(), []);
});

test('no source file is longer than 400 lines', () => {
  const tooLong = globSync('src/**/*.ts', { cwd: root })
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => ({ file, lines: readFileSync(`${root}/${file}`, 'utf8').split('\n').length }))
    .filter(({ lines }) => lines > 401);
  assert.deepEqual(tooLong, []);
});

test('the story of a request fits on one screen', () => {
  const lines = readFileSync(`${root}/src/gateway/exchange.ts`, 'utf8').split('\n').length;
  assert.ok(lines <= 160, `src/gateway/exchange.ts has ${lines} lines`);
});
