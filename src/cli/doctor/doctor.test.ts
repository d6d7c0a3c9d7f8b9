import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { createHome, type Home } from '../cli-harness.test-data.ts';
import { checkNode, checkYear, judgeDisk } from './check-program.ts';

interface Told {
  readonly check: string;
  readonly status: string;
  readonly what: string;
  readonly next: string | null;
  readonly fixed: boolean;
}

let home: Home;
beforeEach(async () => {
  home = await createHome();
});
afterEach(() => home.remove());

/** On a port where nothing can be, and without the network. */
async function doctor(words: readonly string[] = [], environment: Record<string, string> = {}) {
  const { code, stdout, stderr } = await home.run(
    ['doctor', '--json', '--offline', '--port', '1', ...words],
    environment,
  );
  assert.equal(stderr, '');
  return { code, findings: JSON.parse(stdout) as Told[] };
}

function configure(text: string): string {
  const file = join(home.path, 'switchyard.yaml');
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

test('on a fresh machine nothing fails, and it says how to start', async () => {
  const { code, findings } = await doctor();
  assert.equal(code, 0);
  assert.deepEqual(
    findings.filter(({ status }) => status === 'fail'),
    [],
  );
  assert.equal(findings.find(({ check }) => check === 'gateway')?.next, 'switchyard start -d');
});

test('a configuration that cannot be used is a failure, and so is a key that is not there', async () => {
  configure('tiers: { haiku: nowhere/x }');
  assert.equal((await doctor()).code, 5);
  configure('providers: { zai: {} }\ntiers: { haiku: zai/glm-4.7 }');
  const { findings } = await doctor();
  const missing = findings.find(({ check, status }) => check === 'credentials' && status === 'fail');
  assert.match(missing?.what ?? '', /env:ZAI_API_KEY is not set/);
  const set = await doctor([], { ZAI_API_KEY: 'not-to-be-shown' });
  assert.equal(set.code, 0);
  assert.doesNotMatch(JSON.stringify(set.findings), /not-to-be-shown/);
});

test('a service that is installed and does not run is told', async () => {
  const places: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
    linux: '.config/systemd/user/switchyard.service',
    darwin: 'Library/LaunchAgents/local.switchyard.plist',
    win32: 'state/autostart-task.xml',
  };
  const file = join(home.path, places[process.platform] ?? 'nowhere');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, 'an older one');
  // Whatever runs on this machine is not this home's: nothing of its service manager may be asked.
  const { findings } = await doctor([], { PATH: '' });
  assert.match(
    findings.find(({ check }) => check === 'service')?.what ?? '',
    /installed with .* does not run/,
  );
});

test('what others can read, and notes of gateways that are gone, are mended on request and only then', async () => {
  const config = configure('tiers: { haiku: anthropic }');
  chmodSync(config, 0o644);
  const note = join(home.path, 'state', 'gateways', '9.json');
  mkdirSync(join(home.path, 'state', 'gateways'), { recursive: true, mode: 0o700 });
  chmodSync(join(home.path, 'state'), 0o700);
  writeFileSync(note, '{"pid": 999999999}');
  const seen = await doctor();
  assert.deepEqual(
    seen.findings.filter(({ status }) => status === 'warn').map(({ check }) => check),
    ['file modes', 'notes', 'gateway'],
  );
  assert.equal(statSync(config).mode & 0o777, 0o644);
  const mended = await doctor(['--fix']);
  assert.deepEqual(
    mended.findings.filter(({ fixed }) => fixed).map(({ check }) => check),
    ['file modes', 'notes'],
  );
  assert.deepEqual([statSync(config).mode & 0o777, existsSync(note)], [0o600, false]);
});

test('a connected client whose settings lost our keys is told, and its receipt goes on request', async () => {
  configure('server: { listen: "127.0.0.1:1" }');
  const settings = join(home.path, '.claude', 'settings.json');
  assert.equal((await home.run(['connect', 'claude', '--yes'])).code, 0);
  const told = (await doctor()).findings.filter(({ check }) => check === 'clients');
  assert.match(told[0]?.what ?? '', /Claude Code points at http:\/\/127\.0\.0\.1:1/);
  writeFileSync(settings, readFileSync(settings, 'utf8').replace('127.0.0.1:1"', '127.0.0.1:2"'));
  assert.match(
    (await doctor()).findings.find(({ check }) => check === 'clients')?.next ?? '',
    /connect claude/,
  );
  writeFileSync(settings, '{}');
  const receipt = join(home.path, 'state', 'connect', 'claude.json');
  assert.match((await doctor()).findings.find(({ check }) => check === 'clients')?.what ?? '', /no longer/);
  assert.equal(existsSync(receipt), true);
  await doctor(['--fix']);
  assert.equal(existsSync(receipt), false);
});

test('a variable of the shell that leads past the gateway is told by name', async () => {
  const { findings } = await doctor([], {
    ANTHROPIC_BASE_URL: 'https://elsewhere.example',
    CLAUDE_CODE_USE_BEDROCK: '1',
  });
  const shell = findings.filter(({ check }) => check === 'shell').map(({ next }) => next);
  assert.deepEqual(shell, ['unset CLAUDE_CODE_USE_BEDROCK', 'unset ANTHROPIC_BASE_URL']);
});

test('Node, clock and disk are judged by figures', () => {
  assert.deepEqual(
    [checkNode('22.1.0').status, checkNode('24.0.0').status, checkYear(0).status, checkYear(1.8e12).status],
    ['fail', 'ok', 'fail', 'ok'],
  );
  assert.deepEqual(
    [1e6, 1e8, 1e10].map((free) => judgeDisk(free, '/x').status),
    ['fail', 'warn', 'ok'],
  );
});
