/** A gateway beyond loopback: not without keys, and with keys for nobody who has none. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { originOf } from '../../src/domain/origin.ts';
import { Secret } from '../../src/lib/secret.ts';
import { call, message, type CallSettings } from '../support/call.ts';
import { exampleProvider } from '../support/example-provider.ts';
import { findSecret } from '../support/find-secret.ts';
import { ADMIN_TOKEN, startInProcess, type InProcessGateway } from '../support/in-process-gateway.ts';
import { ownNetworkAddress } from '../support/own-network-address.ts';
import { runCommand, type CommandRun } from '../support/run-command.ts';
import { startScriptedUpstream, type ScriptedUpstream } from '../support/scripted-upstream.ts';

const network = ownNetworkAddress();

/** Starts the program with this configuration and waits for its end. */
async function startAndEnd(yaml: string): Promise<CommandRun> {
  const home = await mkdtemp(join(tmpdir(), 'switchyard-bind-'));
  try {
    await writeFile(join(home, 'switchyard.yaml'), yaml);
    const environment = {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      SWITCHYARD_HOME: home,
      XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
    };
    return await runCommand(['start'], { environment });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

describe('without client keys the gateway refuses to start where other machines can reach it', () => {
  for (const address of ['0.0.0.0:0', '[::]:0', `${network ?? '192.0.2.1'}:0`, '[127.0.0.1:0, 0.0.0.0:0]']) {
    test(address, async () => {
      const listen = address.startsWith('[1') ? '["127.0.0.1:0", "0.0.0.0:0"]' : JSON.stringify(address);
      const { code, said } = await startAndEnd(`server: { listen: ${listen} }\n`);
      assert.equal(code, 2, said);
      assert.match(said, /localhost/, 'the one way out: listen on this machine only');
      assert.match(said, /client_keys/, 'the other way out: keys');
      assert.doesNotMatch(said, /listening/);
    });
  }

  test('a key whose secret is not there opens nothing', async () => {
    const key = '{ name: laptop, secret: "env:NOT_SET" }';
    const { code, said } = await startAndEnd(`server: { listen: "0.0.0.0:0", client_keys: [${key}] }\n`);
    assert.equal(code, 2, said);
    assert.match(said, /NOT_SET/);
  });
});

const KEY = 'sy-client-key-0123456789abcdefghij';
const OTHER_KEY = 'sy-client-key-9876543210abcdefghij';

const RIGHT: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'x-switchyard-key': { 'x-switchyard-key': KEY },
  'x-api-key': { 'x-api-key': KEY },
  Bearer: { authorization: `Bearer ${KEY}` },
  'x-goog-api-key': { 'x-goog-api-key': KEY },
};

const WRONG: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'no key': {},
  'another client’s key': { 'x-switchyard-key': OTHER_KEY },
  'a key that is too short': { 'x-api-key': KEY.slice(0, -1) },
  'a key that goes on': { 'x-api-key': `${KEY}0` },
  'an empty key': { 'x-switchyard-key': '' },
  'a provider’s key': { 'x-api-key': 'sk-ant-api03-0123456789' },
  'a login': { authorization: 'Bearer sk-ant-oat01-0123456789' },
  'the admin token': { authorization: `Bearer ${ADMIN_TOKEN}` },
  'a claim to come from here': { 'x-forwarded-for': '127.0.0.1', forwarded: 'for=127.0.0.1' },
};

/** Everything that another machine could ask for. What follows the path is the dialect of its refusals. */
const ROUTES: readonly (readonly [
  method: string,
  path: string,
  dialect: 'anthropic' | 'openai' | 'google',
])[] = [
  ['POST', '/v1/messages', 'anthropic'],
  ['POST', '/v1/messages/count_tokens', 'anthropic'],
  ['POST', '/v1/chat/completions', 'openai'],
  ['POST', '/v1/responses', 'openai'],
  ['POST', '/v1beta/models/gemini-3:generateContent', 'google'],
  ['GET', '/v1/models', 'openai'],
  ['GET', '/v1/files', 'anthropic'],
  ['DELETE', '/v1/files/file_1', 'anthropic'],
  ['GET', '/api/oauth/usage', 'anthropic'],
  ['POST', '/p/nobody/v1/messages', 'anthropic'],
];

const ENVELOPES = {
  anthropic: /"type":"error"/,
  openai: /^\{"error":\{"message"/,
  google: /"status":"UNAUTHENTICATED"/,
};

describe(
  'a gateway beyond loopback',
  { skip: network === undefined && 'this machine has no network' },
  () => {
    let upstream: ScriptedUpstream;
    let gateway: InProcessGateway;
    let url: string;
    const opened = new AsyncDisposableStack();
    before(async () => {
      upstream = await startScriptedUpstream();
      opened.defer(async () => upstream.close());
      const provider = exampleProvider({ origin: originOf(new URL(upstream.url)), auth: { kind: 'caller' } });
      gateway = await startInProcess({
        providers: [provider],
        routes: { mappings: [{ match: 'own-name', targets: [{ provider: 'example', model: 'x' }] }] },
        server: {
          listen: [{ host: '0.0.0.0', port: 0 }],
          clientKeys: [{ name: 'laptop', secret: new Secret(KEY) }],
        },
      });
      opened.defer(async () => gateway.stop());
      url = `http://${network ?? ''}:${gateway.running.addresses[0]?.port ?? 0}`;
    });
    after(async () => opened.disposeAsync());

    const ask = async (method: string, path: string, headers: CallSettings['headers'] = {}) =>
      call(url, path, {
        method,
        headers,
        ...(method === 'POST' ? { body: message('claude-opus-4-8') } : {}),
      });

    for (const [method, path, dialect] of ROUTES) {
      test(`${method} ${path} is refused in its dialect to everyone without the key`, async () => {
        for (const [what, headers] of Object.entries(WRONG)) {
          const answer = await ask(method, path, headers);
          assert.equal(answer.status, 401, what);
          assert.match(answer.body.toString(), ENVELOPES[dialect], what);
          assert.equal(answer.headers['x-should-retry'], 'false', what);
        }
        assert.equal(upstream.requests.length, 0);
      });
    }

    for (const [place, headers] of Object.entries(RIGHT)) {
      test(`the key is taken in ${place}, and goes no further`, async () => {
        upstream.reset();
        const answer = await ask('POST', '/v1/messages', headers);
        assert.equal(answer.status, 200, answer.body.toString());
        assert.equal((await ask('GET', '/v1/models', headers)).status, 200);
        assert.equal(upstream.requests.length, 1);
        assert.equal(findSecret(upstream.receivedBytes(), KEY), undefined);
      });
    }

    test('a key beside the caller’s own credential leaves that alone', async () => {
      upstream.reset();
      await ask('POST', '/v1/messages', { 'x-switchyard-key': KEY, 'x-api-key': 'sk-ant-api03-mine' });
      assert.ok(upstream.receivedBytes().includes('sk-ant-api03-mine'));
      assert.equal(findSecret(upstream.receivedBytes(), KEY), undefined);
    });

    test('the admin API tells strangers no more than that it is there; the client key is no admin token', async () => {
      for (const headers of [{}, ...Object.values(RIGHT)]) {
        for (const path of ['/api/status', '/api/stats', '/metrics', '/api/events'])
          assert.equal((await ask('GET', path, headers)).status, 401);
        assert.equal((await ask('POST', '/api/shutdown', headers)).status, 401);
      }
      const health = await ask('GET', '/health');
      assert.equal(health.status, 200);
      assert.ok(!health.body.includes('oauth_token_available'));
      for (const path of ['/api/status', '/metrics'])
        assert.equal((await ask('GET', path, { authorization: `Bearer ${ADMIN_TOKEN}` })).status, 200);
    });

    test('callers on this machine need no key', async () => {
      const own = `http://127.0.0.1:${new URL(url).port}`;
      const answer = await call(own, '/v1/messages', { body: message('claude-opus-4-8') });
      assert.equal(answer.status, 200);
      assert.equal((await call(own, '/api/status', { method: 'GET' })).status, 200);
      assert.equal((await call(own, '/api/shutdown')).status, 401);
    });
  },
);
