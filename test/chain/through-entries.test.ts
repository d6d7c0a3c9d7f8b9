/** Helper services in the way of real requests: what passes them, and what never does. */
import assert from 'node:assert/strict';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, test } from 'node:test';
import { call, message } from '../support/call.ts';
import { startGateway, type RunningGateway } from '../support/gateway.ts';
import { headerOf } from '../support/recorded-request.ts';
import { runCommand } from '../support/run-command.ts';
import { startScriptedUpstream, type ScriptedUpstream } from '../support/scripted-upstream.ts';

const LOGIN = 'Bearer sk-ant-oat01-CANARY-LOGIN';
const PROVIDER_KEY = 'provider-key-CANARY';
const ENTRY_KEY = 'entry-key-CANARY';

let provider: ScriptedUpstream;
let helper: ScriptedUpstream;
let gateway: RunningGateway;

before(async () => {
  provider = await startScriptedUpstream();
  helper = await startScriptedUpstream();
  gateway = await startGateway({
    yaml: `
providers:
  keyed: { base_url: "${provider.url}", auth: { header: x-api-key, secret: env:PROVIDER_KEY } }
  callers: { base_url: "${provider.url}/callers", auth: caller }
  named: { base_url: "${provider.url}", auth: { header: x-api-key, secret: env:PROVIDER_KEY } }
tiers: { haiku: named, sonnet: keyed, opus: callers }
default: keyed
chain:
  entries:
    - { id: front, name: Front, port: 9, side: before }
    - id: helper
      name: Helper
      side: after
      url: ${helper.url}
      auth_key: env:ENTRY_KEY
      extra_headers: { x-team: compilers, user-agent: switchyard-chain }
      providers: [named]
    - { id: some, name: Some, side: after, url: "${helper.url}/some", model_prefixes: [gpt-] }
`,
    environment: { PROVIDER_KEY, ENTRY_KEY },
  });
});

after(async () => {
  await Promise.all([provider.close(), helper.close()]);
  await gateway.stop();
});

beforeEach(() => {
  provider.reset();
  helper.reset();
});

/** What passed the helper, the checks of its health aside. */
const passed = () => helper.requests.filter(({ method }) => method === 'POST');

const ask = (model: string) =>
  call(gateway.url, '/v1/messages', {
    headers: { authorization: LOGIN, 'user-agent': 'claude-cli/2.1', 'content-type': 'application/json' },
    body: message(model),
  });

test('a provider behind an entry is asked through it, with the key of the entry and nothing else', async () => {
  assert.equal((await ask('claude-haiku-4-5')).status, 200);
  assert.equal(provider.requests.length, 0);
  const [request] = passed();
  assert.ok(request);
  assert.equal(headerOf(request, 'x-api-key'), ENTRY_KEY);
  assert.equal(headerOf(request, 'authorization'), undefined);
  assert.equal(headerOf(request, 'x-team'), 'compilers');
  const agents = request.rawHeaders.filter(
    (_, index) => request.rawHeaders[index - 1]?.toLowerCase() === 'user-agent',
  );
  assert.deepEqual(agents, ['switchyard-chain'], 'an extra header replaces the one of the client');
  const seen = helper.receivedBytes().toString('latin1');
  assert.ok(!seen.includes('CANARY-LOGIN'), 'the login of the caller');
  assert.ok(!seen.includes(PROVIDER_KEY), 'the key of the provider');
});

test('a provider that is reached with the caller’s credential bypasses every entry', async () => {
  await ask('claude-opus-4-5');
  assert.equal(passed().length, 0);
  const seen = provider.receivedBytes().toString('latin1');
  assert.ok(!seen.includes(ENTRY_KEY) && !seen.includes('compilers'), 'what was meant for the entry');
});

test('a provider that no entry names is reached directly', async () => {
  assert.equal((await ask('claude-sonnet-4-5')).status, 200);
  assert.equal(passed().length, 0);
  assert.equal(headerOf(provider.requests[0] ?? assert.fail('no request'), 'x-api-key'), PROVIDER_KEY);
});

test('clients are handed the URL of the entry before the gateway', async () => {
  const environment = { PATH: process.env['PATH'] ?? '', HOME: gateway.home, SWITCHYARD_HOME: gateway.home };
  const env = await runCommand(['env', '--shell', 'bash'], { environment });
  assert.match(env.said, /ANTHROPIC_BASE_URL='?http:\/\/127\.0\.0\.1:9'?$/m);
  assert.match(env.said, /OPENAI_BASE_URL=http:\/\/127\.0\.0\.1:9\/v1/);
  assert.match(gateway.output(), /ANTHROPIC_BASE_URL=http:\/\/127\.0\.0\.1:9 claude/);
  const status = await runCommand(['status'], { environment });
  assert.match(status.said, /clients +go to http:\/\/127\.0\.0\.1:9, which stands before the gateway/);
  assert.match(
    status.said,
    /named \(name kept\) at http:\/\/127\.0\.0\.1:\d+ \(helper\) with own credential/,
  );
});

test('models of certain prefixes pass an entry, the others do not', async () => {
  await ask('gpt-6');
  await ask('glm-5');
  assert.deepEqual(
    [...passed(), ...provider.requests].map(({ target }) => target),
    ['/some/v1/messages', '/v1/messages'],
  );
});

test('an entry that sends its requests back to the gateway is found out at run time', async () => {
  let gatewayUrl = '';
  const circle = createServer((incoming, response) => {
    if (incoming.method === 'GET') {
      response.end('well');
      return;
    }
    const onward = httpRequest(new URL(incoming.url ?? '/', gatewayUrl), {
      method: incoming.method,
      headers: { ...incoming.headers, host: new URL(gatewayUrl).host },
    });
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => circle.listen(0, '127.0.0.1', resolve));
  const { port } = circle.address() as AddressInfo; // It listens on TCP.
  const looped = await startGateway({
    yaml: `
providers:
  keyed: { base_url: "${provider.url}", auth: none }
tiers: { haiku: keyed, sonnet: keyed, opus: keyed }
chain:
  entries: [{ id: circle, name: Circle, side: after, port: ${port}, providers: [keyed] }]
`,
  });
  try {
    gatewayUrl = looped.url;
    const answer = await call(looped.url, '/v1/messages', { body: message('claude-haiku-4-5') });
    assert.equal(answer.status, 508, answer.body.toString());
  } finally {
    await looped.stop();
    circle.close();
    circle.closeAllConnections();
  }
});
