/** Alerts of a running gateway: what breaks a rule, who is told, and when it is over. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import type { AlertChannel, AlertSettings } from '../src/config/build/alert-settings.ts';
import type { AlertsBody } from '../src/contract/alerts.ts';
import { originOf } from '../src/domain/origin.ts';
import type { AlertRule } from '../src/guard/alerts/alert-rule.ts';
import { DEFAULT_GUARD_SETTINGS } from '../src/guard/guard-settings.ts';
import { Secret } from '../src/lib/secret.ts';
import { agent, status, text } from './support/answers.ts';
import { call, message } from './support/call.ts';
import { exampleProvider } from './support/example-provider.ts';
import {
  ADMIN_TOKEN,
  PATIENT,
  exampleSnapshot,
  startInProcess,
  type InProcessGateway,
  type SnapshotChanges,
} from './support/in-process-gateway.ts';
import { startMailSink, startWebhookSink, type MailSink, type WebhookSink } from './support/notice-sinks.ts';
import { startScriptedUpstream, type ScriptedUpstream } from './support/scripted-upstream.ts';
import { until } from './support/until.ts';

let upstream: ScriptedUpstream;
let hook: WebhookSink;
let mail: MailSink;
let home: string;
const HOOK_PATH = '/services/T0/hidden-path-Wq7Rb';

before(async () => {
  [upstream, hook, mail] = await Promise.all([startScriptedUpstream(), startWebhookSink(), startMailSink()]);
  home = await mkdtemp(join(tmpdir(), 'switchyard-alerts-'));
});

after(async () => {
  await Promise.all([upstream.close(), hook.close(), mail.close()]);
  await rm(home, { recursive: true, force: true });
});

beforeEach(() => {
  upstream.reset();
  hook.statuses.length = 0;
});

const rule = (changes: Partial<AlertRule>): AlertRule => ({
  name: 'errors',
  metric: 'error_rate',
  above: 0.2,
  resolveAt: 0.1,
  windowMs: 60_000,
  minimum: 3,
  forMs: 0,
  cooldownMs: 0,
  priority: 'high',
  only: {},
  notify: undefined,
  ...changes,
});

const channels = (): ReadonlyMap<string, AlertChannel> =>
  new Map<string, AlertChannel>([
    [
      'hook',
      {
        type: 'webhook',
        url: new Secret(`${hook.url}/hook`),
        headers: [{ name: 'x-own', value: new Secret('own-header-value') }],
      },
    ],
    ['team', { type: 'slack', url: new Secret(`${hook.url}${HOOK_PATH}`) }],
    [
      'ops',
      {
        type: 'email',
        smtp: new Secret(`smtp://user:pass%20word@127.0.0.1:${mail.port}`),
        from: 'switchyard@example.org',
        to: ['ops@example.org', 'more@example.org'],
      },
    ],
  ]);

type Changes = Partial<SnapshotChanges>;

const snapshotWith = (alerts: Partial<AlertSettings>, changes: Changes = {}): SnapshotChanges => ({
  providers: [exampleProvider({ origin: originOf(new URL(upstream.url)) })],
  guard: PATIENT,
  alerts: { everyMs: 10, channels: channels(), ...alerts },
  ...changes,
});

async function watching(
  alerts: Partial<AlertSettings>,
  act: (gateway: InProcessGateway) => Promise<void>,
  changes: Changes = {},
): Promise<void> {
  const gateway = await startInProcess(snapshotWith(alerts, changes));
  try {
    await act(gateway);
  } finally {
    await gateway.stop();
  }
}

const ask = ({ url }: InProcessGateway, count = 1) =>
  Promise.all(
    Array.from({ length: count }, () => call(url, '/v1/messages', { body: message('claude-opus-5') })),
  );

async function alertsOf({ url }: InProcessGateway): Promise<AlertsBody> {
  const { body } = await call(url, '/api/alerts', { method: 'GET' });
  return JSON.parse(body.toString()) as AlertsBody;
}

const firing = (gateway: InProcessGateway) =>
  until('the alert', async () => (await alertsOf(gateway)).alerts.find(({ state }) => state === 'open'));

const AUTHORIZED = { authorization: `Bearer ${ADMIN_TOKEN}` };

test('a breach is told once by every channel, and so is its end', async () => {
  // Nothing is told before all four have ended, however busy the machine is.
  await watching({ rules: [rule({ minimum: 4 })] }, async (gateway) => {
    const toldBefore = hook.told.length;
    const told = () => hook.told.slice(toldBefore);
    upstream.script({ answer: status(400), times: 4 });
    await ask(gateway, 4);
    const alert = await firing(gateway);
    assert.equal(alert.message, '100 % of 4 requests failed in the last 1 min (limit 20 %)');
    assert.deepEqual([alert.rule, alert.priority, alert.value, alert.threshold], ['errors', 'high', 1, 0.2]);
    await ask(gateway, 40);
    await until('the end', async () => (await alertsOf(gateway)).alerts[0]?.state === 'resolved');
    await until('all notices', () => told().length === 4 && mail.mails.length === 2);
    const webhook = told().filter(({ path }) => path === '/hook');
    assert.deepEqual(
      webhook.map(({ body }) => body['event']),
      ['alert.fired', 'alert.resolved'],
    );
    assert.deepEqual(webhook[0]?.body['alert'], {
      id: alert.id,
      rule: 'errors',
      metric: 'error_rate',
      priority: 'high',
      message: alert.message,
      value: 1,
      threshold: 0.2,
      fired_at: alert.fired_at,
      acknowledged_at: null,
      resolved_at: null,
    });
    assert.equal(webhook[0]?.headers['x-own'], 'own-header-value');
    const slack = told().filter(({ path }) => path === HOOK_PATH);
    assert.match(String(slack[0]?.body['text']), /^\[high\] errors: 100 % of 4 requests failed/);
    assert.match(String(slack[1]?.body['text']), /^\[resolved\] errors: /);
    assert.deepEqual(mail.logins.slice(0, 1), ['user:pass word']);
    assert.deepEqual(mail.mails[0]?.to, ['ops@example.org', 'more@example.org']);
    assert.match(mail.mails[0]?.text ?? '', /Subject: Switchyard \[high\] errors: /);
    const lines = gateway.logged.filter(({ message: line }) => line.startsWith('[Alert]'));
    assert.deepEqual(
      lines.map(({ level }) => level),
      ['warn', 'info'],
    );
  });
});

const sources: readonly (readonly [
  string,
  Partial<AlertRule>,
  (gateway: InProcessGateway) => Promise<unknown>,
  RegExp,
  Changes?,
])[] = [
  [
    'latency',
    { metric: 'latency', above: 0.001, resolveAt: 0, minimum: 1 },
    (gateway) => ask(gateway),
    /^an answer took [\d.]+ ms \(95th percentile of 1 request\) in the last 1 min \(limit /,
  ],
  [
    'no_traffic',
    { metric: 'no_traffic', above: 0, resolveAt: 0, windowMs: 30 },
    async () => undefined,
    /^no request in the last 30 ms$/,
  ],
  [
    'breaker_open',
    { metric: 'breaker_open', above: 0, resolveAt: 0 },
    (gateway) => {
      upstream.script({ answer: status(500) });
      return ask(gateway, 3);
    },
    /^1 target left alone after failures: example\/claude-opus-5$/,
    {
      guard: { ...DEFAULT_GUARD_SETTINGS, breakers: { ...DEFAULT_GUARD_SETTINGS.breakers, consecutive: 2 } },
    },
  ],
  [
    'quota',
    { metric: 'quota', above: 0.9 },
    (gateway) => {
      const reset = String(Math.floor(Date.now() / 1000) + 3_600);
      upstream.script({
        answer: async (request) => {
          const reply = await agent(request);
          const quota = 'anthropic-ratelimit-unified-5h';
          const headers = [
            [`${quota}-utilization`, '0.93'],
            [`${quota}-reset`, reset],
          ] as const;
          return { ...reply, headers: [...reply.headers, ...headers] };
        },
      });
      return ask(gateway);
    },
    /^93 % of the 5h window of .+ is used \(limit 90 %\)$/,
  ],
];

for (const [name, changes, act, expected, more] of sources) {
  test(`${name} is watched`, async () => {
    await watching(
      { rules: [rule({ ...changes, notify: [] })] },
      async (gateway) => {
        const before = hook.told.length;
        await act(gateway);
        assert.match((await firing(gateway)).message, expected);
        assert.equal(hook.told.length, before, 'nobody was to be told');
      },
      more,
    );
  });
}

test('spending and tokens are watched in the ledger', async () => {
  const rules = [
    rule({ name: 'money', metric: 'spend', above: 0.001, windowMs: 3_600_000, notify: [] }),
    rule({ name: 'tokens', metric: 'tokens', above: 1_050, windowMs: 3_600_000, notify: [] }),
    rule({ name: 'other', metric: 'tokens', above: 1, only: { provider: 'nobody' }, notify: [] }),
  ];
  const prices = { configured: { example: { input: 3, output: 15 } }, environment: {} };
  await watching(
    { rules },
    async (gateway) => {
      upstream.script({ answer: text('hello', { input: 1_000, output: 100 }) });
      await ask(gateway);
      const { alerts } = await until('both alerts', async () => {
        const seen = await alertsOf(gateway);
        return seen.alerts.length === 2 && seen;
      });
      assert.deepEqual(alerts.map(({ rule: name, message: said }) => `${name}: ${said}`).sort(), [
        'money: $0.0045 spent in the last 1 h (limit $0.001)',
        'tokens: 1100 tokens used in the last 1 h (limit 1050)',
      ]);
    },
    { ledger: join(home, 'ledger'), prices },
  );
});

test('an alert is acknowledged and resolved by whoever has the token', async () => {
  const rules = [
    rule({ metric: 'no_traffic', above: 0, resolveAt: 0, windowMs: 20, cooldownMs: 60_000, notify: [] }),
  ];
  await watching({ rules }, async (gateway) => {
    const { id } = await firing(gateway);
    const change = (verb: string, headers = {}, which = id) =>
      call(gateway.url, `/api/alerts/${which}/${verb}`, { headers });
    assert.equal((await change('acknowledge')).status, 401);
    const acknowledged = await change('acknowledge', AUTHORIZED);
    assert.equal(JSON.parse(acknowledged.body.toString()).state, 'acknowledged');
    const resolved = await change('resolve', AUTHORIZED);
    assert.equal(JSON.parse(resolved.body.toString()).state, 'resolved');
    assert.equal((await change('resolve', AUTHORIZED, 'nobody')).status, 400);
    assert.equal((await alertsOf(gateway)).alerts.length, 1, 'silent until the cool-down is over');
  });
});

test('a test says which channel can be told, and why another cannot, without its address', async () => {
  await watching({ rules: [] }, async (gateway) => {
    hook.statuses.push(200, 404);
    const answered = await call(gateway.url, '/api/alerts/test', {
      headers: { ...AUTHORIZED, 'content-type': 'application/json', 'content-length': '2' },
      body: '{}',
    });
    const { channels: results } = JSON.parse(answered.body.toString());
    const failures = results.filter(({ told }: { told: boolean }) => !told);
    assert.equal(failures.length, 1);
    assert.equal(failures[0].failure, 'the address answered with status 404');
    const shown = JSON.stringify([await alertsOf(gateway), results]);
    for (const secret of ['hidden-path', 'own-header-value', 'pass', hook.url])
      assert.ok(!shown.includes(secret), secret);
    const one = await call(gateway.url, '/api/alerts/test', {
      headers: { ...AUTHORIZED, 'content-type': 'application/json', 'content-length': '21' },
      body: '{"channel":"nowhere"}',
    });
    assert.equal(one.status, 400);
  });
});

test('an alert whose rule is taken out of the configuration is over, and new rules are watched at once', async () => {
  const silent = rule({
    name: 'silence',
    metric: 'no_traffic',
    above: 0,
    resolveAt: 0,
    windowMs: 20,
    notify: [],
  });
  await watching({ rules: [silent] }, async (gateway) => {
    await firing(gateway);
    const next = exampleSnapshot(snapshotWith({ rules: [{ ...silent, name: 'quiet' }] }));
    gateway.running.configuration.applySnapshot({ snapshot: next, path: undefined });
    const { alerts } = await until('the new alert', async () => {
      const seen = await alertsOf(gateway);
      return seen.alerts.length === 2 && seen;
    });
    assert.deepEqual(
      alerts.map(({ rule: name, state }) => `${name} ${state}`),
      ['quiet open', 'silence resolved'],
    );
  });
});

test('of the end of an alert whose rule is taken away hear those who heard of its beginning', async () => {
  const silent = rule({ metric: 'no_traffic', above: 0, resolveAt: 0, windowMs: 20, notify: ['hook'] });
  await watching({ rules: [silent] }, async (gateway) => {
    const before = hook.told.length;
    await firing(gateway);
    const next = exampleSnapshot(snapshotWith({ rules: [] }));
    gateway.running.configuration.applySnapshot({ snapshot: next, path: undefined });
    const told = await until('both notices', () => hook.told.length >= before + 2 && hook.told.slice(before));
    // Notices go out at once and side by side, so that one for another channel would be here, too.
    await call(gateway.url, '/api/alerts/test', { headers: AUTHORIZED, body: '{"channel":"hook"}' });
    assert.deepEqual(
      told.map(({ path }) => path),
      ['/hook', '/hook'],
    );
    assert.ok(hook.told.slice(before).every(({ path }) => path === '/hook'));
  });
});

test('an alert is an event of the live stream', async () => {
  await watching({ rules: [rule({ notify: [] })] }, async (gateway) => {
    const subscription = gateway.running.events.subscribe({
      types: new Set(['alert.fired', 'alert.resolved']),
    });
    upstream.script({ answer: status(400), times: 4 });
    await ask(gateway, 4);
    const [fired] = (await subscription.next()) ?? [];
    await ask(gateway, 40);
    const [resolved] = (await subscription.next()) ?? [];
    assert.deepEqual([fired?.event.type, resolved?.event.type], ['alert.fired', 'alert.resolved']);
    assert.ok(
      fired?.event.type === 'alert.fired' && fired.event.rule === 'errors' && fired.event.value === 1,
    );
  });
});

test('after a restart a breach that lasts is not told again, and is still the alert it was', async () => {
  const state = join(home, 'restarted');
  const told = () => hook.told.filter(({ path }) => path === '/hook').map(({ body }) => body['event']);
  const before = told().length;
  const silence = rule({
    name: 'silence',
    metric: 'no_traffic',
    above: 0,
    resolveAt: 0,
    windowMs: 20,
    cooldownMs: 3_600_000,
    notify: ['hook'],
  });
  const first = await startInProcess(snapshotWith({ rules: [silence] }, { state }));
  const { id } = await firing(first);
  await until('the notice', () => told().length === before + 1);
  await first.stop();
  await watching(
    { rules: [silence] },
    async (gateway) => {
      // It has been looked at again, and what it saw is the breach that was.
      const seen = await until('a look', async () => {
        const body = await alertsOf(gateway);
        return body.rules[0]?.value === 1 && body;
      });
      assert.deepEqual(
        seen.alerts.map((alert) => [alert.id, alert.state]),
        [[id, 'open']],
      );
      assert.equal(seen.rules[0]?.state, 'firing');
      const resolved = await call(gateway.url, `/api/alerts/${id}/resolve`, { headers: AUTHORIZED });
      assert.equal(resolved.status, 200);
      await until('its end', () => told().length === before + 2);
      assert.deepEqual(told().slice(before), ['alert.fired', 'alert.resolved']);
    },
    { state },
  );
});

test('a window begins with what the ledger knows of the time before the start', async () => {
  const kept = { ledger: join(home, 'earlier') };
  const windowMs = 3_600_000;
  const first = await startInProcess(snapshotWith({ rules: [] }, kept));
  upstream.script({ answer: status(400), times: 4 });
  await ask(first, 4);
  await ask(first, 1);
  await first.stop();
  const rules = [
    rule({ minimum: 5, windowMs, notify: [] }),
    rule({ name: 'slow', metric: 'latency', above: 0.001, resolveAt: 0, minimum: 5, windowMs, notify: [] }),
    rule({ name: 'theirs', only: { provider: 'nobody' }, minimum: 1, windowMs, notify: [] }),
  ];
  await watching(
    { rules },
    async (gateway) => {
      const { alerts } = await until('both alerts', async () => {
        const seen = await alertsOf(gateway);
        return seen.alerts.length === 2 && seen;
      });
      const [slow, errors] = alerts.toSorted((one, other) => (one.rule < other.rule ? 1 : -1));
      assert.equal(errors?.message, '80 % of 5 requests failed in the last 1 h (limit 20 %)');
      assert.match(slow?.message ?? '', /95th percentile of 5 requests/);
    },
    kept,
  );
});
