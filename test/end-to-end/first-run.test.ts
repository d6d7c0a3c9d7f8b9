/** What a new user does, from an empty home to a routed turn and back, with the very commands of the README. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createHome, type Finished, type Home } from '../../src/cli/cli-harness.test-data.ts';
import { call, message } from '../support/call.ts';
import { startScriptedUpstream, type ScriptedUpstream } from '../support/scripted-upstream.ts';

let home: Home;
let upstream: ScriptedUpstream;
let environment: Record<string, string> = {};

before(async () => {
  upstream = await startScriptedUpstream();
  home = await createHome();
  // A scripted provider stands in for all three tiers, by the variables that any provider can be set with.
  const tiers = ['HAIKU', 'SONNET', 'OPUS'].flatMap((tier) => [
    [`${tier}_PROVIDER_BASE_URL`, upstream.url],
    [`${tier}_PROVIDER_API_KEY`, 'a-key'],
  ]);
  environment = { ...Object.fromEntries(tiers), ZAI_API_KEY: 'a-secret-of-mine' };
});

after(async () => {
  await home.run(['stop']);
  await home.remove();
  await upstream.close();
});

async function run(...words: string[]): Promise<Finished> {
  const finished = await home.run(words, environment);
  assert.doesNotMatch(finished.stdout + finished.stderr, /a-secret-of-mine/);
  return finished;
}

async function done(...words: string[]): Promise<Finished> {
  const finished = await run(...words);
  assert.equal(finished.code, 0, `${words.join(' ')}: ${finished.stderr}${finished.stdout}`);
  return finished;
}

test('from an empty home to a routed turn and back', async () => {
  const config = join(home.path, 'switchyard.yaml');
  const settings = join(home.path, '.claude', 'settings.json');

  const first = await done('init', '--yes', '--offline');
  assert.match(first.stderr, /wrote .*switchyard\.yaml/);
  assert.equal(statSync(config).mode & 0o777, 0o600);
  assert.match(readFileSync(config, 'utf8'), /zai: \{ auth: \{ secret: env:ZAI_API_KEY \} \}/);
  assert.match((await done('init', '--yes', '--offline')).stderr, /stays as it is/);

  await done('start', '-d', '--port', '0');
  await done('connect', 'claude', '--yes', '--statusline');
  const { env } = JSON.parse(readFileSync(settings, 'utf8'));
  const body = message('claude-sonnet-4-5');
  const { status, headers } = await call(env.ANTHROPIC_BASE_URL, '/v1/messages', { body });
  assert.equal(status, 200);
  assert.match(String(headers['x-switchyard-decision']), /rule=tier/);

  const proof = await done('ok');
  assert.match(proof.stdout, /haiku[\s\S]*stored/);
  const examined = await run('doctor', '--json', '--offline');
  const findings = JSON.parse(examined.stdout) as { status: string; what: string }[];
  assert.deepEqual(
    findings.filter(({ status: found }) => found === 'fail'),
    [],
  );
  assert.ok(findings.some(({ what }) => /Claude Code points at/.test(what)));

  await done('disconnect', 'claude', '--yes');
  assert.equal(existsSync(join(home.path, '.claude')), false);
});
