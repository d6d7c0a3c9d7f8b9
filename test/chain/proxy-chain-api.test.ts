/** `/api/proxy-chain`: the chain seen and changed over HTTP, commands and keys aside. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, beforeEach, test } from 'node:test';
import { errorBodySchema } from '../../src/contract/error-body.ts';
import { proxyChainEndpoint, type ProxyChainBody } from '../../src/contract/proxy-chain.ts';
import { call, type Called } from '../support/call.ts';
import { startConfigured, type ConfiguredGateway } from '../support/configured-gateway.ts';

const YAML = `# ours
providers:
  up: { base_url: "http://127.0.0.1:9", auth: none }
chain:
  autostart: false
  entries:
    # Compresses what is sent.
    - id: helper
      name: Helper # the first
      port: 8787
      service_cmd: ["helper", "--port", "{port}", "a b"]
      service_env: { API_KEY: env:HELPER_KEY, PLAIN: text }
    - { id: rtk, name: RTK, type: cli_wrapper }
    - id: lender
      name: Lender
      side: after
      url: http://127.0.0.1:8317
      auth_key: env:LENDER_KEY
      extra_headers: { x-team: a, x-token: env:LENDER_KEY }
      providers: [up]
`;

let gateway: ConfiguredGateway;

before(async () => {
  const environment = { HELPER_KEY: 'key-of-the-test', LENDER_KEY: 'key-of-the-test' };
  gateway = await startConfigured({ yaml: YAML, environment });
});
after(async () => gateway.stop());

beforeEach(async () => {
  if (readFileSync(gateway.file, 'utf8') === YAML) return;
  writeFileSync(gateway.file, YAML);
  await gateway.running.files?.reload('signal');
});

const bodyOf = ({ status, body }: Called): ProxyChainBody => {
  assert.equal(status, 200, body.toString());
  return proxyChainEndpoint.response.parse(JSON.parse(body.toString()));
};
const get = async () => bodyOf(await gateway.admin('GET', '/api/proxy-chain'));
const put = (body: object) => gateway.admin('PUT', '/api/proxy-chain', { body });
const codeOf = (called: Called) => errorBodySchema.parse(JSON.parse(called.body.toString())).error.code;
const text = () => readFileSync(gateway.file, 'utf8');

test('the chain is shown in the shape that tools know, without keys and where they are kept', async () => {
  const answer = await gateway.admin('GET', '/api/proxy-chain');
  assert.doesNotMatch(answer.body.toString(), /key-of-the-test|auth_key":"|HELPER_KEY/);
  const { entries } = bodyOf(answer);
  assert.deepEqual(entries[0], {
    id: 'helper',
    name: 'Helper',
    side: 'before',
    type: 'http',
    enabled: true,
    order: 0,
    url: 'http://127.0.0.1:8787',
    port: 8787,
    health_path: '/health',
    timeout: 90,
    has_auth_key: false,
    extra_headers: {},
    providers: [],
    model_prefixes: [],
    service_cmd: `helper --port {port} 'a b'`,
    service_stop_cmd: null,
    service_shell: false,
  });
  assert.deepEqual(
    [entries[1]?.type, entries[2]?.has_auth_key, entries[2]?.url],
    ['cli_wrapper', true, 'http://127.0.0.1:8317'],
  );
});

test('nobody sees or changes it without the token', async () => {
  for (const method of ['GET', 'PUT'])
    assert.equal((await call(gateway.url, '/api/proxy-chain', { method })).status, 401, method);
});

test('what was read can be sent back and changes nothing', async () => {
  const read = await get();
  assert.deepEqual(bodyOf(await put(read)), read);
  assert.equal(text(), YAML);
});

test('entries are changed, moved and added, in force when the answer comes; comments stay', async () => {
  const { entries, etag } = await get();
  const [helper, rtk, lender] = entries;
  assert.ok(helper && rtk && lender);
  const changed = [
    { ...helper, enabled: false, port: 8788 },
    { id: 'new', name: 'New', url: 'http://127.0.0.1:7', port: 7, timeout: 30 },
    { ...lender, auth_key: null },
  ];
  const answer = bodyOf(
    await put({ etag, entries: changed.map((entry) => ({ ...entry, order: undefined })) }),
  );
  assert.deepEqual(
    answer.entries.map(({ id, url, timeout, has_auth_key: key }) => [id, url, timeout, key]),
    [
      ['helper', 'http://127.0.0.1:8788', 90, false],
      ['new', 'http://127.0.0.1:7', 30, false],
      ['lender', 'http://127.0.0.1:8317', 90, false],
    ],
  );
  assert.match(
    text(),
    /# Compresses what is sent\.\n {4}- id: helper\n {6}name: Helper # the first\n {6}port: 8788\n/,
  );
  assert.match(text(), /service_cmd: \["helper", "--port", "\{port\}", "a b"\]/);
  assert.ok(!text().includes('rtk'));
  assert.equal(gateway.running.configuration.snapshot().chain.entries.length, 3);
});

test('order decides where the positions in the list do not say it', async () => {
  const { entries } = await get();
  const turned = entries.map((entry) => ({ ...entry, order: 10 - entry.order }));
  const answer = bodyOf(await put({ entries: turned }));
  assert.deepEqual(
    answer.entries.map(({ id, order }) => [id, order]),
    [
      ['lender', 0],
      ['rtk', 1],
      ['helper', 2],
    ],
  );
  assert.match(text(), /service_cmd/);
});

test('commands, and files that hold keys, cannot be written, whoever asks', async () => {
  const { entries } = await get();
  const [helper, ...others] = entries;
  assert.ok(helper);
  const attacks: readonly object[] = [
    { ...helper, service_cmd: 'sh -c evil' },
    { ...helper, service_stop_cmd: 'evil' },
    { ...helper, service_shell: true },
    { id: 'new', name: 'N', port: 7, service_cmd: 'evil' },
    { ...helper, auth_key: 'file:/etc/shadow' },
    { ...helper, extra_headers: { 'x-a': 'file:/etc/shadow' } },
  ];
  for (const attack of attacks) {
    const answer = await put({ entries: [attack, ...others] });
    assert.deepEqual([answer.status, codeOf(answer)], [403, 'config_read_only'], JSON.stringify(attack));
  }
  assert.equal(text(), YAML);
});

test('what cannot be served is refused, as is a change of an older version, and the old chain stays', async () => {
  const { entries, etag } = await get();
  const port = Number(new URL(gateway.url).port);
  const wrong: readonly object[] = [
    { id: 'x', name: 'X' },
    { id: 'x', name: 'X', url: 'http://127.0.0.1:7/$(id)' },
    { id: 'x', name: 'X', port: 7, auth_key: 'sk-literal' },
    { id: 'x', name: 'X', port: 7, side: 'after', providers: ['anthropic'] },
    ...(port === 0 ? [] : [{ id: 'x', name: 'X', port: 8787 }]),
  ];
  for (const entry of wrong) {
    const answer = await put({ entries: [...entries, entry] });
    assert.equal(codeOf(answer), 'config_refused', JSON.stringify(entry));
  }
  writeFileSync(gateway.file, `${YAML}# changed\n`);
  assert.equal(codeOf(await put({ etag, entries: [] })), 'config_stale');
  assert.equal(text(), `${YAML}# changed\n`);
  assert.equal(bodyOf(await put({ entries: [] })).entries.length, 0);
});
