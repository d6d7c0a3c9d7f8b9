/**
 * What `npm pack` makes, installed as a user would: into an empty folder, without install scripts. Needs the registry
 * (or npm's cache) for the dependencies, so it is a suite of its own: `npm run test:package`.
 */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { call } from '../support/call.ts';
import { startProgram } from '../support/program.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'switchyard-package-'));
const prefix = join(folder, 'global');
const isWindows = process.platform === 'win32';

/** The tarball; what is larger than this holds something a user does not need. */
const MAX_PACKED_BYTES = 1_500_000;
const MAX_INSTALLED_BYTES = 60_000_000;
const INSTALL_MS = 110_000;

const environment: Record<string, string> = {
  ...definedVariables([
    'PATH',
    'SystemRoot',
    'APPDATA',
    'LOCALAPPDATA',
    'npm_config_registry',
    'npm_config_cache',
  ]),
  HOME: folder,
  USERPROFILE: folder,
  SWITCHYARD_STATE_DIR: join(folder, 'state'),
};

/** What `npm pack --json` says. */
const PACKED = z.tuple([
  z.object({ filename: z.string(), size: z.number(), files: z.array(z.object({ path: z.string() })) }),
]);

let files: readonly string[] = [];
let packedBytes = 0;

before(async () => {
  const packed = await npm(['pack', '--json', '--pack-destination', folder], root);
  const [manifest] = PACKED.parse(JSON.parse(packed.slice(packed.indexOf('['))));
  files = manifest.files.map(({ path }) => path);
  packedBytes = manifest.size;
  const tarball = join(folder, manifest.filename);
  await npm(['install', '--global', '--prefix', prefix, '--ignore-scripts', tarball], folder);
});

after(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('the package is small and holds no source, test or tool', () => {
  const strange = files.filter(
    (file) =>
      !/^(bin\/|dist\/|docs\/|scripts\/windows\/|package\.json$|\.env\.example$|[A-Z]+(\.md)?$)/.test(file) ||
      /\.test\.|test-data|\.ts$/.test(file),
  );
  assert.deepEqual(strange, []);
  assert.ok(packedBytes < MAX_PACKED_BYTES, `${packedBytes} bytes packed`);
});

test('what it installs needs no install script and brings no runtime of its own', () => {
  const modules = join(installed(), 'node_modules');
  assert.deepEqual(
    readdirSync(modules).filter((name) => name.startsWith('node-')),
    [],
  );
  assert.ok(sizeOf(prefix) < MAX_INSTALLED_BYTES, `${sizeOf(prefix)} bytes installed`);
});

test('the installed command says its version', async () => {
  const { stdout } = await run(process.execPath, [launcher(), 'version'], { env: environment, cwd: folder });
  assert.match(stdout, /\d+\.\d+\.\d+/);
});

test('the installed gateway starts, answers and ends', { timeout: INSTALL_MS }, async () => {
  const gateway = await startProgram({
    command: process.execPath,
    arguments: [launcher(), 'start', '--port', '0'],
    environment,
    workingDirectory: folder,
  });
  try {
    const health = await call(gateway.url, '/health', { method: 'GET' });
    assert.equal(health.status, 200);
    const stats = await call(gateway.url, '/api/stats', { method: 'GET' });
    assert.match(stats.body.toString(), /"total_requests":0\b/);
  } finally {
    await gateway.stop();
  }
  assert.equal(await gateway.ended, 0);
});

test('the installed demo routes, cascades and accounts', async () => {
  const { stdout } = await run(process.execPath, [launcher(), 'demo'], { env: environment, cwd: folder });
  assert.match(stdout, /haiku/);
});

test('an older Node gets one line that says what is needed', async (context) => {
  const old = await findOldNode();
  if (old === undefined) {
    context.diagnostic('no Node older than 24 on PATH; the launcher’s own tests cover the message');
    return;
  }
  const said = spawnSync(old, [launcher(), 'version'], { env: environment, encoding: 'utf8' });
  assert.equal(said.status, 2);
  assert.match(said.stderr, /^switchyard: needs Node 24 or newer, but this is v\d+\.[^\n]*\n$/);
});

async function npm(words: readonly string[], cwd: string): Promise<string> {
  const { stdout } = await run('npm', [...words, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd,
    env: { ...process.env, HOME: process.env['HOME'] ?? folder },
    shell: isWindows,
    timeout: INSTALL_MS,
    maxBuffer: 16 * 1024 * 1024,
  });
  return stdout;
}

function installed(): string {
  return isWindows
    ? join(prefix, 'node_modules', 'switchyard')
    : join(prefix, 'lib', 'node_modules', 'switchyard');
}

function launcher(): string {
  return join(installed(), 'bin', 'switchyard.cjs');
}

async function findOldNode(): Promise<string | undefined> {
  const own = dirname(process.execPath);
  const directories = (process.env['PATH'] ?? '').split(delimiter).filter((path) => path !== own);
  for (const directory of directories) {
    const node = join(directory, isWindows ? 'node.exe' : 'node');
    if (!existsSync(node)) continue;
    const { stdout } = await run(node, ['--version']);
    if (Number.parseInt(stdout.slice(1), 10) < 24) return node;
  }
  return undefined;
}

function sizeOf(path: string): number {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

function definedVariables(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
