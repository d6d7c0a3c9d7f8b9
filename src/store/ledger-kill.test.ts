import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killSuite, loggedAttempts } from '../../test/store/kill-suite.ts';
import { temporaryDirectory } from '../../test/store/workbench.ts';

test('killed ten times while it records, the ledger loses, doubles and breaks nothing', async (context) => {
  const directory = temporaryDirectory(context);
  const tally = await killSuite(context, directory, 10);
  assert.ok(tally.exchanges > 100, `only ${tally.exchanges} exchanges were recorded`);
  assert.ok(tally.interrupted > 0, 'exchanges without an end are shown as interrupted');
  // The long suite holds it to two seconds; here other tests share the processors.
  assert.ok(tally.slowestReadyMs < 10_000, `ready again after ${tally.slowestReadyMs} ms`);
  const logged = loggedAttempts(directory);
  assert.equal(new Set(logged).size, logged.length, 'no attempt stands twice in usage.jsonl');
  context.diagnostic(JSON.stringify(tally));
});
