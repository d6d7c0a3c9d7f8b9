import assert from 'node:assert/strict';
import test from 'node:test';
import type { Client } from '../domain/client.ts';
import { identifyClient } from './index.ts';

function identify(headers: Readonly<Record<string, string>>): Client {
  return identifyClient(Object.entries(headers).flat());
}

const NOTHING_MORE = { session: undefined, agentId: undefined, agentType: undefined };

test('Claude Code is known by its user agent and session, and names its subagents', () => {
  assert.deepEqual(
    identify({
      'User-Agent': 'claude-cli/2.1.328 (external, sdk-cli)',
      'x-app': 'cli',
      'X-Claude-Code-Session-Id': 's-1',
      'x-claude-code-agent-id': 'a-7',
      'x-claude-code-agent-type': 'Explore',
    }),
    { name: 'claude-code', version: '2.1.328', session: 's-1', agentId: 'a-7', agentType: 'Explore' },
  );
  assert.equal(identify({ 'user-agent': 'claude-code/2.1.328' }).name, 'claude-code');
  assert.equal(identify({ 'user-agent': 'claude-cli/1.0.44 (external, cli)' }).name, 'claude-code');
});

test("a borrowed claude-cli user agent without Claude Code's session header is Qwen Code", () => {
  assert.deepEqual(identify({ 'User-Agent': 'claude-cli/0.24.4 (external, cli)', 'x-app': 'cli' }), {
    name: 'qwen-code',
    version: '0.24.4',
    ...NOTHING_MORE,
  });
  const claude = { 'user-agent': 'claude-cli/0.24.4', 'x-claude-code-session-id': 's' };
  assert.equal(identify(claude).name, 'claude-code');
});

test("an opencode subagent belongs to its parent's session", () => {
  const userAgent = 'opencode/1.18.33 ai-sdk/provider-utils/4.0';
  assert.deepEqual(identify({ 'user-agent': userAgent, 'x-session-id': 'main' }), {
    name: 'opencode',
    version: '1.18.33',
    ...NOTHING_MORE,
    session: 'main',
  });
  assert.deepEqual(
    identify({ 'user-agent': userAgent, 'x-session-id': 'sub', 'x-parent-session-id': 'main' }),
    {
      name: 'opencode',
      version: '1.18.33',
      session: 'main',
      agentId: 'sub',
      agentType: undefined,
    },
  );
});

test('Codex is known by user agent or originator, and its subagents by their header', () => {
  assert.deepEqual(
    identify({
      'user-agent': 'codex_exec/0.169.0 (Debian 13; x86_64)',
      originator: 'codex_exec',
      'session-id': 's',
      'thread-id': 't',
    }),
    { name: 'codex', version: '0.169.0', session: 's', agentId: undefined, agentType: undefined },
  );
  const subagent = { originator: 'codex_vscode', 'thread-id': 't2', 'x-openai-subagent': 'collab_spawn' };
  assert.deepEqual(identify(subagent), {
    name: 'codex',
    version: undefined,
    session: 't2',
    agentId: 't2',
    agentType: 'collab_spawn',
  });
});

test('Copilot is told from the SDK it is built on by its initiator header', () => {
  const sdk = { 'user-agent': 'OpenAI/JS 5.20.1' };
  assert.deepEqual(identify({ ...sdk, 'x-initiator': 'user' }), {
    name: 'copilot',
    version: undefined,
    ...NOTHING_MORE,
  });
  assert.equal(identify({ ...sdk, 'x-initiator': 'agent' }).agentType, 'agent');
  assert.equal(identify({ ...sdk, 'x-initiator': 'agent' }).agentId, undefined);
});

for (const [userAgent, name, version] of [
  ['QwenCode/0.24.4 (linux; x64)', 'qwen-code', '0.24.4'],
  ['GeminiCLI-tui/0.61.0/gemini-3-pro (linux; x64)', 'gemini-cli', '0.61.0'],
  ['openclaw/2026.9.6', 'openclaw', '2026.9.6'],
  ['hermes-agent/0.9', 'hermes', '0.9'],
  ['GitHubCopilotChat/0.30.1', 'copilot', '0.30.1'],
  ['Anthropic/JS 0.91.1', 'anthropic-sdk', '0.91.1'],
  ['AsyncAnthropic/Python 1.2.0', 'anthropic-sdk', '1.2.0'],
  ['OpenAI/JS 7.15.0', 'openai-sdk', '7.15.0'],
  ['AsyncOpenAI/Python 2.0.0', 'openai-sdk', '2.0.0'],
  ['curl/8.14.1', 'other', undefined],
  ['not claude-cli/2.1.0', 'other', undefined],
  ['', 'other', undefined],
] as const) {
  test(`the user agent "${userAgent}" means ${name}`, () => {
    assert.deepEqual(identify({ 'user-agent': userAgent }), { name, version, ...NOTHING_MORE });
  });
}

test('no user agent at all means other', () => {
  assert.equal(identifyClient([]).name, 'other');
});

test('an empty id is none, and an endless one is cut', () => {
  const userAgent = 'claude-cli/2.1.328';
  assert.equal(identify({ 'user-agent': userAgent, 'x-claude-code-agent-id': '' }).agentId, undefined);
  const long = identify({ 'user-agent': userAgent, 'x-claude-code-session-id': 'x'.repeat(10_000) });
  assert.equal(long.session?.length, 200);
});
