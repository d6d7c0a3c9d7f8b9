import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { freePort } from '../../../test/support/free-port.ts';
import { until } from '../../../test/support/until.ts';
import { createHome, type Home } from '../cli-harness.test-data.ts';
import { COMMANDS } from '../commands.ts';

let home: Home;

before(async () => {
  home = await createHome();
});
after(() => home.remove());

test('a dry run shows what would be written and run, and writes nothing', async () => {
  await writeFile(
    join(home.path, 'switchyard.yaml'),
    'providers: { zai: { auth: { secret: env:ZAI_TEST_KEY } } }\n',
  );
  const environment = { ZAI_TEST_KEY: 'CANARY-of-this-shell' };
  const { code, stdout, stderr } = await home.run(
    ['service', 'install', '--dry-run', '--log', 'my log.txt'],
    environment,
  );
  assert.equal(code, 0, stderr);
  assert.ok(stdout.includes(join(home.path, 'my log.txt')), stdout);
  assert.match(stdout, /switchyard\.cjs/);
  assert.ok(!(stdout + stderr).includes('CANARY'), 'a key in a service file');
  assert.match(stderr, /env:ZAI_TEST_KEY is set in this shell only: write it into .+\.env for the service/);
  const status = await home.run(['service', 'status']);
  assert.equal(status.code, 3);
  assert.match(status.stdout, /^not installed: /);
  const told = await home.run(['service', 'status', '--json']);
  const { installed, running } = JSON.parse(told.stdout);
  assert.deepEqual([told.code, installed, running], [3, false, false]);
  const uninstall = await home.run(['service', 'uninstall']);
  assert.equal(uninstall.code, 0);
  assert.match(uninstall.stderr, /no service is installed/);
});

test('a configuration that no gateway would start with is refused before anything is written', async () => {
  const { code, stderr } = await home.run(['service', 'install', '--config', 'not-there.yaml']);
  assert.equal(code, 2);
  assert.match(stderr, /would not start, and a service neither\n {2}\S+not-there\.yaml: .*does not exist/);
  assert.equal((await home.run(['service', 'status'])).code, 3);
});

test('a gateway that is started as a service writes everything it says into its log file', async () => {
  const file = join(home.path, 'logs', 'proxy.log');
  const port = await freePort();
  const { child, finished } = home.start(['start', '--port', String(port), '--log-file', file]);
  await until('the gateway to say where it listens', () => {
    try {
      return readFileSync(file, 'utf8').includes(`listening http://127.0.0.1:${port}`);
    } catch {
      return false; // It has not begun yet.
    }
  });
  child.kill('SIGTERM');
  const { code, stdout, stderr } = await finished;
  assert.deepEqual([code, stdout, stderr], [0, '', '']);
});

test('the scripts for Windows call commands that there are', () => {
  const directory = fileURLToPath(new URL('../../../scripts/windows', import.meta.url));
  const names = readdirSync(directory).toSorted();
  assert.deepEqual(names, [
    'install-autostart.ps1',
    'start-proxy.ps1',
    'status-proxy.ps1',
    'stop-proxy.ps1',
    'switchyard.ps1',
    'test-proxy.ps1',
  ]);
  const known = COMMANDS.map(({ name }) => name);
  for (const name of names) {
    const text = readFileSync(join(directory, name), 'utf8');
    const called = [...text.matchAll(/'switchyard\.ps1'\) (\w+)|\$words = @\('(\w+)'\)/g)].map(
      ([, one, other]) => one ?? other,
    );
    assert.equal(called.length > 0, name !== 'switchyard.ps1', name);
    for (const command of called) assert.ok(known.includes(command ?? ''), `${name} calls ${command}`);
  }
});
