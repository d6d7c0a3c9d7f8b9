/** The log of a gateway in the background: it says why each request went where it went, and does not grow for ever. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { text } from '../support/answers.ts';
import { call, message } from '../support/call.ts';
import { KEY_VARIABLE, oneProvider } from '../support/gateway.ts';
import { runCommand } from '../support/run-command.ts';
import { startScriptedUpstream, type ScriptedUpstream } from '../support/scripted-upstream.ts';
import { until } from '../support/until.ts';

const LAUNCHER = fileURLToPath(new URL('../../bin/switchyard.cjs', import.meta.url));

let upstream: ScriptedUpstream;
let home = '';
let directory = '';
let url = '';

const run = (words: string) =>
  runCommand(words.split(' '), {
    environment: environmentOf(home),
    workingDirectory: home,
  });

const environmentOf = (own: string): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: own,
  SWITCHYARD_HOME: own,
  XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  [KEY_VARIABLE]: 'key',
});

before(async () => {
  upstream = await startScriptedUpstream({ answer: text('hello') });
  home = await mkdtemp(join(tmpdir(), 'switchyard-operator-log-'));
  directory = join(home, 'state', 'logs', 'prod');
  const file = join(home, 'switchyard.yaml');
  await writeFile(file, `${oneProvider(upstream.url)}\nlog: { max_bytes: 20KiB }\n`);
  const { code, said } = await run(`start -d --config ${file} --port 0`);
  assert.equal(code, 0, said);
  url = /http:\/\/127\.0\.0\.1:\d+/.exec((await run('status')).said)?.[0] ?? '';
  assert.notEqual(url, '');
});
after(async () => {
  await run('stop');
  await upstream.close();
  await rm(home, { recursive: true, force: true, maxRetries: 3 });
});

/** All that was logged, old files first. */
async function logged(): Promise<{ readonly files: string[]; readonly lines: string[] }> {
  const names = (await readdir(directory)).filter((name) => name.startsWith('ccp.out'));
  const files = [...names.filter((name) => name !== 'ccp.out').toSorted(), 'ccp.out'];
  const pieces = await Promise.all(files.map((name) => readFile(join(directory, name))));
  const texts = pieces.map((bytes, index) =>
    (files[index]?.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString(),
  );
  return { files, lines: texts.join('').split('\n') };
}

test('a request is a line of JSON with the ids that stand in its answer', async () => {
  const { headers } = await call(url, '/v1/messages', { body: message('claude-haiku-4-5') });
  const exchange = String(headers['x-switchyard-exchange']);
  const line = await until('the line', async () =>
    (await logged()).lines.find((text) => text.includes(exchange)),
  );
  // A line of the log is one JSON object.
  const entry = JSON.parse(line) as Record<string, unknown>;
  assert.equal(entry['exchange'], exchange);
  assert.match(String(headers['x-switchyard-decision']), new RegExp(`id=${String(entry['decision'])}$`));
  assert.match(String(entry['evidence']), /haiku/);
  const { said } = await run('logs -n 5');
  assert.match(said, /\[Request\] claude-haiku-4-5 → standin\/claude-haiku-4-5 200 .*rule=tier/);
});

test('the file is put aside and compressed while the gateway runs, and every request is in one of them', async () => {
  const exchanges = new Set<string>();
  for (let round = 0; round < 20; round += 1) {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => call(url, '/v1/messages', { body: message('claude-opus-4-8') })),
    );
    for (const { headers } of answers) exchanges.add(String(headers['x-switchyard-exchange']));
  }
  assert.equal(exchanges.size, 400);
  const lines = await until('compressed files and no others, with a line of every request', async () => {
    // A file that is put aside between the listing and the reading is found by the next look.
    const { files, lines } = await logged().catch(() => ({ files: [], lines: [] }));
    const old = files.slice(0, -1);
    const isSettled = old.length > 0 && old.every((name) => name.endsWith('.gz'));
    const everything = lines.join('\n');
    return isSettled && [...exchanges].every((exchange) => everything.includes(exchange)) && lines;
  });
  for (const exchange of exchanges)
    assert.equal(lines.filter((line) => line.includes(exchange)).length, 1, exchange);
  const { said } = await run('logs -n 390 --json');
  assert.equal(said.trim().split('\n').length, 390, 'more than the newest file holds');
});

test('a log of one’s own choice, as a service has it, is put aside like any other', async () => {
  const path = join(home, 'own', 'gateway.log');
  const words = ['start', '--config', join(home, 'switchyard.yaml'), '--port', '0', '--log-file', path];
  const gateway = spawn(process.execPath, [LAUNCHER, ...words], {
    stdio: 'ignore',
    env: { ...environmentOf(home), SWITCHYARD_STATE_DIR: join(home, 'own-state') },
  });
  try {
    const own = await until(
      'the gateway',
      async () => /listening (http\S+)/.exec(await readFile(path, 'utf8').catch(() => ''))?.[1],
      15_000,
    );
    for (let round = 0; round < 6; round += 1)
      await Promise.all(
        Array.from({ length: 30 }, () => call(own, '/v1/messages', { body: message('claude-opus-4-8') })),
      );
    await until('a compressed file', async () =>
      (await readdir(join(home, 'own'))).some((name) => /^gateway\.log\..*\.gz$/.test(name)),
    );
  } finally {
    gateway.kill();
    await once(gateway, 'exit');
  }
});
