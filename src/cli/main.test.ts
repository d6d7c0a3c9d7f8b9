import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { z } from 'zod';
import { removeGatewayNote, writeGatewayNote } from '../admin-client/gateway-note.ts';
import { createHome, type Home } from './cli-harness.test-data.ts';
import { demoConfiguration } from './demo/demo-script.ts';
import { startScriptedProvider, type ScriptedProvider } from './demo/scripted-provider.ts';

let home: Home;
let provider: ScriptedProvider;
let config = '';

before(async () => {
  home = await createHome();
  provider = await startScriptedProvider();
  config = join(home.path, 'demo.yaml');
  writeFileSync(config, demoConfiguration(provider.url));
});
after(async () => {
  await home.run(['stop']);
  await provider.close();
  await home.remove();
});

/** One that was free a moment ago: the tests need to name it before the gateway has it. */
async function freePort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return String(port);
}

const USAGE: readonly [string[], RegExp][] = [
  [['statsu'], /unknown command 'statsu'\n\(Did you mean status\?\)/],
  [['start', '--prot', '1'], /unknown option '--prot'\n\(Did you mean --port\?\)/],
  [['start', '--port', '70000'], /A port is a number from 0 to 65535/],
  [['run', 'emacs'], /Allowed choices are claude/],
  [['logs', '-n', 'x'], /Give a number of lines/],
  [['env', '--shell', 'tcsh'], /Allowed choices are bash, zsh, fish, pwsh/],
];

for (const [words, message] of USAGE)
  test(`"${words.join(' ')}" is a mistake of usage: exit 2, told on stderr only`, async () => {
    const { code, stdout, stderr } = await home.run(words);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, message);
  });

for (const words of [['status'], ['stop'], ['env'], ['ok']])
  test(`"${words.join(' ')}" without a gateway ends with 3 and names the command that starts one`, async () => {
    const { code, stdout, stderr } = await home.run([...words, '--port', '1']);
    assert.deepEqual([code, stdout], [3, '']);
    assert.match(stderr, /error: no gateway is running on port 1\n {2}next: switchyard start -d --port 1/);
  });

test('where a directory of ours cannot be made, it says which, why and what to do', async () => {
  const file = join(home.path, 'a-file');
  writeFileSync(file, '');
  const { code, stderr } = await home.run(['token'], { SWITCHYARD_STATE_DIR: join(file, 'state') });
  assert.equal(code, 1);
  assert.match(stderr, /error: \S+a-file\S* cannot be (written|opened)\n {2}A part of the path is a file/);
});

test('status --json says on stdout that nothing runs', async () => {
  const { code, stdout } = await home.run(['status', '--json', '--port', '1']);
  assert.deepEqual([code, JSON.parse(stdout)], [3, { schema: 1, running: false }]);
});

test('help lists every command and ends with 0', async () => {
  const { code, stdout } = await home.run([]);
  assert.equal(code, 0);
  for (const name of [
    'start',
    'stop',
    'restart',
    'status',
    'logs',
    'run',
    'env',
    'ok',
    'demo',
    'models',
    'config',
  ])
    assert.match(stdout, new RegExp(`^  ${name}\\b`, 'm'));
});

test('a configuration with a mistake ends start with 2, in the background too', async () => {
  const bad = join(home.path, 'bad.yaml');
  writeFileSync(bad, 'tiers: {haku: x}\n');
  for (const words of [['start'], ['start', '-d']]) {
    const { code, stderr } = await home.run([...words, '--config', bad, '--port', '0']);
    assert.equal(code, 2);
    assert.match(stderr, /bad\.yaml:1:9: tiers\.haku is not a known key\. Did you mean "haiku"\?/);
  }
});

test('a port held by a stranger is told with a free one to use instead', async () => {
  const stranger = createServer((_request, response) => response.end('hello'));
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
  const { port } = stranger.address() as AddressInfo;
  const { code, stderr } = await home.run(['start', '--port', String(port)]);
  stranger.close();
  assert.equal(code, 1);
  assert.match(stderr, new RegExp(`port ${port} on 127\\.0\\.0\\.1 is already taken`));
  if (process.platform === 'linux') assert.match(stderr, new RegExp(`\\(pid ${process.pid}\\)`));
  assert.match(stderr, /next: switchyard start --port \d+/);
});

test('a port held by a gateway of ours that is not understood is not told as a stranger’s', async () => {
  const older = createServer((_request, response) => response.end('{"service":"switchyard"}'));
  await new Promise<void>((resolve) => older.listen(0, '127.0.0.1', resolve));
  const { port } = older.address() as AddressInfo; // It listens on a port.
  const note = {
    pid: process.pid,
    port,
    url: `http://127.0.0.1:${port}`,
    entry: 'x',
    arguments: [],
    started_at: 0,
  };
  writeGatewayNote(join(home.path, 'state'), note);
  const { code, stderr } = await home.run(['start', '--port', String(port), '--host', '127.0.0.1']);
  older.close();
  removeGatewayNote(join(home.path, 'state'), note);
  assert.equal(code, 1, stderr);
  assert.match(stderr, new RegExp(`does not answer as this version does[^]*switchyard restart ${port}`));
});

test('a start in the background tells what its block would have: the way in for other machines, and warnings', async () => {
  const alone = await createHome();
  try {
    writeFileSync(
      join(alone.path, 'switchyard.yaml'),
      'providers: { zai: {} }\ntiers: { haiku: zai/glm-4.7 }\n',
    );
    assert.equal((await alone.run(['keys', 'create', 'laptop'])).code, 0);
    const { code, stderr } = await alone.run(['start', '-d', '--host', '0.0.0.0', '--port', '0']);
    assert.equal(code, 0, stderr);
    assert.match(
      stderr,
      /started http[^]* network {2}[^]* need a key: [^]* firewall [^]*warning .*ZAI_API_KEY/,
    );
  } finally {
    await alone.run(['stop']);
    await alone.remove();
  }
});

test('a gateway in the background: started, asked, used, restarted, stopped', async (context) => {
  const port = await freePort();
  const started = await home.run(['start', '-d', '--port', port, '--config', 'demo.yaml']);
  assert.equal(started.code, 0, started.stderr);
  const url = `http://127.0.0.1:${port}`;
  assert.equal(started.stdout, `listening ${url}\n`);

  await context.test('status tells the same to people and to programs', async () => {
    const text = await home.run(['status']);
    const json = await home.run(['status', '--json']);
    assert.deepEqual([text.code, json.code], [0, 0]);
    const shape = z.object({
      running: z.literal(true),
      pid: z.number(),
      configuration: z.object({ version: z.string(), path: z.string() }),
    });
    const { pid, configuration } = shape.parse(JSON.parse(json.stdout));
    for (const id of [String(pid), configuration.version, config, url, 'fast/glm-demo'])
      assert.ok(text.stdout.includes(id), id);
  });

  await context.test('into a pipe no escape sequence is written, unless colour is forced', async () => {
    assert.equal((await home.run(['status'])).stdout.includes('\u001b'), false);
    assert.ok((await home.run(['status'], { FORCE_COLOR: '1' })).stdout.includes('\u001b[32m'));
    for (const words of [
      ['--no-color', 'status'],
      ['status', '--no-color'],
    ])
      assert.equal((await home.run(words, { FORCE_COLOR: '1' })).stdout.includes('\u001b'), false);
  });

  await context.test('ok asks every tier and shows what served', async () => {
    const { code, stdout } = await home.run(['ok']);
    assert.match(stdout, /^haiku +fast +200 +claude-haiku-5-5 → glm-demo {2}\d+ → \d+ ms$/m);
    assert.match(stdout, /^opus +big +200 +claude-opus-5-5 → claude-opus-5-5 /m);
    assert.equal(code, 0);
  });

  await context.test('env prints lines that a shell can evaluate', async () => {
    const { stdout } = await home.run(['env', '--shell', 'bash']);
    assert.match(stdout, new RegExp(`^export ANTHROPIC_BASE_URL='${url}'$`, 'm'));
    assert.match(stdout, /^export ANTHROPIC_DEFAULT_HAIKU_MODEL='/m);
  });

  await context.test(
    'run starts the client in its environment and passes words and exit code on',
    async () => {
      const fake = join(home.path, 'claude');
      writeFileSync(fake, '#!/bin/sh\necho "$ANTHROPIC_BASE_URL $ANTHROPIC_MODEL $*"\nexit 7\n');
      chmodSync(fake, 0o755);
      const PATH = `${home.path}:${process.env['PATH']}`;
      const { code, stdout } = await home.run(['run', 'claude', 'haiku', '--', '-p', 'a b', '--no-color'], {
        PATH,
      });
      assert.deepEqual([code, stdout], [7, `${url} haiku -p a b --no-color\n`]);
    },
  );

  await context.test(
    'the same start again finds it; another configuration is refused and shown',
    async () => {
      const same = await home.run(['start', '--port', port, '--config', 'demo.yaml']);
      assert.equal(same.code, 0);
      assert.match(same.stderr, /already running: .* same configuration/);
      const other = await home.run(['start', '--port', port, '--config', 'demo.yaml', '--model', 'glm-5']);
      assert.equal(other.code, 1);
      assert.match(other.stderr, /\+ forced {3}every request goes to glm-5/);
    },
  );

  await context.test('the log holds what was said at start', async () => {
    const { code, stdout } = await home.run(['logs']);
    assert.equal(code, 0);
    assert.match(stdout, /^\[license\] plan=trial features=\[zai_offload\]$/m);
    assert.match(
      stdout,
      /^lanes: anth=https:\/\/api\.anthropic\.com .*fast=http:\/\/127\.0\.0\.1:\d+\/fast/m,
    );
  });

  await context.test('a restart comes back on the same port, as another process', async () => {
    const before = await home.run(['status', '--json']);
    const { code, stdout } = await home.run(['restart', port]);
    assert.deepEqual([code, stdout], [0, `listening ${url}\n`]);
    const afterwards = await home.run(['status', '--json']);
    const pidOf = (text: string): unknown => z.looseObject({}).parse(JSON.parse(text))['pid'];
    assert.notEqual(pidOf(before.stdout), pidOf(afterwards.stdout));
  });

  await context.test('stop ends it', async () => {
    assert.equal((await home.run(['stop'])).code, 0);
    assert.equal((await home.run(['status', '--port', port])).code, 3);
  });
});

test('the demo plays to its end, needs nothing and leaves nothing', async () => {
  const { code, stdout, stderr } = await home.run(['demo']);
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /shaky\/opus-preview \(529\), then big\/claude-opus-5-5 +200/);
  assert.match(stdout, /shaky\/unlucky-model +529/);
  assert.equal(stderr, '');
});

test('run without the client installed says so and starts no gateway', async () => {
  const { code, stderr } = await home.run(['run', 'claude'], { PATH: home.path + '/nowhere' });
  assert.equal(code, 1);
  assert.match(stderr, /claude was not found on PATH/);
  assert.equal((await home.run(['status', '--port', '1'])).code, 3);
});
