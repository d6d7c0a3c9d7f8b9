import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryDirectory } from '../store/workbench.ts';
import { compareBooks } from './ledger-equality.ts';

for (const part of [1, 2, 3, 4])
  test(`the ledger equals the upstreams' own books over 5,000 faulty requests (part ${part} of 4)`, async (context) => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const report = await compareBooks(temporaryDirectory(context), 5_000, seed);
    context.diagnostic(JSON.stringify({ ...report, seed }));
    assert.deepEqual(report.differences, [], `seed ${seed}`);
    assert.ok(report.exact > 3_000 && report.flagged > 250, 'the requests were no fair sample');
  });
