import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildSource, isShipped } from './build.ts';

test('types go, positions stay, and every path to a source leads to a built file', () => {
  const source = [
    "import type { Clock } from './clock.ts';",
    "import { now } from '../lib/now.ts';",
    "export const worker = new URL('./worker.ts', import.meta.url);",
    "export const late = async (): Promise<unknown> => import('./late.ts');",
    "export const said: string = 'a file named notes.ts stays what it is';",
  ].join('\n');
  const built = buildSource(source);
  assert.equal(built.length, source.length);
  assert.deepEqual(
    built.split('\n').map((line) => line.replace(/ {2,}/g, ' ').trim()),
    [
      '',
      "import { now } from '../lib/now.js';",
      "export const worker = new URL('./worker.js', import.meta.url);",
      "export const late = async () => import('./late.js');",
      "export const said = 'a file named notes.ts stays what it is';",
    ],
  );
});

test('tests and what only they read are not shipped', () => {
  assert.deepEqual(
    ['cli/main.ts', 'cli/main.test.ts', 'config/config.test-data.ts', 'tasks/latest.ts'].filter(isShipped),
    ['cli/main.ts', 'tasks/latest.ts'],
  );
});
