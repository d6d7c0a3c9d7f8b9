import assert from 'node:assert/strict';
import { existsSync, lstatSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { assembleConfig } from '../../config/layers/assemble.ts';
import { KNOWN_PROVIDERS } from '../../providers/known-providers.ts';
import { createHome, type Finished, type Home } from '../cli-harness.test-data.ts';
import { firstConfig, usualModel } from './first-config.ts';

let home: Home;
let file = '';
beforeEach(async () => {
  home = await createHome();
  file = join(home.path, 'switchyard.yaml');
});
afterEach(() => home.remove());

function init(words: readonly string[], environment: Record<string, string> = {}): Promise<Finished> {
  return home.run(['init', '--offline', ...words], environment);
}

test('whatever is chosen, the file is valid and holds no key', () => {
  for (const { name } of KNOWN_PROVIDERS.filter(({ name: known }) => known !== 'anthropic')) {
    const text = firstConfig({
      providers: [name],
      tiers: { haiku: `${name}/m`, opus: 'anthropic' },
      keys: {},
    });
    const environment = { values: {}, files: new Map<string, string>() };
    const { config, problems } = assembleConfig({ file: { path: 'a.yaml', text }, environment, flags: {} });
    assert.ok(config !== undefined, `${name}: ${JSON.stringify(problems)}`);
  }
  assert.equal(usualModel('zai', 'haiku'), 'glm-4.7');
  assert.notEqual(usualModel('zai', 'opus'), 'glm-4.7');
});

test('where nobody can be asked it names the flag, and writes nothing', async () => {
  const { code, stderr } = await init([]);
  assert.equal(code, 2);
  assert.match(stderr, /switchyard init --yes/);
  assert.equal(existsSync(file), false);
});

test('a provider with its key in the environment is taken, by the name of the variable', async () => {
  const { code, stdout, stderr } = await init(['--yes'], { DEEPSEEK_API_KEY: 'not-to-be-shown' });
  assert.equal(code, 0, stderr);
  const text = readFileSync(file, 'utf8');
  assert.match(text, /deepseek: \{ auth: \{ secret: env:DEEPSEEK_API_KEY \} \}/);
  assert.doesNotMatch(stdout + stderr + text, /not-to-be-shown/);
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('flags say which provider serves which tier, and where its key is', async () => {
  const words = ['--yes', '--provider', 'zai', '--sonnet', 'zai/glm-5', '--key-env', 'MY_KEY'];
  assert.equal((await init(words)).code, 0);
  const text = readFileSync(file, 'utf8');
  assert.match(text, /zai: \{ auth: \{ secret: env:MY_KEY \} \}/);
  assert.match(text, /^ {2}sonnet: "zai\/glm-5"$/m);
  assert.match(text, /^ {2}haiku: anthropic /m);
  const unknown = await init(['--yes', '--provider', 'nobody']);
  assert.deepEqual([unknown.code, /nobody is no provider/.test(unknown.stderr)], [2, true]);
});

test('a file that is there stays, unless it is to be replaced; then the old one is kept', async () => {
  writeFileSync(file, 'tiers: { haiku: anthropic } # mine\n');
  const kept = await init(['--yes']);
  assert.match(kept.stdout, /- tiers: \{ haiku: anthropic \} # mine/);
  assert.match(readFileSync(file, 'utf8'), /# mine/);
  assert.equal((await init(['--yes', '--force'])).code, 0);
  assert.doesNotMatch(readFileSync(file, 'utf8'), /# mine/);
  assert.match(readFileSync(`${file}.before-init`, 'utf8'), /# mine/);
});

test('the file of before the first init outlives a second one, a link stays a link, and what changes is shown', async () => {
  const real = join(home.path, 'dotfiles.yaml');
  writeFileSync(real, 'tiers: { haiku: anthropic } # mine\n');
  symlinkSync(real, file);
  assert.match((await init(['--yes'])).stderr, /--force replaces it/);
  assert.equal((await init(['--yes', '--force'])).code, 0);
  const again = await init(['--yes', '--force', '--provider', 'zai']);
  assert.match(again.stdout, /\+ {3}zai: \{ auth: \{ secret: env:ZAI_API_KEY \} \}/);
  assert.match(again.stderr, /kept as .*\.before-init\.2/);
  assert.match(readFileSync(`${file}.before-init`, 'utf8'), /# mine/);
  assert.ok(lstatSync(file).isSymbolicLink());
  assert.match(readFileSync(real, 'utf8'), /zai/);
});

test('what was found can be read by a program', async () => {
  const { stdout } = await init(['--json'], { ZAI_API_KEY: 'x' });
  assert.deepEqual(JSON.parse(stdout).keys, [{ provider: 'zai', variable: 'ZAI_API_KEY' }]);
});

test('import writes a file of ours once, says what it left out, and never touches the source', async () => {
  const source = join(home.path, 'old.env');
  const text =
    'HAIKU_PROVIDER_API_KEY=not-to-be-shown\nHAIKU_PROVIDER_BASE_URL=https://api.z.ai/api/anthropic\nODD=1\n';
  writeFileSync(source, text);
  const shown = await home.run(['import', source, '--dry-run']);
  assert.match(shown.stdout, /base_url: https:\/\/api\.z\.ai/);
  assert.match(shown.stderr, /left out: {3}ODD/);
  assert.equal(existsSync(file), false);
  const written = await home.run(['import', source]);
  assert.equal(written.code, 0, written.stderr);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const again = await home.run(['import', source]);
  assert.deepEqual([again.code, /exists/.test(again.stderr)], [1, true]);
  assert.equal(readFileSync(source, 'utf8'), text);
  assert.doesNotMatch(readFileSync(file, 'utf8') + written.stderr + shown.stdout, /not-to-be-shown/);
});
