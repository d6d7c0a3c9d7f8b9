import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { loadConfig } from '../../config-io/load-config.ts';
import { openTerminal } from '../terminal.ts';
import { checkConfig, showConfig, showPath, type ConfigOptions } from './config.ts';

const home = mkdtempSync(join(tmpdir(), 'switchyard-config-'));
test.after(() => rmSync(home, { recursive: true, force: true }));
const file = join(home, 'switchyard.yaml');

async function run(act: typeof checkConfig, yaml: string | undefined, options: ConfigOptions = {}) {
  rmSync(file, { force: true });
  if (yaml !== undefined) writeFileSync(file, yaml);
  const environment = { SWITCHYARD_HOME: home, ZAI_API_KEY: 'VERYSECRET' };
  const loaded = await loadConfig({ flags: {}, environment, home, programRoot: home, machine: [] });
  const written = { stdout: '', stderr: '' };
  const terminal = openTerminal(
    {
      stdout: { write: (text) => (written.stdout += text) },
      stderr: { write: (text) => (written.stderr += text) },
    },
    environment,
  );
  const exitCode = act(loaded, options, terminal);
  return { exitCode, ...written };
}

test('check says what is wrong on stdout and ends with 1, or with 0 where nothing is', async () => {
  const wrong = await run(checkConfig, 'tiers: { haiku: zia }');
  assert.equal(wrong.exitCode, 1);
  assert.match(
    wrong.stdout,
    /^error: .*switchyard\.yaml:1:10: tiers\.haiku names a provider that is not configured/,
  );
  assert.match(wrong.stderr, /1 error, 0 warnings/);
  const right = await run(checkConfig, 'providers: { zai: }');
  assert.deepEqual([right.exitCode, right.stdout], [0, '']);
  assert.match(right.stderr, /switchyard\.yaml: fine/);
  const warned = await run(checkConfig, 'providers: { openrouter: }');
  assert.equal(warned.exitCode, 0);
  assert.match(warned.stdout, /^warning: /);
});

test('check --json is one JSON document', async () => {
  const { stdout } = await run(checkConfig, 'nonsense: 1', { json: true });
  const document = JSON.parse(stdout);
  assert.equal(document.valid, false);
  assert.deepEqual(document.problems[0].path, ['nonsense']);
  assert.equal(document.problems[0].source.line, 1);
});

test('path names the file, and says on stderr when there is none', async () => {
  assert.deepEqual(await run(showPath, undefined), {
    exitCode: 0,
    stdout: `${file}\n`,
    stderr: 'There is no such file: the built-in defaults hold.\n',
  });
});

test('show gives each setting, with --provenance where it comes from, and never a secret', async () => {
  const yaml = 'providers: { zai: }\ntiers: { haiku: zai/glm-4.7 }';
  const { exitCode, stdout } = await run(showConfig, yaml, { provenance: true });
  assert.equal(exitCode, 0);
  assert.match(stdout, /^tiers\.haiku: "zai\/glm-4\.7" {2}# .*switchyard\.yaml:2:10$/m);
  assert.match(
    stdout,
    /^providers\.zai\.auth: .*"env:ZAI_API_KEY"} \(present\) {2}# built in \(provider zai\)$/m,
  );
  const json = await run(showConfig, yaml, { json: true });
  assert.equal(JSON.parse(json.stdout).secrets['env:ZAI_API_KEY'], 'present');
  for (const text of [stdout, json.stdout, json.stderr]) assert.ok(!text.includes('VERYSECRET'));
});

test('a secret written into the file by mistake is shown by no command', async () => {
  for (const yaml of [
    'providers: { zai: { auth: { secret: VERYSECRET } } }',
    'providers: { zai: { auth: VERYSECRET } }',
    'providers: { zai: { proxy: "http://me:VERYSECRET@proxy" } }',
    'default: VERYSECRET',
    'providers: { zai: { key: VERYSECRET } }',
    'key: VERYSECRET',
    'a: [VERYSECRET\nb',
  ]) {
    for (const act of [checkConfig, showConfig]) {
      for (const options of [{}, { json: true }, { provenance: true }]) {
        const { exitCode, stdout, stderr } = await run(act, yaml, options);
        assert.equal(exitCode, 1, yaml);
        assert.ok(!(stdout + stderr).includes('VERYSECRET'), `${yaml}\n${stdout}`);
      }
    }
  }
});
