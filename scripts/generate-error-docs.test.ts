import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ERROR_TABLE } from '../src/domain/errors.ts';
import { generateErrorDocs } from './generate-error-docs.ts';

test('the committed reference of errors is what the code says; else run `node scripts/generate-error-docs.ts`', () => {
  for (const { path, text } of generateErrorDocs())
    assert.equal(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8'), text, path);
});

test('every error has a row with its status in each dialect', () => {
  const text = generateErrorDocs()
    .map((page) => page.text)
    .join('');
  for (const code of Object.keys(ERROR_TABLE))
    assert.match(text, new RegExp(`^\\| \`${code}\` \\| \\d{3} / \\d{3} / \\d{3} \\| (yes|no) \\|`, 'm'));
});
