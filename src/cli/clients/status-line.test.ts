import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { call, message } from '../../../test/support/call.ts';
import { startScriptedUpstream, type ScriptedUpstream } from '../../../test/support/scripted-upstream.ts';
import { until } from '../../../test/support/until.ts';
import { createHome, type Home } from '../cli-harness.test-data.ts';

const SESSION = 'aaaaaaaa-89ab-cdef-0123-456789abcdef';
let upstream: ScriptedUpstream;
let home: Home;
let url = '';
let command = '';

before(async () => {
  upstream = await startScriptedUpstream();
  home = await createHome();
  const provider = `near: { base_url: "${upstream.url}", format: anthropic-messages, auth: none }`;
  const prices = 'prices: { near: { input: 1000, output: 1000 } }';
  const tiers = 'tiers: { haiku: near/glm, sonnet: near, opus: near }';
  writeFileSync(join(home.path, 'switchyard.yaml'), `providers: { ${provider} }\n${tiers}\n${prices}\n`);
  const running = home.start(['start', '--port', '0']);
  url = (await running.said(/listening (http:\/\/\S+)/))[1] ?? '';
});

after(async () => {
  await home.run(['stop']);
  await home.remove();
  await upstream.close();
});

async function register(): Promise<void> {
  const connected = await home.run(['connect', 'claude', '--yes', '--statusline']);
  assert.equal(connected.code, 0, connected.stderr);
  const settings = JSON.parse(readFileSync(join(home.path, '.claude', 'settings.json'), 'utf8'));
  command = settings.statusLine.command;
}

async function ask(session: string): Promise<void> {
  const { status } = await call(url, '/v1/messages', {
    body: message('claude-haiku-4-5'),
    headers: { 'x-claude-code-session-id': session, 'user-agent': 'claude-cli/2.1.328 (external, cli)' },
  });
  assert.equal(status, 200);
}

/** What Claude Code does with the command, and what it sends. */
function statusLine(): string {
  const input = JSON.stringify({ session_id: SESSION, transcript_path: '/x', model: { id: 'claude-haiku' } });
  return spawnSync('/bin/sh', ['-c', command], { input, encoding: 'utf8' }).stdout;
}

test('while nobody registered a status line, nothing is written', async () => {
  await ask('bbbbbbbb-89ab-cdef-0123-456789abcdef');
  assert.ok(!existsSync(join(home.path, 'state', 'sessions')));
});

test('the line of a session tells what served it and what it cost, and adds up', async () => {
  await register();
  assert.equal(statusLine(), '');
  await ask(SESSION);
  const first = await until(
    'the line',
    () => /→ \S+ at near · .*\$(\d+\.\d+)/.exec(statusLine()) ?? undefined,
  );
  await ask(SESSION);
  await until('the second request in the line', () => {
    const cost = Number(/\$(\d+\.\d+)/.exec(statusLine())?.[1]);
    return Math.abs(cost - 2 * Number(first[1])) < 0.01 ? cost : undefined;
  });
});

test('the command itself, told of no session, prints nothing and fails nothing', async () => {
  const running = home.start(['statusline']);
  const { code, stdout } = await running.finished;
  assert.deepEqual([code, stdout], [0, '']);
});
