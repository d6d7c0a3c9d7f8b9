/** A day of traffic in a second, scraped: every metric of the table is there and says what happened. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import parse from 'parse-prometheus-text-format';
import { originOf } from '../src/domain/origin.ts';
import type { Provider } from '../src/domain/provider.ts';
import type { AlertRule } from '../src/guard/alerts/alert-rule.ts';
import { METRICS, type MetricRow } from '../src/telemetry/metrics/metric-table.ts';
import { PROCESS_METRICS } from '../src/telemetry/metrics/process-metrics.ts';
import { agent, held, never, status, text } from './support/answers.ts';
import { call, message } from './support/call.ts';
import { readEvents } from './support/event-reader.ts';
import { exampleProvider } from './support/example-provider.ts';
import { ADMIN_TOKEN, startInProcess, type InProcessGateway } from './support/in-process-gateway.ts';
import { modelOf, type RecordedRequest } from './support/recorded-request.ts';
import { jsonReply, type Answer } from './support/reply.ts';
import { startScriptedUpstream, type ScriptedUpstream } from './support/scripted-upstream.ts';
import { until } from './support/until.ts';

const BILL = { input: 1_000, output: 50, cacheRead: 2_000, cacheWrite: 300 };
const directory = mkdtempSync(join(tmpdir(), 'switchyard-metrics-'));

let upstream: ScriptedUpstream;
let gateway: InProcessGateway;
/** The scrape at the end of the day. */
let scraped = '';
let release = (): void => undefined;

const QUIET_RULE: AlertRule = {
  name: 'flood',
  metric: 'requests',
  above: 1e9,
  resolveAt: 1e9,
  windowMs: 60_000,
  minimum: 1,
  forMs: 0,
  cooldownMs: 0,
  priority: 'high',
  only: {},
  notify: undefined,
};

const isModel = (name: string) => (request: RecordedRequest) => modelOf(request) === name;
const once = (model: string, answer: Answer) => upstream.script({ when: isModel(model), times: 1, answer });

before(async () => {
  upstream = await startScriptedUpstream({ answer: text('one two three', BILL) });
  const at = (name: string, more: Partial<Provider> = {}) =>
    exampleProvider({ name, origin: originOf(new URL(upstream.url)), ...more });
  const clocks = { ...exampleProvider().clocks, headersWhole: 40 };
  const to = (provider: string, model?: string) => ({ provider, model });
  gateway = await startInProcess({
    providers: [
      at('main'),
      at('backup'),
      at('chat', { format: 'openai-chat', basePath: '/v1' }),
      at('slow', { clocks }),
      at('limited', { limits: { concurrent: 1, perKey: 1, perClient: 1, queue: 5, wait: 5_000 } }),
      at('zai'),
    ],
    routes: {
      tiers: {
        opus: [to('main')],
        sonnet: [to('main', 'busy'), to('backup', 'm-backup')],
        haiku: [to('zai', 'glm-4.7')],
      },
      mappings: [
        { match: 'chat', targets: [to('chat', 'c')] },
        { match: 'slow', targets: [to('slow', 's')] },
        { match: 'limited', targets: [to('limited', 'l')] },
        { match: 'shaky', targets: [to('main', 'shaky')] },
        { match: 'moved', targets: [to('main', 'left'), to('backup', 'reached')] },
      ],
    },
    alerts: { rules: [QUIET_RULE] },
    chain: { entries: [{ kind: 'cli_wrapper', id: 'rtk', name: 'RTK', side: 'before', enabled: true }] },
    ledger: directory,
    prices: {
      configured: {
        main: { input: 3, output: 15 },
        zai: { input: 1, output: 2 },
        'backup/reached': { input: 2, output: 4, cacheRead: 0.5 },
      },
      environment: {},
    },
  });
  await day();
  const answer = await call(gateway.url, '/metrics', { method: 'GET' });
  assert.equal(answer.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
  scraped = answer.body.toString();
});

after(async () => {
  release();
  await gateway.stop();
  await upstream.close();
  rmSync(directory, { recursive: true });
});

const ask = (model: string, more: object = {}) =>
  call(gateway.url, '/v1/messages', { body: message(model, { ...more }) });

async function day(): Promise<void> {
  for (let index = 0; index < 3; index += 1) await ask('claude-opus-4-8', { stream: true });
  upstream.script({
    when: isModel('claude-opus-4-8'),
    times: 1,
    answer: async (request) => {
      const reply = await agent(request);
      const headers = [...reply.headers, ['anthropic-ratelimit-unified-5h-utilization', '0.4'] as const];
      return { ...reply, headers };
    },
  });
  await ask('claude-opus-4-8');
  for (let index = 0; index < 2; index += 1) await ask('claude-haiku-4-5');
  once('busy', status(529));
  await ask('claude-sonnet-5');
  once('shaky', status(429, { headers: [['retry-after-ms', '20']] }));
  await ask('shaky');
  upstream.script({ when: isModel('s'), answer: never() });
  await ask('slow');
  await ask('chat', { top_k: 3 });
  const headers = { 'user-agent': 'claude-cli/2.1.328', 'x-claude-code-session-id': 's' };
  const inSession = () => call(gateway.url, '/v1/messages', { headers, body: message('moved') });
  await inSession();
  once('left', status(429));
  await inSession();
  await queueUp();
  upstream.script({
    when: ({ target }) => target.endsWith('/count_tokens'),
    answer: () => jsonReply(200, { input_tokens: 3 }),
  });
  await call(gateway.url, '/v1/messages/count_tokens', { body: message('claude-opus-4-8') });
  for (const model of ['invented-1', 'invented-2']) await leaveAlone(model);
  await call(gateway.url, '/v1/messages', { body: '{"model' });
  await call(gateway.url, '/v1/models', { method: 'GET', headers: { host: 'evil.example' } });
  await call(gateway.url, '/api/providers/backup/paused', {
    method: 'PUT',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    body: '{"paused":true}',
  });
}

/** As a model that a caller invented is after enough failures. */
const leaveAlone = (model: string) =>
  call(gateway.url, '/api/breakers/open', {
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    body: JSON.stringify({ provider: 'main', model, for_ms: 60_000 }),
  });

/** One request has the only place, another one waits for it. */
async function queueUp(): Promise<void> {
  once('l', held(text('first'), new Promise<void>((resolve) => (release = resolve))));
  const first = ask('limited');
  await until('the first', () => upstream.requests.some(isModel('l')));
  const second = ask('limited');
  await until(
    'the second to wait',
    async () => valueOf(await scrape(), 'provider_queued', { provider: 'limited' }) === 1,
  );
  release();
  await Promise.all([first, second]);
}

const scrape = async () => (await call(gateway.url, '/metrics', { method: 'GET' })).body.toString();

/** The sum of the lines that carry these labels. */
function valueOf(scrapedText: string, name: string, labels: Readonly<Record<string, string>> = {}): number {
  const lines = scrapedText
    .split('\n')
    .filter((line) => new RegExp(`^(switchyard|ccp)_${name}[{ ]`).test(line));
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return lines
    .filter((line) => wanted.every((pair) => line.includes(pair)))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

const rows: readonly MetricRow[] = Object.values(METRICS);

test('the scrape is what a parser of the format understands, and it holds the table and nothing else', () => {
  const parsed = parse(scraped);
  const names = new Set(parsed.map(({ name }) => name));
  const expected = [...rows, ...PROCESS_METRICS].map(({ name }) => name);
  assert.deepEqual([...names].toSorted(), expected.toSorted());
  for (const { name, type } of [...rows, ...PROCESS_METRICS])
    assert.equal(parsed.find((metric) => metric.name === name)?.type, type.toUpperCase(), name);
});

for (const { name, type, labels } of rows)
  test(`${name} is there after a day, with its labels`, () => {
    const suffix = type === 'histogram' ? '_count' : '';
    const line = scraped.split('\n').find((candidate) => new RegExp(`^${name}${suffix}[{ ]`).test(candidate));
    assert.ok(line !== undefined, `no line of ${name}`);
    const named = [...line.matchAll(/(\w+)="/g)].map(([, label]) => label);
    assert.deepEqual(named, labels);
  });

test('requests, tries and tokens are those of the gateway’s records and of the provider’s bill', () => {
  const attempts = gateway.records.flatMap((record) => record.attempts);
  assert.equal(valueOf(scraped, 'requests_total'), gateway.records.length);
  assert.equal(valueOf(scraped, 'attempts_total'), attempts.length);
  assert.equal(valueOf(scraped, 'tokens_total', { provider: 'zai', kind: 'cache_read' }), 4_000);
  const billed = upstream.ledger.reduce((sum, row) => sum + (row.billed?.output ?? 0), 0);
  assert.equal(valueOf(scraped, 'tokens_total', { kind: 'output' }), billed);
  assert.equal(valueOf(scraped, 'inter_token_seconds_count', { provider: 'main' }), 3);
});

test('a conversation that leaves a prompt cache behind is counted, with what that cost', () => {
  const where = { from: 'main', to: 'backup', model: 'reached' };
  assert.equal(valueOf(scraped, 'reroutes_total', where), 1);
  const lost = BILL.cacheWrite;
  assert.equal(valueOf(scraped, 'reroute_lost_tokens_total', where), lost, 'the rest was read from a cache');
  const dollars = valueOf(scraped, 'reroute_lost_dollars_total', where);
  assert.ok(Math.abs(dollars - (lost * 1.5) / 1e6) < 1e-9, String(dollars));
});

test('dollars are those of the ledger', async () => {
  const stats = (await call(gateway.url, '/api/stats', { method: 'GET' })).body.toString();
  const spent = /"cost_usd":([\d.]+)/.exec(stats)?.[1];
  assert.ok(Number(spent) > 0);
  assert.ok(Math.abs(valueOf(scraped, 'cost_dollars_total', { kind: 'spent' }) - Number(spent)) < 1e-9);
});

test('only answers that were generated have a first token', () => {
  const generated = gateway.records.filter(({ kind }) => kind.operation === 'generate');
  assert.ok(generated.length < gateway.records.length);
  const timed = generated.flatMap(({ attempts }) => attempts).filter(({ ttftMs }) => ttftMs !== undefined);
  assert.equal(valueOf(scraped, 'time_to_first_token_seconds_count'), timed.length);
});

test('models that callers invent share one line of breakers, with the worst of their states', () => {
  assert.doesNotMatch(scraped, /invented/);
  assert.match(
    scraped,
    /^switchyard_breaker_state\{provider="main",model="other",credential="[a-z-]+"\} 2$/m,
  );
});

test('a target without a price has no line of dollars, but one of what is unpriced', () => {
  assert.ok(valueOf(scraped, 'unpriced_attempts_total', { provider: 'limited' }) > 0);
  assert.doesNotMatch(scraped, /^switchyard_cost_dollars_total\{provider="limited"/m);
  assert.equal(valueOf(scraped, 'unpriced_attempts_total', { provider: 'zai' }), 0);
});

test('what went wrong is counted under its name', () => {
  const counted = (name: string, labels: Record<string, string>) => valueOf(scraped, name, labels);
  assert.equal(counted('cascade_switches_total', { from: 'main', to: 'backup', error: 'http_529' }), 1);
  assert.equal(counted('retries_total', { provider: 'main', error: 'http_429' }), 1);
  assert.equal(counted('timeouts_total', { provider: 'slow', clock: 'headers' }), 1);
  assert.equal(counted('translation_warnings_total', { code: 'sampling_dropped' }), 1);
  assert.equal(counted('refusals_total', { error: 'host_not_allowed' }), 1);
  assert.equal(counted('requests_total', { outcome: 'refused', provider: 'none' }), 1);
  assert.equal(counted('provider_paused', { provider: 'backup' }), 1);
  assert.equal(counted('provider_queued', { provider: 'limited' }), 0);
  assert.equal(counted('quota_utilization_ratio', { window: '5h' }), 0.4);
  assert.equal(counted('zai_h1_success_total', {}), 2);
});

test('time of the gateway is not time of the provider, of a queue or of an upload', () => {
  const seconds = valueOf(scraped, 'gateway_overhead_seconds_sum');
  const waited = valueOf(scraped, 'wait_seconds_total');
  const all = gateway.records.reduce((sum, { totalMs }) => sum + totalMs / 1000, 0);
  const upstreamSeconds = gateway.records
    .flatMap(({ attempts }) => attempts)
    .reduce((sum, { totalMs }) => sum + totalMs / 1000, 0);
  assert.ok(
    Math.abs(all - upstreamSeconds - waited - seconds) < 0.001,
    `${all} ${upstreamSeconds} ${waited} ${seconds}`,
  );
  assert.ok(waited > 0);
});

test('names that callers invent share one label', async () => {
  upstream.script({ when: (request) => modelOf(request).startsWith('opus-invented'), answer: status(404) });
  for (let index = 0; index < 20; index += 1) await ask(`opus-invented-${index}`);
  const now = await scrape();
  assert.equal(now.includes('opus-invented'), false);
  assert.equal(valueOf(now, 'attempts_total', { model: 'other', outcome: 'error' }), 20);
});

test('a breaker, an open stream of events and a request under way show as they are', async () => {
  await call(gateway.url, '/api/breakers/open', {
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    body: '{"provider":"zai","model":"glm-4.7"}',
  });
  const reader = await readEvents(gateway.url);
  const now = await scrape();
  reader.leave();
  assert.equal(valueOf(now, 'breaker_state', { provider: 'zai', model: 'glm-4.7' }), 2);
  assert.equal(valueOf(now, 'breaker_state', { provider: 'chat', model: 'c' }), 0);
  assert.equal(valueOf(now, 'event_readers'), 1);
  assert.equal(valueOf(now, 'build_info', { version: '0.0.0-test' }), 1);
  assert.equal(valueOf(now, 'mode_info', { mode: 'target' }), 1);
  assert.equal(valueOf(now, 'chain_entry_up', { entry: 'rtk' }), 1);
});
