import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killSuite, loggedAttempts } from '../store/kill-suite.ts';
import { temporaryDirectory } from '../store/workbench.ts';

for (const part of [1, 2, 3, 4]) {
  test(`killed twenty-five times while it records, the ledger holds (part ${part} of 4)`, async (context) => {
    const directory = temporaryDirectory(context);
    const tally = await killSuite(context, directory, 25);
    context.diagnostic(JSON.stringify(tally));
    assert.ok(tally.exchanges > 250);
    assert.ok(tally.slowestReadyMs < 2_000, `ready again after ${tally.slowestReadyMs} ms`);
    const logged = loggedAttempts(directory);
    assert.equal(new Set(logged).size, logged.length, 'no attempt stands twice in usage.jsonl');
  });
}
