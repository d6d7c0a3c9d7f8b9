import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createHome, type Home } from '../cli-harness.test-data.ts';

const YAML = `# mine
server: { listen: "127.0.0.1:0" }
providers:
  zai: {}   # cheap
tiers:
  haiku: zai/glm-4.7
`;

const KEY = { ZAI_API_KEY: 'a-key-of-the-test' };

async function withHome(act: (home: Home, file: string) => Promise<void>): Promise<void> {
  const home = await createHome();
  const file = join(home.path, 'switchyard.yaml');
  writeFileSync(file, YAML);
  try {
    await act(home, file);
  } finally {
    await home.remove();
  }
}

test('without a gateway the file is changed, its versions are listed, and the way back works', async () => {
  await withHome(async (home, file) => {
    const set = await home.run(['config', 'set', 'tiers.opus', '[zai, anthropic]'], KEY);
    assert.equal(set.code, 0, set.stderr);
    assert.match(set.stderr, /no gateway runs with this file/);
    assert.equal(readFileSync(file, 'utf8'), `${YAML}  opus: [zai, anthropic]\n`);
    const got = await home.run(['config', 'get', 'tiers.opus', '--json'], KEY);
    assert.deepEqual([JSON.parse(got.stdout), got.code], [['zai', 'anthropic'], 0]);
    assert.equal((await home.run(['config', 'unset', 'tiers.haiku'], KEY)).code, 0);
    const history = await home.run(['config', 'history', '--json'], KEY);
    assert.deepEqual(
      JSON.parse(history.stdout).map(({ number, current }: Record<string, unknown>) => [number, current]),
      [
        [1, false],
        [2, false],
        [3, true],
      ],
    );
    assert.equal((await home.run(['config', 'rollback', '1'], KEY)).code, 0);
    assert.equal(readFileSync(file, 'utf8'), YAML);
    assert.equal((await home.run(['config', 'rollback', '77'], KEY)).code, 2);
  });
});

test('what would be refused is not written, and a variable that wins is named', async () => {
  await withHome(async (home, file) => {
    const refused = await home.run(['config', 'set', 'tiers.opus', 'nobody/x'], KEY);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /nothing was written[\s\S]*names a provider that is not configured/);
    assert.equal(readFileSync(file, 'utf8'), YAML);
    assert.equal((await home.run(['config', 'set', 'tiers..opus', 'zai'])).code, 2);
    const overridden = await home.run(['config', 'set', 'tiers.opus', 'zai'], {
      ...KEY,
      SWITCHYARD_OPUS: 'anthropic',
    });
    assert.match(overridden.stderr, /SWITCHYARD_OPUS wins over the file for tiers\.opus/);
  });
});

test('edit takes over what the editor left, and keeps what it refuses', async () => {
  await withHome(async (home, file) => {
    const editor = (script: string) => ({ ...KEY, VISUAL: `node -e '${script}'` });
    const append = 'require("fs").appendFileSync(process.argv[1], "  sonnet: zai\\n")';
    assert.equal((await home.run(['config', 'edit'], editor(append))).code, 0);
    assert.equal(readFileSync(file, 'utf8'), `${YAML}  sonnet: zai\n`);
    const spoil = 'require("fs").writeFileSync(process.argv[1], "tiers: 5")';
    const refused = await home.run(['config', 'edit'], editor(spoil));
    const draft = /what you wrote is kept in (\S+)/.exec(refused.stderr)?.[1] ?? '';
    assert.equal(readFileSync(draft, 'utf8'), 'tiers: 5');
    assert.equal(readFileSync(file, 'utf8'), `${YAML}  sonnet: zai\n`);
  });
});

test('with a gateway the change is confirmed by it, and a start with a broken file names the last good copy', async () => {
  await withHome(async (home, file) => {
    const gateway = home.start(['start'], KEY);
    await gateway.said(/listening/);
    const set = await home.run(['config', 'set', 'server.max_exchanges', '7'], KEY);
    assert.match(set.stderr, /in force on http:\/\/127\.0\.0\.1:\d+ \(version [0-9a-f]{12}\)/);
    const listen = await home.run(['config', 'set', 'server.listen', '127.0.0.1:1'], KEY);
    assert.match(listen.stderr, /a restart is needed for server\.listen/);
    assert.match((await home.run(['status'], KEY)).stdout, /restart +needed for server\.listen/);
    writeFileSync(file, 'tiers: 5\n');
    gateway.child.kill('SIGTERM');
    await gateway.finished;
    const broken = await home.run(['start'], KEY);
    assert.equal(broken.code, 2);
    const back = /switchyard config rollback (\d+)/.exec(broken.stderr)?.[1] ?? '';
    assert.equal((await home.run(['config', 'rollback', back], KEY)).code, 0);
    assert.match(readFileSync(file, 'utf8'), /max_exchanges: 7[\s\S]*# cheap/);
  });
});

test('routes are listed with their origin, and set in the way the file writes them', async () => {
  await withHome(async (home, file) => {
    assert.equal((await home.run(['routes', 'set', 'haiku', 'zai/glm-4.5-air, anthropic'], KEY)).code, 0);
    assert.equal((await home.run(['routes', 'set', 'background', 'zai/glm-4.5-air'], KEY)).code, 0);
    const written = YAML.replace('zai/glm-4.7', '[zai/glm-4.5-air, anthropic]');
    assert.equal(readFileSync(file, 'utf8'), `${written}tasks:\n  background: zai/glm-4.5-air\n`);
    const list = await home.run(['routes', 'list'], KEY);
    assert.match(list.stdout, /^haiku +zai\/glm-4\.5-air, anthropic {2}# .*switchyard\.yaml:6:3$/m);
    assert.match(list.stdout, /^sonnet +anthropic {2}# built in/m);
    assert.match(list.stdout, /^image +-$/m);
    assert.equal((await home.run(['routes', 'set', 'background', 'none'], KEY)).code, 0);
    assert.equal((await home.run(['routes', 'set', 'nothing', 'zai'], KEY)).code, 2);
  });
});

test('profiles are saved, put into use while a gateway runs, and handed to one client alone', async () => {
  await withHome(async (home, file) => {
    const gateway = home.start(['start'], KEY);
    try {
      const url = (await gateway.said(/listening (\S+)/))[1] ?? '';
      assert.equal((await home.run(['profile', 'save', 'usual'], KEY)).code, 0);
      assert.equal((await home.run(['routes', 'set', 'opus', 'zai/glm-4.7'], KEY)).code, 0);
      const used = await home.run(['profile', 'use', 'usual'], KEY);
      assert.match(used.stderr, /in force on/);
      assert.match((await home.run(['status'], KEY)).stdout, /profile +usual in use, of usual/);
      assert.equal((await home.run(['profile', 'list'], KEY)).stdout, 'usual  in use\n');
      assert.match(
        readFileSync(file, 'utf8'),
        /profiles:\n {2}usual:\n {4}tiers:\n {6}haiku: zai\/glm-4.7\n/,
      );
      const variables = await home.run(['env', '--shell', 'bash', '--profile', 'usual'], KEY);
      assert.ok(variables.stdout.includes(`${url}/p/usual`), variables.stdout + variables.stderr);
      assert.equal((await home.run(['env', '--profile', 'nowhere'], KEY)).code, 2);
      const inUse = await home.run(['profile', 'delete', 'usual'], KEY);
      assert.deepEqual(
        [inUse.code, /usual is in use\n {2}next: switchyard profile use/.test(inUse.stderr)],
        [1, true],
      );
      assert.equal((await home.run(['profile', 'use', 'none'], KEY)).code, 0);
      assert.equal((await home.run(['profile', 'delete', 'usual'], KEY)).code, 0);
      assert.equal((await home.run(['profile', 'use', 'usual'], KEY)).code, 2);
    } finally {
      gateway.child.kill('SIGKILL');
      await gateway.finished;
    }
  });
});
