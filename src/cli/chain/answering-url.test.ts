import assert from 'node:assert/strict';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { freePort } from '../../../test/support/free-port.ts';
import { createHome, type Home } from '../cli-harness.test-data.ts';

const SERVICE = fileURLToPath(
  new URL('../../chain/supervise/scripted-service.test-data.ts', import.meta.url),
);

let home: Home;
let gatewayPort: number;
let servicePort: number;

before(async () => {
  home = await createHome();
  [gatewayPort, servicePort] = [await freePort(), await freePort()];
  const command = JSON.stringify([process.execPath, SERVICE, '{port}', 'slow=600']);
  await writeFile(
    join(home.path, 'switchyard.yaml'),
    `server: { listen: "127.0.0.1:${gatewayPort}" }
chain:
  entries: [{ id: helper, name: Helper, port: ${servicePort}, service_cmd: ${command} }]
`,
  );
  await mkdir(join(home.path, 'bin'));
  await writeFile(join(home.path, 'bin', 'claude'), '#!/bin/sh\necho "base $ANTHROPIC_BASE_URL"\n');
  await chmod(join(home.path, 'bin', 'claude'), 0o755);
});

after(async () => {
  await home.run(['stop']);
  await home.remove();
});

const runClaude = () =>
  home.run(['run', '--port', String(gatewayPort), 'claude'], {
    PATH: `${join(home.path, 'bin')}:${process.env['PATH'] ?? ''}`,
  });

test('a client waits for the helper before the gateway, and is given its URL', async () => {
  const { stdout, stderr } = await runClaude();
  assert.match(stderr, /waiting for Helper to start …/);
  assert.match(stdout, new RegExp(`^base http://127\\.0\\.0\\.1:${servicePort}$`, 'm'));
});

test('past a helper that is down a client goes straight to the gateway, and that is said', async () => {
  await home.run(['chain', 'stop', 'helper', '--port', String(gatewayPort)]);
  const { stdout, stderr } = await runClaude();
  assert.match(stdout, new RegExp(`^base http://127\\.0\\.0\\.1:${gatewayPort}$`, 'm'));
  assert.match(
    stderr,
    /Helper \(http:\/\/127\.0\.0\.1:\d+\) is not answering: going straight to the gateway/,
  );
});
