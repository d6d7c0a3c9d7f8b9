import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CLIENT_SETUPS } from '../../connect/registry.ts';
import { createHome, type Finished, type Home } from '../cli-harness.test-data.ts';

let home: Home;
let port = '';
let url = '';
let settings = '';

const CONFIG = `
providers:
  near: { base_url: "http://127.0.0.1:9", format: anthropic-messages, auth: none, models: { glm: { context_window: 64000 } } }
tiers: { haiku: near/glm, sonnet: anthropic, opus: near }
`;

before(async () => {
  home = await createHome();
  settings = join(home.path, '.claude', 'settings.json');
  writeFileSync(join(home.path, 'switchyard.yaml'), CONFIG);
  const running = home.start(['start', '--port', '0']);
  port = (await running.said(/listening http:\/\/127\.0\.0\.1:(\d+)/))[1] ?? '';
  url = `http://127.0.0.1:${port}`;
  mkdirSync(join(home.path, 'bin'));
  for (const { name } of CLIENT_SETUPS) fakeClient(name);
});

after(async () => {
  await home.run(['stop', '--port', port]);
  await home.remove();
});

/** A client that says how it was called, and what it would read. */
function fakeClient(name: string): void {
  const file = join(home.path, 'bin', name);
  const say =
    'process.stdout.write(JSON.stringify({ words: process.argv.slice(2), environment: process.env }))';
  writeFileSync(file, `#!${process.execPath}\n${say}\n`);
  chmodSync(file, 0o755);
}

function run(words: readonly string[], environment: Record<string, string> = {}): Promise<Finished> {
  const PATH = [join(home.path, 'bin'), process.env['PATH'] ?? ''].join(delimiter);
  return home.run(words, { PATH, ...environment });
}

function putSettings(text: string): void {
  mkdirSync(dirname(settings), { recursive: true });
  writeFileSync(settings, text);
}

test('a dry run shows the lines that would change, and changes nothing', async () => {
  putSettings('{\n  // mine\n  "model": "opus"\n}\n');
  const { code, stdout } = await run(['connect', 'claude', '--dry-run']);
  assert.equal(code, 0);
  assert.match(stdout, /\+ {5}"ANTHROPIC_BASE_URL": "http:\/\/127\.0\.0\.1:\d+"/);
  assert.equal(readFileSync(settings, 'utf8'), '{\n  // mine\n  "model": "opus"\n}\n');
});

test('where nobody can be asked it says which flag to add, and changes nothing', async () => {
  putSettings('{}');
  const { code, stderr } = await run(['connect', 'claude']);
  assert.equal(code, 2);
  assert.match(stderr, /--yes/);
  assert.equal(readFileSync(settings, 'utf8'), '{}');
});

test('connecting writes, tells what stops working, and disconnecting gives the same bytes back', async () => {
  const before = '{\r\n\t"hooks": { } // mine\r\n}';
  putSettings(before);
  const connected = await run(['connect', 'claude', '--yes', '--tier', 'haiku']);
  assert.equal(connected.code, 0, connected.stderr);
  assert.match(connected.stderr, /What stops working:\n {2}Remote Control/);
  const written = JSON.parse(readFileSync(settings, 'utf8').replace('// mine', ''));
  assert.equal(written.env.ANTHROPIC_BASE_URL, url);
  assert.equal(written.env.CLAUDE_CODE_MAX_CONTEXT_TOKENS, '64000');
  assert.equal(written.model, 'haiku');
  const again = await run(['connect', 'claude', '--yes', '--tier', 'haiku']);
  assert.match(again.stderr, /already connected/);
  const listed = JSON.parse((await run(['connect', '--list', '--json'])).stdout);
  assert.deepEqual([listed[0].client, listed[0].state, listed[0].protected], ['claude', 'connected', false]);
  assert.match(listed[0].why, /comments .* none of its settings is in effect/);
  assert.match(connected.stderr, /note: .*settings\.json has comments or trailing commas/);
  const disconnected = await run(['disconnect', 'claude', '--yes']);
  assert.equal(disconnected.code, 0, disconnected.stderr);
  assert.equal(readFileSync(settings, 'utf8'), before);
  assert.match((await run(['disconnect', 'claude', '--yes'])).stderr, /not connected/);
});

test('what is connected is shown as protected, and what of its settings leads past the gateway all the same', async () => {
  putSettings('{ "statusLine": { "type": "command", "command": "mine" } }');
  const connected = await run(['connect', 'claude', '--yes', '--statusline']);
  assert.match(connected.stderr, /note: You have a status line of your own, which stays/);
  const written = JSON.parse(readFileSync(settings, 'utf8'));
  assert.equal(written.statusLine.command, 'mine');
  assert.equal(written.env.ANTHROPIC_DEFAULT_HAIKU_MODEL_NAME, 'glm');
  const hermes = join(home.path, '.hermes', 'config.yaml');
  mkdirSync(dirname(hermes), { recursive: true });
  writeFileSync(hermes, 'fallback_providers: [a]\n');
  await run(['connect', 'hermes', '--yes']);
  const table = (await run(['clients'])).stdout;
  assert.match(table, /^claude .* connected +yes /m);
  assert.match(table, /^hermes .* connected +partly +its settings .*, but: fallback_providers are set/m);
  for (const client of ['claude', 'hermes']) await run(['disconnect', client, '--yes']);
  const opencode = join(home.path, '.config', 'opencode', 'opencode.json');
  mkdirSync(dirname(opencode), { recursive: true });
  writeFileSync(opencode, '{"model":"openrouter/x"}');
  assert.doesNotMatch((await run(['connect', 'opencode', '--dry-run'])).stderr, /goes past the gateway/);
});

test('settings that name a port which only begins like that of the gateway lead elsewhere', async () => {
  putSettings(`{"env":{"ANTHROPIC_BASE_URL":"http://127.0.0.1:${port}9"}}`);
  const [claude] = JSON.parse((await run(['connect', '--list', '--json'])).stdout);
  assert.deepEqual([claude.client, claude.state], ['claude', 'elsewhere']);
});

test('a broken file is told with its line, and nothing is changed', async () => {
  putSettings('{\n  "env": {,}\n}');
  const { code, stderr } = await run(['connect', 'claude', '--yes']);
  assert.equal(code, 1);
  assert.match(stderr, /settings\.json cannot be edited: it is not valid JSON: .* in line 2/);
  assert.equal(readFileSync(settings, 'utf8'), '{\n  "env": {,}\n}');
});

test('a client without a credential of its own is told when the tier needs one', async () => {
  const { stderr } = await run(['connect', 'codex', '--dry-run']);
  assert.match(stderr, /the tier sonnet goes to Anthropic with the caller's own credential.*--tier opus/);
  assert.doesNotMatch((await run(['connect', 'codex', '--dry-run', '--tier', 'opus'])).stderr, /credential/);
});

interface Called {
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

async function called(words: readonly string[], environment?: Record<string, string>): Promise<Called> {
  const { code, stdout, stderr } = await run(['run', ...words], environment);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

describe('run', () => {
  test('qwen gets variables, a key of nobody, and its own words last', async () => {
    const { words, environment } = await called(['qwen', 'haiku', '--', '-p', 'hi']);
    assert.deepEqual(words, ['--auth-type', 'openai', '--model', 'claude-haiku', '-p', 'hi']);
    assert.deepEqual([environment['OPENAI_BASE_URL'], environment['OPENAI_API_KEY']], [`${url}/v1`, 'pass']);
  });

  test('opencode gets our provider beside what stands in its variable already', async () => {
    const { environment } = await called(['opencode'], { OPENCODE_CONFIG_CONTENT: '{"share":"disabled"}' });
    const content = JSON.parse(environment['OPENCODE_CONFIG_CONTENT'] ?? '');
    assert.equal(content.share, 'disabled');
    assert.equal(content.provider.switchyard.options.baseURL, `${url}/v1`);
  });

  test('codex gets settings on its command line', async () => {
    const { words } = await called(['codex', '--', 'exec', 'hi']);
    assert.ok(words.includes(`model_providers.switchyard.base_url="${url}/v1"`), words.join(' '));
    assert.deepEqual(words.slice(-2), ['exec', 'hi']);
  });

  test('hermes gets a custom endpoint', async () => {
    const { words, environment } = await called(['hermes', 'haiku']);
    assert.deepEqual(words, ['--provider', 'custom', '--model', 'claude-haiku']);
    assert.equal(environment['CUSTOM_BASE_URL'], `${url}/v1`);
  });

  test('gemini keeps its own key, and gets a home of its own unless it signs in with a key', async () => {
    const file = join(home.path, '.gemini', 'settings.json');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '{"security":{"auth":{"selectedType":"gemini-api-key"}}}');
    const plain = await called(['gemini'], { GEMINI_API_KEY: 'mine' });
    assert.deepEqual(
      [plain.environment['GOOGLE_GEMINI_BASE_URL'], plain.environment['GEMINI_API_KEY']],
      [url, 'mine'],
    );
    assert.equal(plain.environment['GEMINI_CLI_HOME'], undefined);
    const own = '{"security":{"auth":{"selectedType":"oauth-personal"}},"ui":{"theme":"x"}}';
    writeFileSync(file, own);
    const { environment } = await called(['gemini']);
    const copy = JSON.parse(
      readFileSync(join(environment['GEMINI_CLI_HOME'] ?? '', '.gemini', 'settings.json'), 'utf8'),
    );
    assert.deepEqual([copy.security.auth.selectedType, copy.ui.theme], ['gemini-api-key', 'x']);
    assert.equal(readFileSync(file, 'utf8'), own);
  });

  test('openclaw gets a copy of its file with our provider in it', async () => {
    const { environment } = await called(['openclaw']);
    const copy = JSON.parse(readFileSync(environment['OPENCLAW_CONFIG_PATH'] ?? '', 'utf8'));
    assert.equal(copy.models.providers.switchyard.baseUrl, `${url}/v1`);
    assert.equal(existsSync(join(home.path, '.openclaw')), false);
  });
});

test('env prints the variables of any client that obeys some, and says where there are none', async () => {
  const qwen = await run(['env', 'qwen', '--shell', 'fish']);
  assert.match(qwen.stdout, /^set -gx OPENAI_BASE_URL 'http:\/\/127\.0\.0\.1:\d+\/v1'$/m);
  const codex = await run(['env', 'codex']);
  assert.deepEqual([codex.code, codex.stdout], [1, '']);
  assert.match(codex.stderr, /switchyard connect codex/);
});
