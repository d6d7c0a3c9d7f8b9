/** Profiles: the same gateway, routing differently by name. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, beforeEach, test } from 'node:test';
import { breakersEndpoint } from '../../src/contract/guard.ts';
import { profilesEndpoint } from '../../src/contract/profiles.ts';
import { status } from '../support/answers.ts';
import { call, message } from '../support/call.ts';
import { startConfigured, type ConfiguredGateway } from '../support/configured-gateway.ts';
import { KEY_VARIABLE, standIn } from '../support/gateway.ts';
import { jsonOf } from '../support/recorded-request.ts';
import { startScriptedUpstream, type ScriptedUpstream } from '../support/scripted-upstream.ts';
import { until } from '../support/until.ts';

let first: ScriptedUpstream;
let second: ScriptedUpstream;
let gateway: ConfiguredGateway;
let yaml: string;

before(async () => {
  [first, second] = await Promise.all([startScriptedUpstream(), startScriptedUpstream()]);
  yaml = `providers:
${standIn('one', first.url)}
tiers: { haiku: one, sonnet: one, opus: one/big }
default: one
profiles:
  # for trying things out
  cheap:
    tiers: { big: one/small }
  other:
    providers:
${standIn('two', second.url).replaceAll(/^(?=.)/gm, '    ')}
    default: two
    tiers: { haiku: two, sonnet: two, opus: two }
    mappings: [{ match: mapped, use: two/mapped-there }]
  elsewhere:
    providers: { one: { base_url: "${second.url}" } }
    mappings: [{ match: shaky, use: [one/shaky, one/steady] }]
`;
  gateway = await startConfigured({ yaml, environment: { [KEY_VARIABLE]: 'upstream-key' } });
});

after(async () => {
  await gateway.stop();
  await Promise.all([first.close(), second.close()]);
});

beforeEach(async () => {
  for (const upstream of [first, second]) upstream.reset();
  if (readFileSync(gateway.file, 'utf8') === yaml) return;
  writeFileSync(gateway.file, yaml);
  await gateway.running.files?.reload('signal');
});

const ask = (path: string, model = 'claude-opus-4-8') => call(gateway.url, path, { body: message(model) });
const modelAt = (upstream: ScriptedUpstream) => upstream.requests.map((request) => jsonOf(request)['model']);
const targetsAt = (upstream: ScriptedUpstream) => upstream.requests.map(({ target }) => target);

test('a request says by its path which profile routes it, and none means the one in use', async () => {
  for (const path of ['/v1/messages', '/p/cheap/v1/messages', '/p/other/v1/messages?beta=true'])
    assert.equal((await ask(path)).status, 200, path);
  assert.deepEqual(modelAt(first), ['big', 'small']);
  assert.deepEqual(targetsAt(second), ['/v1/messages?beta=true']);
});

test('every path of the data plane takes a profile', async () => {
  const input = [{ role: 'user', content: 'hi' }];
  const contents = [{ role: 'user', parts: [{ text: 'hi' }] }];
  const requests: [path: string, body: object][] = [
    ['/v1/messages/count_tokens', message('claude-opus-4-8')],
    ['/v1/chat/completions', message('mapped')],
    ['/v1/responses', { model: 'claude-opus-4-8', input }],
    ['/v1beta/models/gemini-3%2Fx:generateContent', { contents }],
  ];
  for (const [path, body] of requests) {
    const answer = await call(gateway.url, `/p/other${path}`, {
      headers: { 'content-type': 'application/json' },
      body,
    });
    assert.equal(answer.status, 200, `${path} ${answer.body.toString()}`);
  }
  assert.equal(second.requests.length, requests.length - 1, 'tokens are estimated here');
  assert.equal(first.requests.length, 0);
  const list = await call(gateway.url, '/p/other/v1/models', { method: 'GET' });
  assert.match(list.body.toString(), /mapped/);
  const none = await call(gateway.url, '/p/cheap/v1/models', { method: 'GET' });
  assert.doesNotMatch(none.body.toString(), /mapped/);
  for (const path of ['/p/other', '/p/other/'])
    assert.equal((await call(gateway.url, path, { method: 'HEAD' })).status, 200);
});

test('a profile that is not there is told in the dialect of the caller', async () => {
  const anthropic = await ask('/p/nowhere/v1/messages');
  assert.equal(anthropic.status, 404);
  assert.partialDeepStrictEqual(JSON.parse(anthropic.body.toString()), {
    type: 'error',
    error: { type: 'not_found_error' },
  });
  const chat = await ask('/p/nowhere/v1/chat/completions');
  assert.equal(chat.status, 404);
  assert.equal(typeof JSON.parse(chat.body.toString()).error.message, 'string');
  assert.equal((await call(gateway.url, '/p/nowhere/v1/models', { method: 'GET' })).status, 404);
});

test('the admin API stands under no profile', async () => {
  for (const path of ['/p/cheap/api/status', '/p/cheap/health', '/p/cheap/api/config']) {
    await gateway.admin('GET', path);
    assert.equal(first.requests.length + second.requests.length, 0, `${path} went to a provider of ours`);
  }
});

test('a profile is put into use, saved and deleted over HTTP, with the comments of the file', async () => {
  const profiles = profilesEndpoint.response;
  const parse = (called: { body: Buffer }) => profiles.parse(JSON.parse(called.body.toString()));
  const put = (path: string, body: object) => gateway.admin('PUT', path, { body });
  const { etag, active } = parse(await gateway.admin('GET', '/api/profiles'));
  assert.equal(active, null);
  assert.equal(parse(await put('/api/profiles', { active: 'cheap', etag })).active, 'cheap');
  await ask('/v1/messages');
  assert.deepEqual(modelAt(first), ['small']);
  assert.equal((await gateway.status()).configuration.profile, 'cheap');
  assert.equal((await put('/api/profiles', { active: 'other', etag })).status, 409);
  const saved = parse(await put('/api/profiles/kept', {}));
  assert.deepEqual(saved.profiles.at(-1), {
    name: 'kept',
    overlay: { tiers: { haiku: 'one', sonnet: 'one', opus: 'one/small' }, default: 'one' },
  });
  assert.equal((await put('/api/profiles/kept', { overlay: { tiers: { opus: 'nobody' } } })).status, 400);
  assert.equal((await put('/api/profiles/kept', { overlay: { server: {} } })).status, 400);
  const evil = { tasks: { custom_router: '/tmp/evil.js' } };
  assert.equal((await put('/api/profiles/evil', { overlay: evil })).status, 403);
  const used = await gateway.admin('POST', '/api/profiles/cheap/delete', { body: {} });
  assert.equal(used.status, 400, 'one that is in use stays');
  assert.equal(parse(await put('/api/profiles', { active: null })).active, null);
  const left = parse(await gateway.admin('POST', '/api/profiles/cheap/delete', { body: {} }));
  assert.deepEqual(
    left.profiles.map(({ name }) => name),
    ['other', 'elsewhere', 'kept'],
  );
  assert.equal((await put('/api/profiles', { active: 'cheap' })).status, 404);
  assert.match(readFileSync(gateway.file, 'utf8'), /# for trying things out/);
});

test('what is wrong with a profile is refused before anybody asks for it', async () => {
  writeFileSync(gateway.file, yaml.replace('one/small', 'nobody/small'));
  const { reasons } = await until(
    'the refusal',
    async () => (await gateway.status()).reload.refused ?? undefined,
  );
  assert.match(reasons.join(), /profiles|nobody|tiers\.opus/);
  assert.equal((await ask('/p/cheap/v1/messages')).status, 200);
});

test('a profile that has a provider elsewhere does not suffer from what fails at its usual place, nor the reverse', async () => {
  const breakers = async () =>
    breakersEndpoint.response.parse(JSON.parse((await gateway.admin('GET', '/api/breakers')).body.toString()))
      .breakers;
  first.script({ answer: status(500) });
  await until('its breaker to open', async () => {
    await ask('/v1/messages', 'shaky');
    return (await breakers())[0]?.state === 'open';
  });
  assert.equal((await ask('/p/elsewhere/v1/messages', 'shaky')).status, 200);
  assert.deepEqual(modelAt(second), ['shaky'], 'its breaker is another');
  second.script({ answer: status(500) });
  await until('the other breaker', async () => {
    await ask('/p/elsewhere/v1/messages', 'shaky');
    return (await breakers()).length >= 2;
  });
  assert.deepEqual(
    (await breakers()).slice(0, 2).map(({ provider, origin, model }) => [provider, origin, model]),
    [
      ['one', null, 'shaky'],
      ['one', second.url, 'shaky'],
    ],
  );
  const scraped = (await call(gateway.url, '/metrics', { method: 'GET' })).body.toString();
  const series = scraped.split('\n').filter((line) => /^switchyard_breaker_state.*shaky/.test(line));
  assert.equal(series.length, 1, series.join('\n'));
});
