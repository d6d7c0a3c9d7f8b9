import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, test } from 'node:test';
import { isProcessAlive } from '../../admin-client/gateway-note.ts';
import type { ChainEntry, EntryService, HttpEntry, ServiceCommand } from '../../domain/chain.ts';
import { Secret } from '../../lib/secret.ts';
import { freePort } from '../../../test/support/free-port.ts';
import { until } from '../../../test/support/until.ts';
import { ChainSupervisor, type ChainSupervisorInput } from './chain-supervisor.ts';
import type { EntryReport } from '../service-report.ts';

const SERVICE = fileURLToPath(new URL('scripted-service.test-data.ts', import.meta.url));

let state: string;
let open: ChainSupervisor[] = [];
const told: EntryReport[] = [];

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'switchyard-chain-'));
  told.length = 0;
});

afterEach(async () => {
  await Promise.all(open.map((each) => each.close()));
  open = [];
  await rm(state, { recursive: true, force: true });
});

function supervisor({ clocks }: Pick<ChainSupervisorInput, 'clocks'> = {}): ChainSupervisor {
  const made = new ChainSupervisor({
    stateDirectory: state,
    home: state,
    environment: {
      PATH: process.env['PATH'],
      HOME: state,
      ZAI_API_KEY: 'CANARY',
      NODE_OPTIONS: '--no-warnings',
    },
    gatewayUrl: () => 'http://127.0.0.1:1',
    onChange: (report) => told.push(report),
    clocks: { checkEvery: 30, startLook: 20, stopGrace: 400, stuckAfter: 3, ...clocks },
    policy: { firstWait: 10, longestWait: 20, limit: 3, window: 60_000 },
    random: () => 0.5,
  });
  open.push(made);
  return made;
}

async function entry(
  id: string,
  how: readonly string[],
  changes: Partial<HttpEntry> = {},
): Promise<HttpEntry> {
  const port = await freePort();
  const start: ServiceCommand = { kind: 'words', words: [process.execPath, SERVICE, '{port}', ...how] };
  return {
    kind: 'http',
    id,
    name: id,
    side: 'before',
    enabled: true,
    url: `http://127.0.0.1:${port}`,
    healthPath: '/health',
    timeout: 10_000,
    authKey: undefined,
    extraHeaders: [],
    providers: [],
    modelPrefixes: [],
    service: { start, stop: undefined, environment: new Map() },
    ...changes,
  };
}

function withService(one: HttpEntry, changes: Partial<EntryService>): HttpEntry {
  assert.ok(one.service);
  return { ...one, service: { ...one.service, ...changes } };
}

/** Starting a program takes its time on a machine that is busy. */
function eventually<Found>(
  what: string,
  probe: () => Found | undefined | false,
  within = 20_000,
): Promise<Found> {
  return until(what, probe, within);
}

const chain = (...entries: ChainEntry[]) => ({ autostart: true, entries });
const get = async (url: string): Promise<unknown> => (await fetch(url)).json();
const reportOf = (made: ChainSupervisor, id: string): EntryReport =>
  made.reports().find((report) => report.id === id) ?? assert.fail(`no entry ${id}`);

test('services start from the far end, are waited for, and stop from the near end', async () => {
  const made = supervisor();
  const slow = await entry('far', ['slow=150'], { side: 'after' });
  await made.use(chain(await entry('near', []), await entry('middle', []), slow));
  const healthy = told.filter(({ health }) => health === 'healthy').map(({ id }) => id);
  assert.deepEqual(healthy, ['far', 'middle', 'near']);
  const pids = made.reports().map(({ pid }) => pid ?? 0);
  await made.down();
  const stopped = told.filter((report) => report.state === 'stopped').map(({ id }) => id);
  assert.deepEqual(stopped, ['near', 'middle', 'far']);
  assert.deepEqual(pids.map(isProcessAlive), [false, false, false]);
});

test('a service sees neither the keys of the gateway nor options for Node, but what its entry gives it', async () => {
  const made = supervisor();
  const first = await entry('first', []);
  const second = await entry('second', []);
  const environment = new Map([
    ['TARGET', new Secret('{next_url}/x {unknown}')],
    ['OWN_KEY', new Secret('own-key')],
  ]);
  await made.use(chain(withService(first, { environment }), second));
  const seen = (await get(`${first.url}/environment`)) as Record<string, string>;
  const { TARGET, OWN_KEY, HOME, ZAI_API_KEY, NODE_OPTIONS } = seen;
  assert.deepEqual(
    { TARGET, OWN_KEY, HOME, ZAI_API_KEY, NODE_OPTIONS },
    {
      TARGET: `${second.url}/x {unknown}`,
      OWN_KEY: 'own-key',
      HOME: state,
      ZAI_API_KEY: undefined,
      NODE_OPTIONS: undefined,
    },
  );
});

test('a service that falls is started again', async () => {
  const made = supervisor();
  const one = await entry('one', []);
  await made.use(chain(one));
  const { pid } = reportOf(made, 'one');
  await fetch(`${one.url}/die`).catch(() => undefined);
  await eventually('another run', () => {
    const report = reportOf(made, 'one');
    return report.health === 'healthy' && report.pid !== pid;
  });
  assert.equal(reportOf(made, 'one').restarts, 1);
});

test('a crash loop is given up, and a start by hand tries again', async () => {
  const made = supervisor();
  await made.use(chain(await entry('one', ['exits'])));
  const report = reportOf(made, 'one');
  assert.deepEqual([report.state, report.health, report.restarts], ['failed', 'unreachable', 4]);
  assert.equal(report.reason, 'ended with code 3');
  await made.start('one');
  assert.equal(reportOf(made, 'one').restarts, 8);
});

test('a command that is not there is told at once', async () => {
  const made = supervisor();
  const start: ServiceCommand = { kind: 'words', words: ['no-such-helper', '--port', '{port}'] };
  await made.use(
    chain(await entry('one', [], { service: { start, stop: undefined, environment: new Map() } })),
  );
  const report = reportOf(made, 'one');
  assert.deepEqual(
    [report.state, report.reason, report.restarts],
    ['failed', 'cannot be started: its command was not found', 1],
  );
});

test('a port that somebody else holds is told with his name, and nothing is started', async () => {
  const other = createServer((_, response) => response.writeHead(404).end());
  const one = await entry('one', []);
  await new Promise<void>((resolve) => other.listen(Number(new URL(one.url).port), '127.0.0.1', resolve));
  try {
    const made = supervisor();
    await made.use(chain(one));
    const { state: became, reason } = reportOf(made, 'one');
    assert.equal(became, 'failed');
    const owner = process.platform === 'linux' ? `[^ ]+ \\(pid ${process.pid}\\)` : '.+';
    const port = new URL(one.url).port;
    assert.match(reason, new RegExp(`port ${port} is taken by ${owner}, which answers 404 to /health`));
  } finally {
    other.close();
  }
});

test('a service that somebody else runs is used, watched, and replaced when it goes', async () => {
  const other = createServer((_, response) => response.end('ok'));
  const one = await entry('one', []);
  await new Promise<void>((resolve) => other.listen(Number(new URL(one.url).port), '127.0.0.1', resolve));
  const made = supervisor();
  await made.use(chain(one));
  assert.deepEqual([reportOf(made, 'one').state, reportOf(made, 'one').pid], ['external', undefined]);
  assert.match(reportOf(made, 'one').reason, /was running already, by/);
  other.close();
  other.closeAllConnections();
  await eventually('our own run', () => reportOf(made, 'one').state === 'running');
});

test('whatever ignores SIGTERM, or was started by the service, is gone after a stop', async () => {
  const made = supervisor();
  const how = ['ignores-term', 'grandchild', ...(process.platform === 'linux' ? ['runaway'] : [])];
  const one = await entry('one', how);
  await made.use(chain(one));
  const pids = (await get(`${one.url}/pids`)) as number[];
  assert.equal(pids.length, how.length);
  assert.ok(pids.every(isProcessAlive));
  await made.stop('one');
  await eventually('all of them to be gone', () => !pids.some(isProcessAlive), 5_000);
});

test('what a service leaves behind when it ends by itself is ended before it runs again', async () => {
  const made = supervisor();
  const one = await entry('one', ['grandchild']);
  await made.use(chain(one));
  const pids = (await get(`${one.url}/pids`)) as number[];
  await fetch(`${one.url}/die`).catch(() => undefined);
  await eventually(
    'another run',
    () => reportOf(made, 'one').restarts === 1 && reportOf(made, 'one').health === 'healthy',
  );
  assert.ok(!pids.some(isProcessAlive));
});

test('a service that stops answering is taken for stuck and started again', async () => {
  const made = supervisor({ clocks: { checkTimeout: 100 } });
  const one = await entry('one', []);
  await made.use(chain(one));
  process.kill(reportOf(made, 'one').pid ?? 0, 'SIGSTOP');
  await eventually('another run', () => reportOf(made, 'one').restarts === 1, 10_000);
});

test('one that never comes up is ended at its timeout, and its neighbours do not wait for ever', async () => {
  const made = supervisor({ clocks: { startPatience: 100 } });
  const never = await entry('never', ['unwell'], { timeout: 300 });
  await made.use(chain(await entry('near', []), never));
  await eventually('the neighbour to be well', () => reportOf(made, 'near').health === 'healthy');
  await eventually('its end', () =>
    reportOf(made, 'never').reason.startsWith('did not come up within 0.3 s: '),
  );
});

test('a service is stopped by its own command where it has one', async () => {
  const made = supervisor({ clocks: { stopGrace: 5_000 } });
  const one = await entry('one', ['ignores-term']);
  const stop: ServiceCommand = {
    kind: 'shell',
    text: `echo stopping {port}; ${process.execPath} -e 'fetch("{url}/die").catch(()=>{})'`,
  };
  const began = performance.now();
  await made.use(chain(withService(one, { stop })));
  await made.down();
  assert.ok(performance.now() - began < 4_000, 'nobody waited for the grace of a signal');
  assert.match(readFileSync(join(state, 'logs/chain/one.log'), 'utf8'), /stopping \d+/);
});

test('a flood into the log costs the log, which stays small', async () => {
  const made = supervisor();
  const one = await entry('one', ['floods']);
  await made.use(chain(one));
  await eventually('some checks under the flood', () => reportOf(made, 'one').checks.passed > 10);
  await made.down();
  await made.close();
  const file = join(state, 'logs/chain/one.log');
  assert.ok(statSync(file).size < 3 * 1024 * 1024);
  assert.match(readFileSync(file, 'latin1'), /bytes were left out/);
});

test('a new configuration touches only what it changes', async () => {
  const made = supervisor();
  const same = await entry('same', []);
  const moved = await entry('moved', []);
  const gone = await entry('gone', []);
  await made.use(chain(same, moved, gone));
  const before = Object.fromEntries(made.reports().map(({ id, pid }) => [id, pid ?? 0]));
  const elsewhere = { ...moved, url: (await entry('x', [])).url };
  await made.use(chain({ ...same, name: 'Renamed' }, elsewhere, await entry('fresh', [])));
  const after = Object.fromEntries(made.reports().map(({ id, pid }) => [id, pid ?? 0]));
  assert.deepEqual(Object.keys(after), ['same', 'moved', 'fresh']);
  assert.equal(after['same'], before['same']);
  assert.equal(reportOf(made, 'same').name, 'Renamed');
  assert.notEqual(after['moved'], before['moved']);
  assert.ok(!isProcessAlive(before['gone'] ?? 0) && !isProcessAlive(before['moved'] ?? 0));
  assert.ok(isProcessAlive(after['fresh'] ?? 0));
});

test('nothing starts by itself where autostart is off, and a wrapper is passive', async () => {
  const made = supervisor();
  const wrapper: ChainEntry = { kind: 'cli_wrapper', id: 'rtk', name: 'RTK', side: 'before', enabled: true };
  await made.use({ autostart: false, entries: [await entry('one', []), wrapper] });
  assert.deepEqual(
    made.reports().map(({ state: became, health }) => [became, health]),
    [
      ['stopped', 'unchecked'],
      ['external', 'passive'],
    ],
  );
  await made.up();
  assert.equal(reportOf(made, 'one').health, 'healthy');
});
