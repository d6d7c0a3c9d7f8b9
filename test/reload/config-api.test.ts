/** The configuration over HTTP: seen, changed, refused. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, beforeEach, test } from 'node:test';
import { configEndpoint, type ConfigBody } from '../../src/contract/config.ts';
import { errorBodySchema } from '../../src/contract/error-body.ts';
import { routerConfigEndpoint } from '../../src/contract/router-config.ts';
import { call, type Called } from '../support/call.ts';
import { startConfigured, type ConfiguredGateway } from '../support/configured-gateway.ts';
import { until } from '../support/until.ts';

const YAML = `# ours
providers:
  zai: {}       # cheap
  local:
    base_url: http://127.0.0.1:9
    format: anthropic-messages
    auth: { header: x-api-key, secret: env:LOCAL_KEY }
tiers:
  haiku: zai/glm-4.7
tasks:
  image: { use: zai/vision, scope: whole-history }
  long_context: zai/long
chain:
  entries:
    - { id: helper, name: Helper, side: before, enabled: false, port: 8787, service_cmd: "helper --port {port}" }
`;

let gateway: ConfiguredGateway;

before(async () => {
  gateway = await startConfigured({
    yaml: YAML,
    environment: { ZAI_API_KEY: 'zai-key-of-the-test', LOCAL_KEY: 'local-key-of-the-test' },
  });
});

after(async () => gateway.stop());

beforeEach(async () => {
  if (readFileSync(gateway.file, 'utf8') === YAML) return;
  writeFileSync(gateway.file, YAML);
  await gateway.running.files?.reload('signal');
});

const configOf = ({ body }: Called): ConfigBody => configEndpoint.response.parse(JSON.parse(body.toString()));
const get = async () => configOf(await gateway.admin('GET', '/api/config'));
const put = (body: object) => gateway.admin('PUT', '/api/config', { body });
const getRoutes = async () =>
  routerConfigEndpoint.response.parse(
    JSON.parse((await gateway.admin('GET', '/api/router-config')).body.toString()),
  );
const putRoutes = (body: object) => gateway.admin('PUT', '/api/router-config', { body });
const codeOf = (called: Called) => errorBodySchema.parse(JSON.parse(called.body.toString())).error.code;

test('the configuration is shown with its references and without any secret', async () => {
  const answer = await gateway.admin('GET', '/api/config');
  assert.equal(answer.status, 200);
  assert.doesNotMatch(answer.body.toString(), /key-of-the-test/);
  const config = configOf(answer);
  assert.equal(config.file, gateway.file);
  assert.deepEqual(config.values?.['tiers'], { haiku: 'zai/glm-4.7' });
  const secret = config.settings.find(({ path }) => path.join('.') === 'providers.local.auth');
  assert.deepEqual(secret?.value, { header: 'x-api-key', secret: 'env:LOCAL_KEY' });
  for (const pattern of ['server.listen', 'chain.entries[*].service_cmd', 'tasks.custom_router'])
    assert.ok(config.read_only.includes(pattern), pattern);
});

test('nobody sees or changes it without the token', async () => {
  for (const path of ['/api/config', '/api/router-config'])
    for (const method of ['GET', 'PUT']) {
      const { status } = await call(gateway.url, path, { method });
      assert.equal(status, 401, `${method} ${path}`);
    }
});

test('single settings are changed, in force when the answer comes, and comments stay', async () => {
  const { etag, version } = await get();
  const answer = await put({
    etag,
    changes: [{ path: ['tiers', 'opus'], value: ['zai/glm-5', 'anthropic'] }],
  });
  assert.equal(answer.status, 200, answer.body.toString());
  const status = await gateway.status();
  assert.equal(status.configuration.tiers.opus.targets[0]?.model, 'glm-5');
  assert.notEqual(status.configuration.version, version);
  assert.equal(JSON.parse(answer.body.toString()).version, status.configuration.version);
  assert.equal(
    readFileSync(gateway.file, 'utf8'),
    YAML.replace('haiku: zai/glm-4.7\n', 'haiku: zai/glm-4.7\n  opus: [zai/glm-5, anthropic]\n'),
  );
});

test('all values may be sent back, and only what differs is written', async () => {
  const { etag, values } = await get();
  const answer = await put({ etag, values: { ...values, tiers: { haiku: 'zai/glm-4.6' } } });
  assert.equal(answer.status, 200, answer.body.toString());
  assert.equal(readFileSync(gateway.file, 'utf8'), YAML.replace('zai/glm-4.7', 'zai/glm-4.6'));
});

test('a change for another version of the file is refused', async () => {
  const { etag } = await get();
  const change = { etag, changes: [{ path: ['tiers', 'opus'], value: 'zai' }] };
  assert.equal((await put(change)).status, 200);
  const again = await put(change);
  assert.deepEqual([again.status, codeOf(again)], [409, 'config_stale']);
});

test('of two changes at the same time for the same version, one is made', async () => {
  const { etag } = await get();
  const answers = await Promise.all(
    ['opus', 'sonnet'].map((tier) => put({ etag, changes: [{ path: ['tiers', tier], value: 'zai' }] })),
  );
  const statuses = answers.map(({ status }) => status);
  assert.deepEqual(new Set(statuses), new Set([200, 409]));
});

for (const [name, change] of [
  ['a command', { path: ['chain', 'entries', 0, 'service_cmd'], value: 'sh -c evil' }],
  ['a script', { path: ['tasks', 'custom_router'], value: '/tmp/evil.js' }],
  ['an address to listen on', { path: ['server', 'listen'], value: '0.0.0.0:8082' }],
  ['a client key', { path: ['server', 'client_keys'], value: [{ name: 'me', secret: 'env:LOCAL_KEY' }] }],
  ['a file as secret', { path: ['providers', 'zai', 'auth'], value: { secret: 'file:/etc/shadow' } }],
  [
    'the command of a new entry',
    { path: ['chain', 'entries', 1], value: { name: 'x', service_cmd: 'evil' } },
  ],
] as const)
  test(`${name} cannot be set`, async () => {
    const { etag } = await get();
    const answer = await put({ etag, changes: [change] });
    assert.deepEqual([answer.status, codeOf(answer)], [403, 'config_read_only']);
    assert.equal(readFileSync(gateway.file, 'utf8'), YAML);
  });

test('a body of the wrong shape is told by the place that is wrong', async () => {
  const { etag } = await get();
  for (const [body, told] of [
    [{ etag, changes: [{ path: 'tiers.opus', value: 'zai/x' }] }, /changes\.0\.path: /],
    [{ changes: [] }, /etag: |changes: /],
    [{ etag, changes: [{ path: ['tiers', 'opus'], vlaue: 'zai/x' }] }, /changes\.0/],
  ] as const) {
    const answer = await put(body);
    assert.deepEqual([answer.status, codeOf(answer)], [400, 'bad_query']);
    assert.match(JSON.parse(answer.body.toString()).error.message, told);
  }
});

test('what could not be served is refused with the reason', async () => {
  const { etag } = await get();
  const answer = await put({ etag, changes: [{ path: ['tiers', 'opus'], value: 'nobody/x' }] });
  assert.deepEqual([answer.status, codeOf(answer)], [400, 'config_refused']);
  assert.match(answer.body.toString(), /nobody|not configured/);
  assert.equal(readFileSync(gateway.file, 'utf8'), YAML);
});

test('while the file is broken its values are not shown', async () => {
  writeFileSync(gateway.file, 'providers: { zai: { auth: { secret: sk-literal-in-the-wrong-place } } }\n');
  await until('the refusal', async () => (await gateway.status()).reload.refused !== null);
  const answer = await gateway.admin('GET', '/api/config');
  assert.equal(configOf(answer).values, null);
  assert.doesNotMatch(answer.body.toString(), /sk-literal/);
});

test('routes are shown and changed in the shape of the predecessor', async () => {
  const routes = await getRoutes();
  assert.partialDeepStrictEqual(routes, {
    default: 'anthropic',
    background: '',
    image: 'zai/vision',
    long_context: 'zai/long',
    long_context_threshold: 60_000,
    custom_router_path: '',
  });
  const answer = await putRoutes({
    background: 'zai/glm-4.5-air',
    image: 'local/eye, zai/vision',
    long_context_threshold: 90_000,
    custom_router_path: '',
    etag: routes.etag,
  });
  assert.equal(answer.status, 200, answer.body.toString());
  const after = await getRoutes();
  assert.partialDeepStrictEqual(after, {
    background: 'zai/glm-4.5-air',
    image: 'local/eye, zai/vision',
    long_context: 'zai/long',
    long_context_threshold: 90_000,
  });
  assert.match(
    readFileSync(gateway.file, 'utf8'),
    /image: \{ use: \[local\/eye, zai\/vision\], scope: whole-history \}/,
  );
  assert.equal((await putRoutes({ background: null, long_context: '' })).status, 200);
  assert.deepEqual((({ background, long_context: long }) => [background, long])(await getRoutes()), ['', '']);
});

test('the script of a custom router and a stale version are refused there, too', async () => {
  const script = await putRoutes({ custom_router_path: '/tmp/evil.js' });
  assert.deepEqual([script.status, codeOf(script)], [403, 'config_read_only']);
  const old = await putRoutes({ background: 'zai', etag: 'of-another-version' });
  assert.deepEqual([old.status, codeOf(old)], [409, 'config_stale']);
  const wrong = await putRoutes({ think: 'nobody/x' });
  assert.deepEqual([wrong.status, codeOf(wrong)], [400, 'config_refused']);
});
