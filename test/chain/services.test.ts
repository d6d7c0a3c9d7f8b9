/** The helper services of a real gateway: they live with it and die with it, however it dies. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { createAdminClient } from '../../src/admin-client/admin-client.ts';
import { isProcessAlive } from '../../src/admin-client/gateway-note.ts';
import { readAdminToken } from '../../src/admin-client/admin-token.ts';
import type { Chain } from '../../src/contract/chain.ts';
import { freePort } from '../support/free-port.ts';
import { startProgram, type RunningProgram } from '../support/program.ts';
import { until } from '../support/until.ts';

const SERVICE = fileURLToPath(
  new URL('../../src/chain/supervise/scripted-service.test-data.ts', import.meta.url),
);
const LAUNCHER = fileURLToPath(new URL('../../bin/switchyard.cjs', import.meta.url));

let home: string;
let port: number;

before(async () => {
  home = await mkdtemp(join(tmpdir(), 'switchyard-chain-'));
  port = await freePort();
  await writeFile(
    join(home, 'switchyard.yaml'),
    `
chain:
  entries:
    - id: helper
      name: Helper
      port: ${port}
      service_cmd: ["${process.execPath}", "${SERVICE}", "{port}", grandchild, runaway]
      service_env: { UPSTREAM: "{next_url}" }
`,
  );
});

after(() => rm(home, { recursive: true, force: true, maxRetries: 3 }));

function start(): Promise<RunningProgram> {
  return startProgram({
    command: process.execPath,
    arguments: [LAUNCHER, 'start', '--config', join(home, 'switchyard.yaml'), '--port', '0'],
    environment: {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      SWITCHYARD_HOME: home,
      XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
      ANTHROPIC_API_KEY: 'CANARY-KEY',
    },
    workingDirectory: home,
  });
}

function chainOf(gateway: RunningProgram): Promise<Chain> {
  const token = readAdminToken(home);
  return createAdminClient({ url: gateway.url, token }).call('chain');
}

/** The service, its child and the child that ran away into a session of its own. */
async function healthyService(
  gateway: RunningProgram,
): Promise<{ pids: number[]; entry: Chain['entries'][number] }> {
  const entry = await until(
    'the helper to be healthy',
    async () => (await chainOf(gateway)).entries.find(({ health }) => health === 'healthy'),
    10_000,
  );
  const answer = await fetch(`http://127.0.0.1:${port}/pids`);
  return { pids: (await answer.json()) as number[], entry };
}

test('a helper starts with the gateway, is told where to send on, and leaves nothing when the gateway stops', async () => {
  const gateway = await start();
  const { pids, entry } = await healthyService(gateway);
  assert.equal(pids.length, 3);
  assert.deepEqual([entry.service, entry.pid, entry.restarts], ['running', pids[0], 0]);
  const seen = (await (await fetch(`http://127.0.0.1:${port}/environment`)).json()) as Record<string, string>;
  assert.equal(seen['UPSTREAM'], gateway.url);
  assert.ok(!JSON.stringify(seen).includes('CANARY'), 'the key of the gateway');
  assert.match(gateway.output(), /\[Chain\] helper is healthy/);
  process.kill(gateway.processId, 'SIGTERM');
  assert.equal(await gateway.ended, 0);
  assert.deepEqual(
    pids.filter(isProcessAlive),
    process.platform === 'linux' ? [] : pids.slice(2).filter(isProcessAlive),
  );
});

test('a gateway that is killed leaves no orphan behind', async () => {
  const gateway = await start();
  const { pids } = await healthyService(gateway);
  await gateway.kill(); // Its whole process group.
  const group = process.platform === 'linux' ? pids : pids.slice(0, 2);
  await until('every process of the service to be gone', () => !group.some(isProcessAlive), 5_000);
});

test(
  'what is left when even the watcher was killed is ended by the next start',
  { skip: process.platform !== 'linux' },
  async () => {
    const first = await start();
    const { pids } = await healthyService(first);
    const watchdog = childrenOf(first.processId).find((pid) => commandOf(pid).includes('chain-watchdog'));
    assert.ok(watchdog !== undefined);
    process.kill(watchdog, 'SIGSTOP'); // Dead, it would be replaced.
    await first.kill();
    process.kill(watchdog, 'SIGKILL');
    assert.ok(pids.every(isProcessAlive), 'they were left over');
    const second = await start();
    try {
      const { entry } = await healthyService(second);
      assert.equal(entry.service, 'running');
      assert.ok(!pids.some(isProcessAlive));
    } finally {
      await second.stop();
    }
  },
);

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => statOf(pid)[1] === String(parent));
}

function statOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
  } catch {
    return []; // Gone between the two looks.
  }
}

function commandOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
}
