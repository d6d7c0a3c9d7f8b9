/** Clients of one machine pointed at a gateway on another: checked first, with a client key, and undone to the byte. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createHome, type Finished, type Home } from '../../src/cli/cli-harness.test-data.ts';
import { CLIENT_SETUPS } from '../../src/connect/registry.ts';
import { Secret } from '../../src/lib/secret.ts';
import { exampleProvider } from '../support/example-provider.ts';
import { startInProcess, type InProcessGateway } from '../support/in-process-gateway.ts';
import { ownNetworkAddress } from '../support/own-network-address.ts';

const KEY = 'sy-client-key-0123456789abcdefghij';
const network = ownNetworkAddress();

let gateway: InProcessGateway;
let home: Home;
let url = '';

before(async () => {
  gateway = await startInProcess({
    providers: [exampleProvider()],
    server: {
      listen: [{ host: '0.0.0.0', port: 0 }],
      clientKeys: [{ name: 'laptop', secret: new Secret(KEY) }],
    },
  });
  url = `http://${network ?? ''}:${gateway.running.addresses[0]?.port ?? 0}`;
  home = await createHome();
  mkdirSync(join(home.path, 'bin'));
  for (const { name } of CLIENT_SETUPS) {
    const say =
      'process.stdout.write(JSON.stringify({ words: process.argv.slice(2), environment: process.env }))';
    writeFileSync(join(home.path, 'bin', name), `#!${process.execPath}\n${say}\n`);
    chmodSync(join(home.path, 'bin', name), 0o755);
  }
  writeFileSync(join(home.path, 'key'), `${KEY}\n`);
});

after(async () => {
  await gateway.stop();
  await home.remove();
});

function run(words: readonly string[], environment: Record<string, string> = {}): Promise<Finished> {
  const PATH = [join(home.path, 'bin'), process.env['PATH'] ?? ''].join(delimiter);
  return home.run(words, { PATH, GATEWAY_KEY: KEY, ...environment });
}

const there = (...more: string[]): string[] => ['--url', url, '--key', 'env:GATEWAY_KEY', ...more];

/** Where each keeps its settings, and something its user has written there. */
const FILES: Readonly<Record<string, readonly [file: string, text: string]>> = {
  claude: ['.claude/settings.json', '{ "env": {"ANTHROPIC_CUSTOM_HEADERS": "x-own: 1"}}\r\n'],
  codex: ['.codex/config.toml', '# mine\n[tui]\nnotifications = true\n'],
  gemini: ['.gemini/.env', 'GEMINI_CLI_CUSTOM_HEADERS=x-own: 1\nMORE=1\n'],
};

const skip = network === undefined && 'this machine has no network';

describe('a gateway on another machine', { skip }, () => {
  for (const [client, [file, text]] of Object.entries(FILES)) {
    test(`${client} is connected with its key, and disconnecting gives the same bytes back`, async () => {
      const path = join(home.path, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      const connected = await run(['connect', client, '--yes', ...there()]);
      assert.equal(connected.code, 0, connected.stderr);
      const written = readFileSync(path, 'utf8');
      assert.ok(written.includes(url) && written.includes(KEY), written);
      assert.equal(written.includes('x-own: 1'), text.includes('x-own: 1'));
      assert.ok(!`${connected.stdout}${connected.stderr}`.includes(KEY), 'it is written and not shown');
      assert.match(connected.stderr, /is not encrypted/);
      const rows = JSON.parse((await run(['connect', '--list', '--json'])).stdout) as Record<
        string,
        unknown
      >[];
      const row = rows.find((each) => each['client'] === client);
      assert.deepEqual([row?.['state'], row?.['protected']], ['connected', true]);
      const looked = await run(['doctor', '--offline', '--json']);
      assert.match(looked.stdout, new RegExp(`"ok",\\s*"what": "[^"]* points at ${RegExp.escape(url)}`));
      const disconnected = await run(['disconnect', client, '--yes']);
      assert.equal(disconnected.code, 0, disconnected.stderr);
      assert.ok(!`${disconnected.stdout}${disconnected.stderr}`.includes(KEY));
      assert.equal(readFileSync(path, 'utf8'), text);
    });
  }

  test('a client that is started gets the key by its environment, never on its command line', async () => {
    for (const name of ['codex', 'opencode', 'openclaw']) {
      const { code, stdout, stderr } = await run([
        'run',
        '--url',
        url,
        '--key',
        `file:${join(home.path, 'key')}`,
        name,
      ]);
      assert.equal(code, 0, stderr);
      const { words, environment } = JSON.parse(stdout) as {
        words: string[];
        environment: Record<string, string>;
      };
      assert.ok(!words.join(' ').includes(KEY), name);
      const { GATEWAY_KEY: _, OPENCLAW_CONFIG_PATH: copy, ...others } = environment;
      const told = JSON.stringify([others, copy === undefined ? '' : readFileSync(copy, 'utf8')]);
      assert.ok(told.includes(KEY) && (told + words.join(' ')).includes(url), name);
    }
  });

  test('env prints the variables of a client with the key', async () => {
    const { stdout } = await run(['env', 'claude', '--json', ...there()]);
    const variables = JSON.parse(stdout) as Record<string, string>;
    assert.equal(variables['ANTHROPIC_BASE_URL'], url);
    assert.equal(variables['ANTHROPIC_CUSTOM_HEADERS'], `x-switchyard-key: ${KEY}`);
  });

  const refusals: readonly (readonly [string, readonly string[], number, RegExp])[] = [
    ['no key where one is needed', ['--url', 'URL'], 1, /asks for a client key[\s\S]*switchyard keys create/],
    ['a wrong key', ['--url', 'URL', '--key', 'env:WRONG_KEY'], 1, /does not take this client key/],
    ['a key on the command line', ['--url', 'URL', '--key', KEY], 2, /says where the key is kept/],
    [
      'a profile that is not there',
      ['--url', 'URL/p/nobody', '--key', 'env:GATEWAY_KEY'],
      2,
      /has no profile/,
    ],
    [
      'something that is no gateway',
      ['--url', 'http://127.0.0.1:9'],
      3,
      /no Switchyard answers on http:\/\/127\.0\.0\.1:9/,
    ],
    ['a key without a gateway', ['--key', 'env:GATEWAY_KEY'], 2, /there is no --url/],
    ['a URL with more in it', ['--url', 'URL/v1'], 2, /is not the URL of a gateway/],
  ];

  for (const [what, words, expected, pattern] of refusals)
    test(`${what} is told, and nothing is written`, async () => {
      const given = words.map((word) => word.replace('URL', url));
      const { code, stdout, stderr } = await run(['connect', 'claude', '--yes', ...given], {
        CLAUDE_CONFIG_DIR: join(home.path, 'untouched'),
        WRONG_KEY: `${KEY}-not`,
      });
      assert.match(stderr, pattern);
      assert.equal(code, expected, stderr);
      assert.ok(!`${stdout}${stderr}`.includes(KEY));
      assert.equal(existsSync(join(home.path, 'untouched')), false);
    });

  test('a client of which no way is known to send a key is told so', async () => {
    const { code, stderr } = await run(['connect', 'hermes', '--yes', ...there()]);
    assert.equal(code, 1);
    assert.match(stderr, /Hermes cannot send this client key/);
  });
});

test('every client that can send a key is told it, and none where there is none', () => {
  const tier = { model: 'm', named: false, serves: [], contextWindow: undefined, callerPays: false };
  const here = { url, tier: undefined, tiers: { haiku: tier, sonnet: tier, opus: tier } };
  const there = { ...here, key: new Secret(KEY) };
  for (const { name, keyTravels, edits, launch } of CLIENT_SETUPS) {
    const told = (gateway: typeof here) => JSON.stringify(edits(gateway, {}));
    const { environment, arguments: words } = launch(there, { environment: {}, values: {} });
    assert.equal(told(here).includes('x-switchyard-key'), false, name);
    assert.equal(told(there).includes(KEY), keyTravels !== 'unknown', name);
    assert.equal(told(there).includes('x-switchyard-key'), keyTravels === 'as-header', name);
    assert.ok(!words.join(' ').includes(KEY), name);
    const isCopied = name === 'openclaw';
    assert.equal(JSON.stringify(environment).includes(KEY), keyTravels !== 'unknown' && !isCopied, name);
  }
});
