import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { generateTrapDocs, trapTests } from './generate-trap-docs.ts';

test('the committed table of traps is what the tests are named; else run `npm run generate`', () => {
  for (const { path, text } of generateTrapDocs())
    assert.equal(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8'), text, path);
});

test('every trap has a test', () => {
  const text = generateTrapDocs()
    .map((page) => page.text)
    .join('');
  const untested = text.split('\n').filter((line) => line.endsWith('| no test |'));
  assert.deepEqual(untested, []);
  assert.ok(trapTests().length > 100);
});
