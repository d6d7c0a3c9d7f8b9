import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { generateAdminDocs } from './generate-admin-docs.ts';

test('the committed table of the admin API is what the contract says; else run `npm run generate`', () => {
  for (const { path, text } of generateAdminDocs())
    assert.equal(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8'), text, path);
});
