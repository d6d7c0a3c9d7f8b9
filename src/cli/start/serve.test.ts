import assert from 'node:assert/strict';
import { createServer, request, type ClientRequest, type Server } from 'node:http';
import { readdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { once } from 'node:events';
import { createAdminClient } from '../../admin-client/admin-client.ts';
import { readAdminToken } from '../../admin-client/admin-token.ts';
import { createHome, type Home, type Running } from '../cli-harness.test-data.ts';

let home: Home;
let silent: Server;

/** A provider that accepts requests and never answers. */
before(async () => {
  home = await createHome();
  silent = createServer(() => {});
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const provider = `{ base_url: "http://127.0.0.1:${port}", format: anthropic-messages, auth: none }`;
  const yaml = `providers: { silent: ${provider} }\ndefault: silent\nterminal: { mode: full }\n`;
  writeFileSync(join(home.path, 'switchyard.yaml'), yaml);
});
after(async () => {
  silent.closeAllConnections();
  silent.close();
  await home.remove();
});

async function startGateway(): Promise<{ running: Running; url: string }> {
  const running = home.start(['start', '--port', '0']);
  const [, url = ''] = await running.said(/listening (\S+)\n/);
  return { running, url };
}

/** A request that hangs at the provider; resolves when it has arrived there. */
async function hangingRequest(url: string, system = ''): Promise<ClientRequest> {
  const arrived = once(silent, 'request');
  const hanging = request(`${url}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  });
  hanging.on('error', () => {}); // It is cut; that is what the test is about.
  hanging.on('response', (response) => response.resume().on('error', () => {}));
  hanging.end(JSON.stringify({ model: 'm', max_tokens: 1, system, messages: [] }));
  await arrived;
  return hanging;
}

test('in the foreground it says what it does on stderr and only its address on stdout', async () => {
  const { running, url } = await startGateway();
  running.child.kill('SIGTERM');
  const { code, stdout, stderr } = await running.finished;
  assert.deepEqual([code, stdout], [0, `listening ${url}\n`]);
  assert.match(
    stderr,
    /switchyard \d+\.\d+\.\d+ {2}http:\/\/127\.0\.0\.1:\d+\n {2}config +\S+switchyard\.yaml/,
  );
  assert.match(stderr, /^lanes: anth=https:\/\/api\.anthropic\.com silent=http:\/\/127\.0\.0\.1:\d+$/m);
  assert.match(stderr, /^\[license\] plan=trial features=\[zai_offload\]$/m);
  assert.equal(stderr.includes('\u001b'), false);
});

test('an address nobody can listen on is a mistake that says what to put right', async () => {
  const alone = await createHome();
  try {
    await alone.run(['keys', 'create', 'laptop']);
    const { code, stderr } = await alone.run(['start', '--host', '192.0.2.77', '--port', '0']);
    assert.equal(code, 2);
    assert.match(stderr, /cannot listen: .*192\.0\.2\.77[\s\S]*no such address\.\n {2}next: /);
  } finally {
    await alone.remove();
  }
});

test('where the line shows it, it says which folder the client works in', async () => {
  const { running, url } = await startGateway();
  const hanging = await hangingRequest(
    url,
    '\n - Primary working directory: /home/me/my-project\n - Is a git',
  );
  hanging.destroy();
  running.child.kill('SIGTERM');
  const { code, stderr } = await running.finished;
  assert.equal(code, 0);
  assert.match(stderr, /"workspace":"my-project"/);
});

test('its note is gone when it has ended', async () => {
  assert.deepEqual(readdirSync(join(home.path, 'state', 'gateways')), []);
});

test('the admin API ends it with the token and not without, and answers before it does', async () => {
  const { running, url } = await startGateway();
  await assert.rejects(createAdminClient({ url }).call('shutdown'), /admin token/);
  const token = readAdminToken(join(home.path, 'state'));
  const answer = await createAdminClient({ url, token }).call('shutdown');
  assert.deepEqual(answer, { stopping: true, in_flight: 0 });
  assert.equal((await running.finished).code, 0);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  test(`a running request outlives the first ${signal} and not the second, within two seconds`, async () => {
    const { running, url } = await startGateway();
    await hangingRequest(url);
    running.child.kill(signal);
    await until503(url);
    const secondAt = performance.now();
    running.child.kill(signal);
    const { code, stderr } = await running.finished;
    assert.equal(code, signal === 'SIGINT' ? 130 : 143);
    assert.ok(performance.now() - secondAt < 2_000);
    assert.match(stderr, /finishing running requests/);
    assert.match(stderr, /\[Request\] m → silent\/m refused/, 'the cut request has its line');
  });

/** New connections are refused once draining has begun, and more than an echo of the signal has passed. */
async function until503(url: string): Promise<void> {
  const since = performance.now();
  for (;;) {
    const refused = await fetch(`${url}/ready`).then(
      ({ status }) => status === 503,
      () => true,
    );
    if (refused && performance.now() - since > 200) return;
  }
}

test('a gateway that listens only on an address of the network says so, although it tells nobody there who it is', async () => {
  const all = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  // Where a machine has no network, its own address does the same.
  const own = all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
  const config = join(home.path, 'network.yaml');
  writeFileSync(config, 'server: { client_keys: [{ name: one, secret: "env:CLIENT_KEY" }] }\n');
  const words = ['start', '--config', config, '--host', own, '--port', '0'];
  const running = home.start(words, { CLIENT_KEY: 'k'.repeat(40) });
  const [, host, port = ''] = await running.said(/listening http:\/\/([\d.]+):(\d+)\n/);
  const secret = { CLIENT_KEY: 'k'.repeat(40) };
  const again = await home.run([...words.slice(0, -1), port], secret);
  const set = await home.run(['config', 'set', '--config', config, 'tiers.haiku', 'anthropic'], secret);
  running.child.kill('SIGTERM');
  assert.equal((await running.finished).code, 0);
  assert.equal(host, own);
  assert.match(again.stderr, /already runs on \S+ \(pid \d+\)/);
  assert.match(set.stderr, /in force on/);
});
