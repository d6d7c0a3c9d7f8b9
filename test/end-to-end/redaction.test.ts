/**
 * Forty secrets of every kind go into a real gateway: through its configuration, its callers and its providers'
 * answers. Whatever it then prints, logs, writes to disk or says about itself is searched for them.
 */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ENDPOINTS } from '../../src/contract/endpoints.ts';
import { agent, errorAfter, cut, html, text } from '../support/answers.ts';
import { call, message } from '../support/call.ts';
import { CREDENTIAL_KINDS, showCredential } from '../support/credential-kinds.ts';
import { readEvents, type EventReader } from '../support/event-reader.ts';
import { findSecret } from '../support/find-secret.ts';
import { startGateway, type RunningGateway } from '../support/gateway.ts';
import { startOtlpCollector, type OtlpCollector } from '../support/otlp-collector.ts';
import { exchangeRaw } from '../support/raw-client.ts';
import { modelOf, type RecordedRequest } from '../support/recorded-request.ts';
import { jsonReply, type Answer } from '../support/reply.ts';
import { runCommand } from '../support/run-command.ts';
import { startScriptedUpstream, type ScriptedUpstream } from '../support/scripted-upstream.ts';

const PROXY_PASSWORD = 'Zd9PqLwMxC5TbVnKsG';

/** What the configuration refers to, by variable. */
const CONFIGURED: Readonly<Record<string, string>> = {
  STANDIN_KEY: 'sk-conf-standin-JfN3wqZxVbT7LmKpRd',
  BEARER_KEY: 'sk-conf-bearer-Hs8ZtQyWcP2XnVgLbM',
  CHAT_KEY: 'sk-conf-chat-Rk5DwBqTzN9YjFhMxS',
  RESPONSES_KEY: 'sk-conf-responses-Dm7VxKpWqZ2TnGcLbH',
  GEMINI_KEY: 'AIza-conf-gemini-Bz6QhNwXkM3TvJdRsF',
  DEAD_KEY: 'sk-conf-dead-Vp2GmXcLsK7QbZnWtJ',
  BROKEN_KEY: 'sk-conf-line\nbreak-Wq6TnFzRmD4KxBvPsH',
  CLIENT_KEY: 'sy-conf-client-Ym7KbWvXtQ3ZsRdNcL',
  PROXY: `http://user:${PROXY_PASSWORD}@127.0.0.1:9`,
  ZAI_API_KEY: 'conf-zai-Gt4XvNbQmL8WzKcRpD',
  OPENROUTER_API_KEY: 'sk-or-v1-Nb6MzTqWkV3XcLdRsP',
  UNUSED_SECRET: 'unused-Cx5RdWmZtK9QvBnLpS',
};

const IN_FILE = 'file-secret-Lw8VzKqTmX2NbRcPdG';
const IN_DOT_ENV = 'dot-env-Ts3QnZxWvM7KbLdRcP';
const WRONG_TOKEN = 'wrong-admin-token-Kv9BmXzTqW4NcRdLsP';

const yaml = (url: string, collector: string): string => `
server:
  listen: 127.0.0.1:0
  client_keys: [{ name: laptop, secret: "env:CLIENT_KEY" }]
providers:
  standin: { base_url: "${url}", auth: { header: x-api-key, secret: "env:STANDIN_KEY" } }
  bearer: { base_url: "${url}", auth: { header: authorization, scheme: Bearer, secret: "env:BEARER_KEY" } }
  chat: { base_url: "${url}/v1", format: openai-chat, auth: { secret: "env:CHAT_KEY" } }
  answers: { base_url: "${url}/v1", format: openai-responses, auth: { secret: "env:RESPONSES_KEY" } }
  gem: { base_url: "${url}/v1beta", format: gemini, auth: { header: x-goog-api-key, secret: "env:GEMINI_KEY" } }
  dead: { base_url: "http://127.0.0.1:9", auth: { header: x-api-key, secret: "env:DEAD_KEY" } }
  broken: { base_url: "${url}", auth: { header: x-api-key, secret: "env:BROKEN_KEY" } }
  filed: { base_url: "${url}", auth: { header: x-api-key, secret: "file:key.txt" } }
  dotted: { base_url: "${url}", auth: { header: x-api-key, secret: "env:DOTTED_KEY" } }
  proxied: { base_url: "https://provider.invalid", proxy: "env:PROXY", auth: { secret: "env:STANDIN_KEY" } }
  relay: { base_url: "${url}", auth: caller }
  zai: {}
  openrouter: {}
tiers: { haiku: standin, sonnet: [bearer, standin], opus: relay }
mappings:
${['chat', 'answers', 'gem', 'dead', 'broken', 'filed', 'dotted', 'proxied'].map((name) => `  - { match: "${name}*", use: ${name} }`).join('\n')}
passthrough: { provider: relay, fallback: true }
terminal: { mode: full }
tracing: { endpoint: "${collector}", content: true, conventions: both, delay: 20ms }
`;

/** A provider that repeats whatever it was sent, in errors too. */
const echo: Answer = (request) => {
  const model = modelOf(request);
  if (model.includes('echo')) return jsonReply(400, { error: { message: heard(request) } });
  if (model.includes('html')) return html(200)(request);
  if (model.includes('reset')) return cut(text(heard(request)), 300, 'reset')(request);
  if (model.includes('inside')) return errorAfter(text(heard(request)), 4)(request);
  return agent(request);
};

const heard = ({ rawHeaders, target }: RecordedRequest): string => JSON.stringify([target, rawHeaders]);

const secrets = new Map<string, string>();
const heardFromGateway: string[] = [];
let upstream: ScriptedUpstream;
let gateway: RunningGateway;
let collector: OtlpCollector;
let events: EventReader;
const opened = new AsyncDisposableStack();

before(async () => {
  for (const [name, secret] of Object.entries(CONFIGURED))
    secrets.set(`the configured ${name}`, name === 'PROXY' ? PROXY_PASSWORD : secret);
  secrets
    .set('a secret in a file', IN_FILE)
    .set('a secret in .env', IN_DOT_ENV)
    .set('a wrong token', WRONG_TOKEN);
  upstream = await startScriptedUpstream({ answer: echo });
  opened.defer(async () => upstream.close());
  collector = await startOtlpCollector();
  opened.defer(async () => collector.close());
  gateway = await startGateway({
    yaml: yaml(upstream.url, collector.url),
    files: { 'key.txt': `${IN_FILE}\n`, '.env': `DOTTED_KEY=${IN_DOT_ENV}\n` },
    environment: { ...CONFIGURED, SWITCHYARD_DEBUG: '1' },
  });
  opened.defer(async () => gateway.stop());
  events = await readEvents(gateway.url);
  opened.defer(() => events.leave());
});
after(async () => opened.disposeAsync());

const MODELS = [
  'claude-opus-4-8',
  'claude-haiku-4-5',
  'claude-sonnet-5-5',
  'chat',
  'answers',
  'gem',
  'filed',
  'dotted',
  'dead',
  'broken',
  'proxied',
];

/** Sends the caller's credential through everything that can go well or wrong. */
async function exercise(
  headers: Readonly<Record<string, string[]>>,
  query: string,
  number: number,
): Promise<void> {
  const model = MODELS[number % MODELS.length] ?? '';
  const suffix = ['', '-echo', '-html', '-reset', '-inside'][number % 5] ?? '';
  const calls: readonly (readonly [path: string, body: object | string])[] = [
    ['/v1/messages', message(model + suffix, { stream: number % 2 === 0 })],
    ['/v1/messages', message('claude-opus-4-8-echo')],
    ['/v1/messages', '{"model":"broken json'],
    ['/v1/messages/count_tokens', message(model)],
    ['/v1/chat/completions', message(model)],
    ['/v1/files', '{}'],
    ['/p/../crooked', '{}'],
  ];
  for (const [path, body] of calls) {
    const joined = query === '' ? path : `${path}?${query}`;
    await call(gateway.url, joined, { headers, body }).catch(() => undefined);
  }
  const lines = Object.entries(headers).flatMap(([name, values]) =>
    values.map((value) => `${name}: ${value}`),
  );
  const misdirected = `GET /?${query} HTTP/1.1\r\nHost: evil.example\r\n${lines.join('\r\n')}\r\n\r\n`;
  heardFromGateway.push((await exchangeRaw(gateway.url, misdirected)).body.toString());
}

test('callers’ credentials of every kind pass through', async () => {
  for (const [number, kind] of CREDENTIAL_KINDS.filter((name) => name !== 'a label of ours').entries()) {
    const { headers, query, secret } = showCredential(kind);
    secrets.set(kind, secret);
    const grouped: Record<string, string[]> = {};
    for (const [name, value] of headers) grouped[name] = [...(grouped[name] ?? []), value];
    await exercise(grouped, query, number);
  }
  for (const model of MODELS) await exercise({}, '', MODELS.indexOf(model));
  assert.ok(secrets.size >= 40, `${secrets.size} secrets`);
});

test('a provider’s error goes out as it came, even when it repeats what it was sent', async () => {
  const { status, body } = await call(gateway.url, '/v1/messages', {
    headers: { 'x-api-key': 'sk-repeated-to-its-owner' },
    body: message('claude-opus-4-8-echo'),
  });
  assert.equal(status, 400);
  assert.ok(body.includes('sk-repeated-to-its-owner'));
});

/** Everything that can be asked without naming something: metrics, exports, whatever comes to it later. */
const QUESTIONS = Object.values(ENDPOINTS)
  .filter(({ method, path }) => method === 'GET' && !path.includes('{') && path !== '/api/events')
  .map(({ path }) => path);

async function exchangePaths(): Promise<string[]> {
  const { body } = await call(gateway.url, '/api/exchanges?limit=500', { method: 'GET' });
  const ids = [...body.toString().matchAll(/"id":"([^"]+)"/g)].map(([, id]) => `/api/exchanges/${id}`);
  assert.ok(ids.length > 100, `${ids.length} exchanges`);
  return ids.slice(0, 100);
}

test('the admin API says nothing secret, to those without and with the token', async () => {
  const token = (await readFile(join(gateway.home, 'state', 'admin-token'), 'utf8')).trim();
  secrets.set('the admin token', token);
  for (const shown of [undefined, WRONG_TOKEN, token]) {
    const headers: Record<string, string> = shown === undefined ? {} : { authorization: `Bearer ${shown}` };
    for (const path of [...QUESTIONS, ...(await exchangePaths()), '/v1/models']) {
      const answer = await call(gateway.url, path, { method: 'GET', headers });
      heardFromGateway.push(JSON.stringify(answer.headers) + answer.body.toString());
    }
    await call(gateway.url, '/api/nothing', { method: 'GET', headers }); // Forwarded: its answer is not ours.
  }
  const heardSoFar = heardFromGateway.join('\n');
  for (const provider of ['relay', 'standin', 'chat', 'answers', 'gem'])
    assert.match(
      heardSoFar,
      new RegExp(`switchyard_attempts_total\\{provider="${provider}",.*outcome="ok"`),
      provider,
    );
  assert.ok(heardSoFar.includes('"content-type":"text/csv'), 'the export');
  const wrong = await call(gateway.url, '/api/shutdown', {
    headers: { authorization: `Bearer ${WRONG_TOKEN}` },
  });
  assert.equal(wrong.status, 401);
  heardFromGateway.push(wrong.body.toString());
});

test('the commands that show the configuration show no secret of it', async () => {
  const environment = {
    ...CONFIGURED,
    HOME: gateway.home,
    SWITCHYARD_HOME: gateway.home,
    PATH: '',
    XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
    SWITCHYARD_DEBUG: '1',
  };
  const commands = [
    'config show --provenance',
    'config check',
    'status',
    'env',
    'usage',
    'breakers',
    'tail -n 100 --no-follow --json',
  ];
  const runs = await Promise.all(
    commands.map(async (words) => runCommand(words.split(' '), { environment })),
  );
  for (const [index, { said }] of runs.entries()) {
    assert.ok(said.length > 0, `command ${index}`);
    heardFromGateway.push(said);
  }
});

test('nothing of all this stands in what the gateway printed, wrote or said about itself', async () => {
  const spans = await collector.received(200);
  assert.ok(spans.some(({ attributes }) => 'llm.input_messages.0.message.content' in attributes));
  const types = new Set(events.events.map(({ type }) => type));
  for (const type of ['exchange.started', 'exchange.ended', 'breaker.changed'] as const)
    assert.ok(types.has(type), type);
  const places = new Map([
    ['its output', gateway.output()],
    ['its events', events.text()],
    ['its traces', collector.bytes().toString('latin1')],
    ['its own answers and commands', heardFromGateway.join('\n')],
  ]);
  for (const file of await readdir(gateway.home, { recursive: true, withFileTypes: true })) {
    const isSource = ['key.txt', '.env', 'admin-token'].includes(file.name);
    if (!file.isFile() || isSource) continue;
    const path = join(file.parentPath, file.name);
    places.set(path, await readFile(path, 'latin1'));
  }
  const found: string[] = [];
  for (const [place, content] of places)
    for (const [what, secret] of secrets) {
      const how = findSecret(Buffer.from(content, 'latin1'), secret);
      if (how !== undefined) found.push(`${what} stands in ${place}, ${how}`);
    }
  assert.deepEqual(found, []);
  assert.ok(gateway.output().split('\n').length > 100, 'it did print what it did');
});
