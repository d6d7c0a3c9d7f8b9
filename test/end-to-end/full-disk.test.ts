/** A gateway whose log lies on a disk that is full. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createHome, LAUNCHER, type Home } from '../../src/cli/cli-harness.test-data.ts';
import { call, message } from '../support/call.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/until.ts';

const skip = !existsSync('/dev/full') && 'there is no full device here';

let home: Home;

before(async () => {
  home = await createHome();
  const provider = '{ base_url: "http://127.0.0.1:9", format: anthropic-messages, auth: none }';
  writeFileSync(join(home.path, 'switchyard.yaml'), `providers: { gone: ${provider} }\ndefault: gone\n`);
});
after(() => home.remove());

for (const [where, words] of [
  ['an output that was redirected', () => []],
  [
    'the file of --log-file',
    () => {
      const file = join(home.path, 'full.log');
      symlinkSync('/dev/full', file);
      return ['--log-file', file];
    },
  ],
] as const)
  test(`a full disk under ${where} costs the log, not the gateway`, { skip }, async () => {
    const port = await freePort();
    const full = openSync('/dev/full', 'a');
    const child = spawn(process.execPath, [LAUNCHER, 'start', '--port', String(port), ...words()], {
      cwd: home.path,
      stdio: ['ignore', full, full],
      env: { PATH: process.env['PATH'] ?? '', HOME: home.path, SWITCHYARD_HOME: home.path },
    });
    closeSync(full);
    const ended = once(child, 'exit');
    try {
      const url = `http://127.0.0.1:${port}`;
      const health = () =>
        call(url, '/health', { method: 'GET' }).then(
          ({ status }) => status,
          () => 0,
        );
      await until('the gateway', async () => child.exitCode !== null || (await health()) === 200);
      for (let count = 0; count < 3; count += 1) {
        const { status } = await call(url, '/v1/messages', { body: message('glm-5') });
        assert.equal(status, 502);
      }
      assert.equal(await health(), 200);
    } finally {
      child.kill('SIGTERM');
      assert.deepEqual(await ended, [0, null]);
    }
  });
