import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { generateCliDocs } from './generate-cli-docs.ts';

test('the committed reference of commands is what the program says; else run `npm run generate`', async () => {
  for (const { path, text } of await generateCliDocs())
    assert.equal(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8'), text, path);
});
