import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { freePort } from '../../../test/support/free-port.ts';
import { isProcessAlive } from '../../admin-client/gateway-note.ts';
import { createHome, type Home } from '../cli-harness.test-data.ts';

const SERVICE = fileURLToPath(
  new URL('../../chain/supervise/scripted-service.test-data.ts', import.meta.url),
);

let home: Home;
let gatewayPort: number;
let servicePort: number;

before(async () => {
  home = await createHome();
  gatewayPort = await freePort();
  servicePort = await freePort();
  const command = JSON.stringify([process.execPath, SERVICE, '{port}', 'grandchild']);
  await writeFile(
    join(home.path, 'switchyard.yaml'),
    `server: { listen: "127.0.0.1:${gatewayPort}" }
chain:
  autostart: false
  entries:
    # The one that is started here.
    - { id: helper, name: Helper, port: ${servicePort}, service_cmd: ${command} }
    - { id: rtk, name: RTK Terminal Compression, type: cli_wrapper }
`,
  );
});

after(async () => {
  await home.run(['stop']);
  await home.remove();
});

const WITHOUT_PORT = new Set(['logs', 'add', 'remove', 'enable', 'disable', 'move']);

/** Of the gateway of this test, whoever else listens on the usual port. */
const said = async (words: readonly string[], environment?: Record<string, string>) => {
  const port = WITHOUT_PORT.has(words[1] ?? '') ? [] : ['--port', String(gatewayPort)];
  const { code, stdout, stderr } = await home.run([...words, ...port], environment);
  return { code, text: stdout + stderr };
};

test('without a gateway the chain is shown as it is written, each entry asked from here', async () => {
  const { code, text } = await said(['chain', 'status']);
  assert.equal(code, 3, text);
  const file = join(home.path, 'switchyard.yaml');
  assert.ok(text.startsWith(`Chain entries (from ${file}):\n[1] Helper `), text);
  assert.match(text, /^\[1\] Helper .+ unreachable +before, refuses connections$/m);
  assert.match(text, /^\[2\] RTK Terminal Compression \(CLI wrapper — passive, no port\)$/m);
  assert.match(
    text,
    new RegExp(`^\\[3\\] Switchyard \\(this gateway\\) +http://127.0.0.1:${gatewayPort} +not running$`, 'm'),
  );
});

test('up starts the gateway and the services, under the old name as well, and status says how they fare', async () => {
  const up = await said(['proxies', 'up']);
  assert.equal(up.code, 0, up.text);
  assert.match(up.text, /started a gateway in the background/);
  assert.match(up.text, /^Helper {2}healthy$/m);
  const status = await said(['proxies', 'status']);
  assert.equal(status.code, 0, status.text);
  assert.match(status.text, /^\[1\] Helper .+ healthy +before, pid \d+, up /m);
  assert.match(status.text, /^\[3\] Switchyard \(this gateway\) .+ healthy$/m);
  assert.match(status.text, new RegExp(`^clients are given http://127.0.0.1:${servicePort}$`, 'm'));
});

test('a service is started anew, stopped and started by its id; a wrapper cannot be', async () => {
  const pid = async () => Number(/pid (\d+)/.exec((await said(['chain', 'status'])).text)?.[1]);
  const before = await pid();
  assert.equal((await said(['chain', 'restart', 'helper'])).code, 0);
  const again = await pid();
  assert.notEqual(again, before);
  assert.equal((await said(['chain', 'stop', 'helper'])).code, 0);
  assert.ok(!isProcessAlive(again));
  assert.match((await said(['chain', 'status'])).text, /^\[1\] Helper .+ stopped +before$/m);
  assert.equal((await said(['chain', 'start', 'helper'])).code, 0);
  const wrapper = await said(['chain', 'start', 'rtk']);
  assert.equal(wrapper.code, 2);
  assert.match(wrapper.text, /it has no server mode, so that there is nothing to run[^]*one of: helper/);
});

test('stats tell what RTK has saved where it is on PATH, and why not where it is not', async () => {
  const stats = await said(['chain', 'stats']);
  assert.match(stats.text, /^helper +[\d.]+ \w+ +0 +\d+ +0 +\d+ ms$/m);
  assert.match(stats.text, /^rtk: rtk is not on PATH$/m);
  const bin = join(home.path, 'bin');
  await mkdir(bin);
  const gain = JSON.stringify({
    summary: { total_commands: 89, total_saved: 355_800, avg_savings_pct: 93.4 },
  });
  await writeFile(join(bin, 'rtk'), `#!/bin/sh\n[ "$*" = "gain --format json" ] && echo '${gain}'\n`);
  await chmod(join(bin, 'rtk'), 0o755);
  const withRtk = await said(['chain', 'stats'], { PATH: `${bin}:${process.env['PATH'] ?? ''}` });
  assert.match(withRtk.text, /^rtk: rtk gain: 355\.8k tokens \(93 %\) of what 89 commands printed$/m);
});

test('logs show what a service printed', async () => {
  const { code, text } = await said(['chain', 'logs', 'helper', '-n', '5']);
  assert.equal(code, 0);
  assert.match(text, new RegExp(`^service on ${servicePort}$`, 'm'));
  assert.equal((await said(['chain', 'logs', 'nobody'])).code, 1);
});

test('entries are added, moved, switched and removed in the file, and the gateway follows', async () => {
  const file = join(home.path, 'switchyard.yaml');
  const added = await said(['chain', 'add', 'cliproxyapi', '--service-port', String(await freePort())]);
  assert.equal(added.code, 0, added.text);
  assert.equal((await said(['chain', 'move', 'cliproxyapi', 'up'])).code, 0);
  assert.equal((await said(['chain', 'disable', 'cliproxyapi'])).code, 0);
  assert.equal((await said(['chain', 'disable', 'helper'])).code, 0);
  const text = await readFile(file, 'utf8');
  assert.match(
    text,
    /# The one that is started here\.\n {4}- \{ id: helper, .+\n {4}- id: cliproxyapi\n[^]+ {4}- \{ id: rtk/,
  );
  const status = await said(['chain', 'status']);
  assert.match(status.text, /CLIProxyAPI .+ disabled +after/);
  assert.match(status.text, /Helper .+ disabled +before/);
  assert.match(status.text, new RegExp(`^clients are given http://127.0.0.1:${gatewayPort}$`, 'm'));
  assert.equal((await said(['chain', 'remove', 'cliproxyapi'])).code, 0);
  assert.equal((await said(['chain', 'enable', 'helper'])).code, 0);
  assert.ok(!(await readFile(file, 'utf8')).includes('cliproxyapi'));
  const wrong = await said(['chain', 'add', 'me', '--service-port', String(gatewayPort)]);
  assert.equal(wrong.code, 1);
  assert.match(wrong.text, /has the address of this gateway itself/);
});

test('start and stop without an id mean all services; env says when what stands before the gateway is silent', async () => {
  const stopped = await said(['proxies', 'stop']);
  assert.match(stopped.text, /The gateway itself goes on/);
  assert.match((await said(['env'])).text, /stands before the gateway and is not answering/);
  assert.match((await said(['proxies', 'start'])).text, /healthy/);
  assert.doesNotMatch((await said(['env'])).text, /not answering/);
});

test('a name that is no known helper needs to say where it answers', async () => {
  const { code, text } = await said(['chain', 'add', 'headrom']);
  assert.equal(code, 2);
  assert.match(
    text,
    /none of the helpers that are known here \(headroom, rtk, cliproxyapi\)[^]*--service-port/,
  );
});

test('down stops the services and leaves the gateway', async () => {
  await said(['chain', 'start', 'helper']);
  const down = await said(['chain', 'down']);
  assert.equal(down.code, 0, down.text);
  assert.match(down.text, /^Helper {2}stopped$/m);
  assert.equal((await said(['status'])).code, 0);
});
