import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { text } from '../../../test/support/answers.ts';
import { startScriptedUpstream, type ScriptedUpstream } from '../../../test/support/scripted-upstream.ts';
import { createHome, type Finished } from '../cli-harness.test-data.ts';

let upstream: ScriptedUpstream;

before(async () => {
  upstream = await startScriptedUpstream({
    answer: text('ok', { input: 7, output: 3, cacheRead: 0, cacheWrite: 0 }),
  });
});

after(() => upstream.close());

/** Starts a gateway whose state `prepare` may spoil, and asks it `ok`. */
async function ok(more: string, prepare: (ledger: string) => void, words: string[] = []): Promise<Finished> {
  const home = await createHome();
  const ledger = join(home.path, 'own-ledger');
  mkdirSync(ledger, { mode: 0o700 });
  prepare(ledger);
  const config = join(home.path, 'ok.yaml');
  writeFileSync(
    config,
    `
providers: { near: { base_url: "${upstream.url}", format: anthropic-messages, auth: none } }
tiers: { haiku: near, sonnet: near, opus: near }
prices: { near: { input: 1, output: 2 } }
${more.replace('LEDGER', ledger)}
`,
  );
  const running = home.start(['start', '--config', config, '--port', '0']);
  const port = (await running.said(/listening http:\/\/127\.0\.0\.1:(\d+)/))[1] ?? '';
  const finished = await home.run(['ok', '--port', port, ...words]);
  await home.run(['stop', '--port', port]);
  await home.remove();
  return finished;
}

const PLAIN = 'store: { directory: "LEDGER" }';

test('ok shows the row of each probe as it is stored', async () => {
  const { code, stdout } = await ok(PLAIN, () => {});
  assert.equal(code, 0, stdout);
  const proofs = stdout.split('\n').filter((line) => line.includes('stored'));
  assert.equal(proofs.length, 3);
  for (const proof of proofs)
    assert.match(proof, /^ +stored [0-9a-z]+\.0: near 200, 7\/3 tokens, <?\$[\d.]+, in usage\.jsonl$/);
  const json = JSON.parse((await ok(PLAIN, () => {}, ['--json'])).stdout) as {
    ledger: string;
    row: { input_tokens: number; cost_usd: number; price: string };
  }[];
  assert.deepEqual(
    json.map(({ ledger, row }) => [ledger, row.input_tokens, row.cost_usd]),
    [1, 2, 3].map(() => ['stored', 7, 0.000_013]),
  );
});

test('ok fails where nothing was written down, although the answer was good', async () => {
  const { code, stdout } = await ok(PLAIN, (ledger) => {
    const newer = new DatabaseSync(join(ledger, 'ledger.sqlite3'));
    // A version to come has written here: this one must not touch it.
    newer.exec('CREATE TABLE x (y); PRAGMA user_version = 99; PRAGMA application_id = 0x73777961');
    newer.close();
  });
  assert.equal(code, 1);
  assert.match(stdout, /near +200 /);
  assert.match(stdout, /NOT stored: .*schema 99/);
});

test('ok says that nothing is kept where that is wanted, and does not fail', async () => {
  const { code, stdout } = await ok('store: { enabled: false }', () => {});
  assert.equal(code, 0);
  assert.match(stdout, /not stored: the ledger is switched off/);
});
