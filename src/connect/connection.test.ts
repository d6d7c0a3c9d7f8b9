import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  lstatSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { ClientSetup, GatewayForClient } from './client-setup.ts';
import { ConnectRefused } from './connect-refused.ts';
import {
  applyConnection,
  applyDisconnection,
  currentValues,
  isChange,
  planConnection,
  planDisconnection,
  type ConnectContext,
} from './connection.ts';
import { Secret } from '../lib/secret.ts';
import { textDiff } from './text-diff.ts';
import { ReceiptStore } from './files/receipt-store.ts';
import { CLIENT_SETUPS, clientSetup } from './registry.ts';

const URL = 'http://127.0.0.1:8082';
const GATEWAY: GatewayForClient = {
  url: URL,
  tier: undefined,
  tiers: {
    opus: {
      model: 'claude-opus-5-5',
      named: false,
      serves: ['anthropic'],
      contextWindow: undefined,
      callerPays: true,
    },
    sonnet: {
      model: 'glm-5',
      named: true,
      serves: ['zai/glm-5', 'anthropic'],
      contextWindow: 200_000,
      callerPays: false,
    },
    haiku: {
      model: 'glm-4.7',
      named: true,
      serves: ['zai/glm-4.7'],
      contextWindow: 64_000,
      callerPays: false,
    },
  },
};

let home: string;
let context: ConnectContext;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'switchyard-connect-'));
  context = {
    system: { platform: 'linux', home, environment: {} },
    receipts: new ReceiptStore(join(home, 'state')),
  };
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** What users really have: comments, hooks, odd indentation, other line ends, a byte order mark, own keys of ours. */
const FIXTURES: Readonly<Record<string, readonly string[]>> = {
  claude: [
    '{\n   // hooks first\n   "hooks": {"Stop":[{"hooks":[ {"type":"command","command":"say done"} ]}]},\n\t"env": { "FOO": "1" , },\n  "permissions" : {"allow": ["Bash(git *)"],},\n}',
    '\uFEFF{\r\n    "model": "opus",\r\n    "env": {\r\n        "ANTHROPIC_BASE_URL": "http://old:1", // mine\r\n        "ANTHROPIC_API_KEY": "sk-keep"\r\n    }\r\n}\r\n',
    '{"model":"opus"}',
    '{}',
    '',
  ],
  qwen: [
    '// Qwen\n{\n    "$version": 4,\n  "model": { "name": "qwen3" },\n  "security": {"auth": {"selectedType": "qwen-oauth"}},\n  "modelProviders": {\n      "openai": [ {"id": "a"} ] /* keep */\n  },\n  "mcpServers": { "x": { "command": "y" } }\n}\n',
  ],
  opencode: [
    '{\n\t"$schema": "https://opencode.ai/config.json", // schema\n\t"plugin": [ "a" ],\n\t"provider": { "openrouter": { "options": {} } },\n\t"model": "openrouter/x",\n}\n',
  ],
  codex: [
    '# my codex\r\nmodel = "gpt-5" # best\r\napproval_policy = "on-request"\r\n\r\n[mcp_servers.docs]\r\n  command = "npx"   # odd\r\n  args = ["-y", "docs"]\r\n\r\n[projects."/home/me/x"]\r\ntrust_level = "trusted"',
    'notify = ["a",\n  "b", # c\n]\n[[hooks]]\nname = "x"\n',
  ],
  gemini: ['# keys\nexport GEMINI_API_KEY="mine" # secret\n\nOTHER=1'],
  hermes: [
    '# hermes\nmodel:\n    default:   "anthropic/claude"   # the best\n    provider: openrouter\nfallback_providers:\n- provider: x\n  model: y\n\nagent: {max_turns: 90}\n',
    'model: anthropic/claude # old form\nhooks:\n  - on: start\n',
  ],
  openclaw: [
    '{\n  // channels\n  "channels": { "telegram": {"token":"x"} },\n  "agents": { "defaults": { "model": { "primary": "a/b", "fallbacks": ["c/d"] }, "models": { "a/b": {} } } }\n}\n',
    '{"agents":{"defaults":{"model":"a/b"}}}',
  ],
};

function filesOf(setup: ClientSetup): string[] {
  return setup.files(context.system).map(({ places }) => places.at(-1) ?? '');
}

function put(path: string, content: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

function connect(setup: ClientSetup, gateway = GATEWAY): void {
  applyConnection(planConnection(setup, gateway, context), context, 1);
}

function disconnect(setup: ClientSetup) {
  const plan = planDisconnection(setup.name, context);
  assert.ok(plan !== undefined, 'nothing is connected');
  applyDisconnection(plan, context);
  return plan;
}

function bytesOf(paths: readonly string[]): (string | undefined)[] {
  return paths.map((path) => (existsSync(path) ? readFileSync(path).toString('hex') : undefined));
}

/** As the owner of a gateway may write one: what ends a text in one syntax or another is a part of it. */
const ODD_KEY = 'sy-first,second"third\\fourth,fifth';

test('no part of a client key is shown as it is written and taken away again, whatever it is made of', () => {
  for (const setup of CLIENT_SETUPS.filter(({ keyTravels }) => keyTravels !== 'unknown')) {
    // In a file of variables no text can have both quotes and escapes: it is refused, and written by hand.
    const key = new Secret(setup.name === 'gemini' ? ODD_KEY.replace(/["\\]/g, ',') : ODD_KEY);
    const gateway = { ...GATEWAY, key };
    for (const { after } of planConnection(setup, gateway, context).changes) {
      const text = after?.toString() ?? '';
      const shown = [...textDiff('', text), ...textDiff(text, '')].join('\n');
      assert.doesNotMatch(shown, /first|second|third|fourth|fifth/, setup.name);
    }
  }
});

test('who connects with a key is told of a file that others can read', () => {
  const setup = clientSetup('codex');
  assert.ok(setup !== undefined);
  const [file = ''] = filesOf(setup);
  put(file, 'model = "gpt-5"\n');
  chmodSync(file, 0o644);
  const remarksOn = (gateway: GatewayForClient): string =>
    planConnection(setup, gateway, context).remarks.join('\n');
  assert.doesNotMatch(remarksOn(GATEWAY), /chmod/);
  assert.match(remarksOn({ ...GATEWAY, key: new Secret('sy-key') }), /chmod 600 .*config\.toml/);
});

for (const setup of CLIENT_SETUPS)
  describe(setup.title, () => {
    const fixtures = FIXTURES[setup.name] ?? [];

    for (const [index, fixture] of fixtures.entries())
      test(`is connected, and is the very same bytes after disconnecting (file ${index + 1})`, () => {
        const files = filesOf(setup);
        put(files[0] ?? '', fixture);
        chmodSync(files[0] ?? '', 0o640);
        const before = bytesOf(files);
        connect(setup);
        assert.ok(setup.pointsAt(currentValues(setup, context))?.startsWith(URL));
        assert.notDeepEqual(bytesOf(files), before);
        assert.equal(statSync(files[0] ?? '').mode & 0o777, 0o640);
        disconnect(setup);
        assert.deepEqual(bytesOf(files), before);
        assert.equal(statSync(files[0] ?? '').mode & 0o777, 0o640);
        assert.equal(planDisconnection(setup.name, context), undefined);
      });

    test('a file that was missing is made for its owner alone, and goes again with its directory', () => {
      const files = filesOf(setup);
      connect(setup);
      for (const file of files) assert.equal(statSync(file).mode & 0o777, 0o600);
      assert.ok(setup.pointsAt(currentValues(setup, context))?.startsWith(URL));
      disconnect(setup);
      for (const file of files) assert.equal(existsSync(dirname(file)), false, dirname(file));
    });

    test('a second time nothing is left to write', () => {
      put(filesOf(setup)[0] ?? '', fixtures[0] ?? '');
      connect(setup);
      assert.equal(isChange(planConnection(setup, GATEWAY, context)), false);
    });

    test('another port moves the connection, and undoing it still gives the first bytes', () => {
      const files = filesOf(setup);
      put(files[0] ?? '', fixtures[0] ?? '');
      const before = bytesOf(files);
      connect(setup);
      connect(setup, { ...GATEWAY, url: 'http://127.0.0.1:9000' });
      assert.ok(setup.pointsAt(currentValues(setup, context))?.startsWith('http://127.0.0.1:9000'));
      disconnect(setup);
      assert.deepEqual(bytesOf(files), before);
    });

    test('a broken file is refused, and nothing is changed', () => {
      const files = filesOf(setup);
      put(files.at(-1) ?? '', setup.name === 'codex' ? 'a = = 1' : '{ "a": [1, }');
      const before = bytesOf(files);
      assert.throws(() => connect(setup), ConnectRefused);
      assert.deepEqual(bytesOf(files), before);
      assert.equal(context.receipts.read(setup.name), undefined);
    });

    test('a read-only file is refused, and nothing is changed', () => {
      const files = filesOf(setup);
      put(files[0] ?? '', fixtures[0] ?? '');
      chmodSync(files[0] ?? '', 0o444);
      const before = bytesOf(files);
      assert.throws(
        () => connect(setup),
        (error) => error instanceof ConnectRefused && /read-only/.test(error.message),
      );
      assert.deepEqual(bytesOf(files), before);
    });

    test('a symlink is followed and stays one', () => {
      const [file = ''] = filesOf(setup);
      const real = join(home, 'dotfiles', 'settings');
      put(real, fixtures[0] ?? '');
      mkdirSync(dirname(file), { recursive: true });
      symlinkSync(real, file);
      const before = readFileSync(real);
      connect(setup);
      assert.ok(lstatSync(file).isSymbolicLink());
      assert.ok(!readFileSync(real).equals(before));
      disconnect(setup);
      assert.ok(lstatSync(file).isSymbolicLink());
      assert.deepEqual(readFileSync(real), before);
    });

    test('no credential of the user is written, moved or taken away', () => {
      const [file = ''] = filesOf(setup);
      const fixture = fixtures[0] ?? '';
      put(file, fixture);
      connect(setup);
      const kept = /("mine"|sk-keep|"token":"x")/.exec(fixture)?.[1];
      if (kept !== undefined) assert.ok(readFileSync(file, 'utf8').includes(kept));
    });
  });

interface EditInBetween {
  readonly client: string;
  readonly before: string;
  readonly edit: (text: string) => string;
  readonly after: string;
  readonly kept?: readonly string[];
}

const EDITS: readonly EditInBetween[] = [
  {
    client: 'claude',
    before: '{\n  "model": "opus" // mine\n}\n',
    edit: (text) => text.replace('"model"', '// new\n  "theme": "dark",\n  "model"'),
    after: '{\n  // new\n  "theme": "dark",\n  "model": "opus" // mine\n}\n',
  },
  {
    client: 'claude',
    before: '{\n  "env": {}\n}\n',
    edit: (text) =>
      text.replace('"ANTHROPIC_BASE_URL": "http://127.0.0.1:8082"', '"ANTHROPIC_BASE_URL": "http://mine"'),
    after: '{\n  "env": {\n    "ANTHROPIC_BASE_URL": "http://mine"\n  }\n}\n',
    kept: ['env.ANTHROPIC_BASE_URL'],
  },
  {
    client: 'codex',
    before: 'model = "gpt-5"\n',
    edit: (text) => `${text}\n[tui]\ntheme = "x"\n`,
    after: 'model = "gpt-5"\n\n[tui]\ntheme = "x"\n',
  },
  {
    client: 'hermes',
    before: 'model:\n  default: a\n  provider: b\n',
    edit: (text) => `${text}agent:\n  max_turns: 3 # mine\n`,
    after: 'model:\n  default: a\n  provider: b\nagent:\n  max_turns: 3 # mine\n',
  },
  {
    client: 'gemini',
    before: 'A=1\n',
    edit: (text) => `${text}B=2\n`,
    after: 'A=1\nB=2\n',
  },
];

for (const [index, { client, before, edit, after, kept = [] }] of EDITS.entries())
  test(`what was edited in between survives, and our keys go (${client}, ${index + 1})`, () => {
    const setup = clientSetup(client);
    assert.ok(setup !== undefined);
    const [file = ''] = filesOf(setup);
    put(file, before);
    connect(setup);
    const edited = edit(readFileSync(file, 'utf8'));
    assert.notEqual(edited, readFileSync(file, 'utf8'));
    writeFileSync(file, edited);
    const plan = disconnect(setup);
    assert.equal(readFileSync(file, 'utf8'), after);
    assert.deepEqual(
      plan.kept.map(({ key }) => key.join('.')),
      kept,
    );
  });

test('a client that writes its file anew in between loses our keys and keeps its own', () => {
  const qwen = clientSetup('qwen');
  assert.ok(qwen !== undefined);
  const [file = ''] = filesOf(qwen);
  put(file, '{"ui": {"theme": "x"}}');
  connect(qwen);
  const values = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...values, $version: 4 }, null, 2));
  disconnect(qwen);
  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), { ui: { theme: 'x' }, $version: 4 });
});

test('when the second file of a client cannot be written, the first is as it was', () => {
  const gemini = clientSetup('gemini');
  assert.ok(gemini !== undefined);
  const [variables = '', settings = ''] = filesOf(gemini);
  put(variables, 'A=1\n');
  put(settings, '{}');
  const plan = planConnection(gemini, GATEWAY, context);
  writeFileSync(settings, '{"changed": true}');
  assert.throws(() => applyConnection(plan, context, 1), /has changed in the meantime/);
  assert.equal(readFileSync(variables, 'utf8'), 'A=1\n');
  assert.equal(context.receipts.read('gemini'), undefined);
});

test('a status line of the user stays, and ours goes with the connection', () => {
  const claude = clientSetup('claude');
  assert.ok(claude !== undefined);
  const [file = ''] = filesOf(claude);
  const withLine = { ...GATEWAY, statusLine: '/state/statusline.sh' };
  put(file, '{"statusLine": {"type": "command", "command": "mine"}}');
  connect(claude, withLine);
  assert.match(readFileSync(file, 'utf8'), /"command": "mine"/);
  disconnect(claude);
  put(file, '{}');
  connect(claude, withLine);
  assert.match(readFileSync(file, 'utf8'), /statusline\.sh/);
  disconnect(claude);
  assert.equal(readFileSync(file, 'utf8'), '{}');
});

test('backups are readable by their owner alone, and none is left behind', () => {
  const claude = clientSetup('claude');
  assert.ok(claude !== undefined);
  const [file = ''] = filesOf(claude);
  put(file, '{"env": {"ANTHROPIC_API_KEY": "sk-secret"}}');
  connect(claude);
  const receipt = context.receipts.read('claude');
  const before = receipt?.files[0]?.before;
  assert.ok(before?.kind === 'present');
  assert.equal(statSync(join(home, 'state', 'connect', before.backup)).mode & 0o777, 0o600);
  assert.equal(statSync(join(home, 'state', 'connect')).mode & 0o777, 0o700);
  disconnect(claude);
  assert.equal(existsSync(join(home, 'state', 'connect', before.backup)), false);
});

const PLACES: readonly [string, Record<string, string>, string][] = [
  ['claude', { CLAUDE_CONFIG_DIR: '/c' }, '/c/settings.json'],
  ['codex', { CODEX_HOME: '/c' }, '/c/config.toml'],
  ['qwen', { QWEN_HOME: '/c' }, '/c/settings.json'],
  ['hermes', { HERMES_HOME: '/c' }, '/c/config.yaml'],
  ['openclaw', { OPENCLAW_CONFIG_PATH: '/c/o.json' }, '/c/o.json'],
  ['opencode', { XDG_CONFIG_HOME: '/c' }, '/c/opencode/opencode.json'],
  ['gemini', { GEMINI_CLI_HOME: '/c' }, '/c/.gemini/.env'],
];

for (const [client, environment, place] of PLACES)
  test(`${client} is looked for where ${Object.keys(environment)[0]} says`, () => {
    const files = clientSetup(client)?.files({ platform: 'linux', home: '/h', environment }) ?? [];
    assert.equal(files[0]?.places.at(-1), place);
  });
