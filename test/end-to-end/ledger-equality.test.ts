import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareBooks } from '../long/ledger-equality.ts';
import { temporaryDirectory } from '../store/workbench.ts';

test("the ledger equals the upstreams' own books over 1,000 requests with faults, aborts and fail-overs", async (context) => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const report = await compareBooks(temporaryDirectory(context), 1_000, seed);
  context.diagnostic(JSON.stringify({ ...report, seed }));
  assert.deepEqual(report.differences, [], `seed ${seed}`);
  assert.ok(report.exact > 600 && report.flagged > 30, 'the requests were no fair sample');
});
