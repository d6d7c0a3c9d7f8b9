import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { inspect } from 'node:util';
import { rootCertificates } from 'node:tls';
import * as fc from 'fast-check';
import { formatProblem } from '../config/problems/problem.ts';
import { loadConfig, type LoadedConfig } from './load-config.ts';
import type { LoadRequest } from './read-sources.ts';

const root = mkdtempSync(join(tmpdir(), 'switchyard-load-'));
test.after(() => rmSync(root, { recursive: true, force: true }));

let counter = 0;

/** A user of their own: home, configuration folder, program folder. */
function newUser() {
  const home = join(root, `user-${(counter += 1)}`);
  const write = (path: string, text: string | Buffer, mode = 0o600): string => {
    const full = join(home, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text, { mode });
    return full;
  };
  const load = (request: Partial<LoadRequest> = {}): Promise<LoadedConfig> =>
    loadConfig({
      flags: {},
      environment: {},
      platform: 'linux',
      home,
      programRoot: join(home, 'program'),
      machine: [],
      ...request,
    });
  return { home, write, load };
}

const CONFIG = '.config/switchyard/switchyard.yaml';
const textsOf = ({ problems }: LoadedConfig) => problems.map(formatProblem).join('\n');

test('with no file at all the defaults hold and nothing is wrong', async () => {
  const { home, load } = newUser();
  const loaded = await load();
  assert.equal(loaded.kind, 'valid');
  assert.deepEqual(loaded.problems, []);
  assert.deepEqual([loaded.file, loaded.fileExists], [join(home, CONFIG), false]);
});

test('D15: nothing in the working directory changes anything', async () => {
  const { write, load } = newUser();
  write(CONFIG, 'providers: { zai: }');
  const before = await load();
  const hostile = dirname(
    write(
      'repository/.env',
      'ZAI_API_KEY=stolen\nHAIKU_PROVIDER_BASE_URL=http://evil.example\nSWITCHYARD_CONFIG=./switchyard.yaml\nPORT=1\n',
    ),
  );
  for (const name of [
    'switchyard.yaml',
    'switchyard.yml',
    '.switchyard.yaml',
    'cc-proxy.toml',
    '.config/switchyard/switchyard.yaml',
  ])
    write(`repository/${name}`, 'default: evil\nproviders: { evil: { base_url: "http://evil.example" } }');
  write('repository/package.json', '{"switchyard":{"default":"evil"},"type":"commonjs"}');
  const cwd = process.cwd();
  process.chdir(hostile);
  try {
    const after = await load();
    assert.equal(after.snapshot?.version, before.snapshot?.version);
    assert.deepEqual(after.provenance.values, before.provenance.values);
    assert.deepEqual(after.files, before.files);
    assert.ok(after.files.every((file) => !file.startsWith(hostile)));
  } finally {
    process.chdir(cwd);
  }
});

test('.env is read from the configuration folder, from the program, and from --env-file, in that rank', async () => {
  const { home, write, load } = newUser();
  write('program/.env', 'PORT=1001\nSWITCHYARD_MODEL=program\nSWITCHYARD_OPUS=anthropic/p\n');
  const inConfig = write('.config/switchyard/.env', 'PORT=1002\nSWITCHYARD_MODEL=config\n');
  const named = write('other.env', "export PORT='1003' # comment\n");
  const loaded = await load({ flags: { envFile: named }, environment: { SWITCHYARD_MODEL: '' } });
  assert.equal(loaded.snapshot?.server.listen[0]?.port, 1003);
  assert.equal(loaded.snapshot.routes.forced?.model, 'config');
  assert.equal(loaded.snapshot.routes.tiers.opus[0].model, 'p');
  assert.deepEqual(loaded.provenance.locate(['force', 'model']), {
    kind: 'environment',
    variable: 'SWITCHYARD_MODEL',
    file: inConfig,
  });
  assert.deepEqual(loaded.files.slice(1, -1), [named, inConfig, join(home, 'program/.env')]);
  const real = await load({ flags: { envFile: named }, environment: { PORT: '1004' } });
  assert.equal(real.snapshot?.server.listen[0]?.port, 1004);
});

test('keys of a .env file do not reach the environment of the process, and so of no child', async () => {
  const { write, load } = newUser();
  write(CONFIG, 'providers: { zai: }');
  write('.config/switchyard/.env', 'ZAI_API_KEY=only-here-please\n');
  const loaded = await load();
  assert.equal(loaded.snapshot?.providers.get('zai')?.auth.kind, 'secret');
  assert.equal(process.env['ZAI_API_KEY'], undefined);
});

test('variables the runtime reads before us are warned about in a .env file', async () => {
  const { write, load } = newUser();
  write('.config/switchyard/.env', 'NODE_EXTRA_CA_CERTS=/ca.pem\n');
  assert.match(textsOf(await load()), /NODE_EXTRA_CA_CERTS .*has no effect in a \.env file.*ca_file/);
});

test('the file is named by flag, then SWITCHYARD_CONFIG, then CC_PROXY_CONFIG, and must then be there', async () => {
  const { write, load } = newUser();
  const one = write('one.yaml', 'server: { max_exchanges: 1 }');
  const two = write('two.yaml', 'server: { max_exchanges: 2 }');
  const three = write('three.toml', '[server]\nlisten_address = "127.0.0.1:3"');
  const environment = { SWITCHYARD_CONFIG: two, CC_PROXY_CONFIG: three };
  assert.equal((await load({ flags: { config: one }, environment })).snapshot?.server.maxExchanges, 1);
  assert.equal((await load({ environment })).snapshot?.server.maxExchanges, 2);
  const ccProxy = await load({ environment: { CC_PROXY_CONFIG: three } });
  assert.equal(ccProxy.snapshot?.server.listen[0]?.port, 3);
  const absent = await load({ flags: { config: join(root, 'absent.yaml') } });
  assert.equal(absent.kind, 'invalid');
  assert.match(textsOf(absent), /absent\.yaml: The configuration file cannot be read: it does not exist/);
});

test('a relative file named in a .env file starts at that file, not at the working directory', async () => {
  const { write, load } = newUser();
  write('.config/switchyard/.env', 'SWITCHYARD_CONFIG=sets/two.yaml\n');
  const file = write('.config/switchyard/sets/two.yaml', 'server: { max_exchanges: 2 }');
  const loaded = await load();
  assert.deepEqual([loaded.file, loaded.snapshot?.server.maxExchanges], [file, 2]);
});

test('files of secrets and certificates are found from the configuration file', async () => {
  const { write, load } = newUser();
  write('.config/switchyard/keys/zai', 'key-in-file\n');
  write('.config/switchyard/ca.pem', rootCertificates[0] ?? '');
  write(CONFIG, 'providers: { zai: { auth: { secret: "file:keys/zai" }, ca_file: ca.pem } }');
  const zai = (await load()).snapshot?.providers.get('zai');
  assert.ok(zai?.auth.kind === 'secret');
  assert.equal(zai.auth.secret.reveal(), 'key-in-file');
  assert.match(zai.certificateAuthorities ?? '', /BEGIN CERTIFICATE/);
});

test('a secret that is absent, empty or no key is missing, with the reason; a bad certificate is an error', async () => {
  const { write, load } = newUser();
  write('.config/switchyard/empty', '\n');
  write('.config/switchyard/lines', 'a\nX-Injected: b\n');
  write('.config/switchyard/ca.pem', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
  const table: [string, RegExp][] = [
    ['auth: { secret: "env:NOPE" }', /environment variable NOPE is not set/],
    ['auth: { secret: "file:nope" }', /nope does not exist/],
    ['auth: { secret: "file:empty" }', /empty is empty/],
    ['auth: { secret: "file:lines" }', /holds characters that no key has/],
    ['auth: { secret: "file:." }', /is a directory/],
    ['ca_file: nope.pem', /ca_file cannot be used: the file .*nope\.pem does not exist/],
    ['ca_file: empty', /no PEM certificate/],
    ['ca_file: ca.pem', /broken certificate/],
  ];
  for (const [entry, reason] of table) {
    write(CONFIG, `providers: { p: { base_url: "https://x.example", ${entry} } }`);
    const loaded = await load();
    assert.equal(loaded.kind, entry.startsWith('auth') ? 'valid' : 'invalid', entry);
    assert.match(textsOf(loaded), reason);
  }
});

test(
  'a secret file that others may read is warned about',
  { skip: process.platform === 'win32' && 'no modes there' },
  async () => {
    const { write, load } = newUser();
    chmodSync(write('.config/switchyard/key', 'k'), 0o644);
    write(CONFIG, 'providers: { p: { base_url: "https://x.example", auth: { secret: "file:key" } } }');
    assert.match(textsOf(await load()), /key can be read by other users/);
  },
);

const FULL = `# everything
server:
  listen: ["127.0.0.1:8082", "[::1]:8082"]
  max_body_bytes: 16MiB
  client_keys:
    - { name: laptop, secret: env:LAPTOP }
  clocks: { drain: 5s }
providers:
  zai:
    auth: { header: x-api-key, secret: "env:ZAI_API_KEY" }
    http: "1.1"
    filters: { betas: { allow: [a, b] }, thinking: all }
  local: &local
    base_url: http://127.0.0.1:11434
  other: *local
tiers:
  haiku: [zai/glm-4.7, local/qwen]
mappings:
  - match: "gpt-*"
    use: zai
terminal: { mode: full, columns: [time, model] }
`;
const SECRETS = {
  LAPTOP: 'VERYSECRET-laptop-key',
  ZAI_API_KEY: 'VERYSECRET-zai-key',
  HTTPS_PROXY: 'http://u:VERYSECRET@p:1',
};

test('C9: a file cut off at any byte is read or refused, with a reason, and never thrown over', async () => {
  const { write, load } = newUser();
  const bytes = Buffer.from(FULL);
  for (let length = 0; length <= bytes.length; length += 1) {
    write(CONFIG, bytes.subarray(0, length));
    const loaded = await load({ environment: SECRETS });
    assert.equal(
      loaded.kind === 'invalid',
      loaded.problems.some(({ severity }) => severity === 'error'),
    );
    assert.ok(!textsOf(loaded).includes('VERYSECRET'));
  }
  assert.equal((await load({ environment: SECRETS })).kind, 'valid');
});

test('C9: flipped bytes, too, are read or refused', async () => {
  const { write, load } = newUser();
  const bytes = Buffer.from(FULL);
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), async (index, value) => {
      const broken = Buffer.from(bytes);
      broken[index] = value;
      write(CONFIG, broken);
      const loaded = await load({ environment: SECRETS });
      if (loaded.kind === 'invalid') assert.ok(loaded.problems.length > 0);
    }),
    { numRuns: 150 },
  );
});

test('no secret is in any printed form of what was loaded', async () => {
  const { write, load } = newUser();
  write(CONFIG, FULL);
  const loaded = await load({ environment: SECRETS });
  assert.equal(loaded.kind, 'valid');
  const forms = [JSON.stringify(loaded), inspect(loaded, { depth: 20, showHidden: true }), textsOf(loaded)];
  for (const form of forms) assert.ok(!form.includes('VERYSECRET'));
  assert.deepEqual(Object.fromEntries(loaded.secrets), {
    'env:LAPTOP': 'present',
    'env:ZAI_API_KEY': 'present',
  });
});

test('loading writes nothing', async () => {
  const { home, load } = newUser();
  await load();
  assert.equal(existsSync(home), false);
});
