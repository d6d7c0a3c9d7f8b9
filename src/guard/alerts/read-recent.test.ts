import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readQuotaUse } from './read-quota.ts';
import { readRecent } from './read-recent.ts';
import { RecentExchanges, type RecentExchange } from './recent-exchanges.ts';

const entry = (changes: Partial<RecentExchange> = {}): RecentExchange => ({
  at: 0,
  failed: false,
  totalMs: 100,
  ttftMs: 10,
  provider: 'zai',
  model: 'glm-5',
  tier: 'sonnet',
  client: 'claude-code',
  project: undefined,
  user: undefined,
  ...changes,
});

const WINDOW = { windowMs: 600_000, minimum: 4 };
const many = (count: number, changes: (index: number) => Partial<RecentExchange>) =>
  Array.from({ length: count }, (_, index) => entry(changes(index)));

test('the error rate is the share of requests that failed, and unknown of too few', () => {
  const rule = { ...WINDOW, metric: 'error_rate' as const };
  const failing = many(20, (index) => ({ failed: index < 7 }));
  assert.deepEqual(readRecent(rule, failing, 0), {
    value: 0.35,
    evidence: '35 % of 20 requests failed in the last 10 min',
  });
  assert.equal(
    readRecent(
      rule,
      many(3, () => ({ failed: true })),
      0,
    ).value,
    undefined,
  );
  assert.equal(readRecent(rule, [], 0).value, 0, 'nobody asks any more');
});

test('latency is the 95th percentile: one slow answer in a hundred does not count, ten do', () => {
  const rule = { ...WINDOW, metric: 'latency' as const };
  const slow = (count: number) => many(100, (index) => ({ totalMs: index < count ? 60_000 : 200 }));
  assert.equal(readRecent(rule, slow(1), 0).value, 200);
  assert.equal(readRecent(rule, slow(10), 0).value, 60_000);
  assert.match(
    readRecent(rule, slow(10), 0).evidence,
    /an answer took 1 min \(95th percentile of 100 requests\)/,
  );
});

test('silence is known only after a whole window', () => {
  const rule = { ...WINDOW, metric: 'no_traffic' as const };
  assert.equal(readRecent(rule, [], 599_999).value, undefined);
  assert.equal(readRecent(rule, [], 600_000).value, 1);
  assert.equal(readRecent(rule, [entry()], 0).value, 0);
});

test('only what fits the filter and the window is seen, and what is too old is forgotten', () => {
  const recent = new RecentExchanges(1_000);
  for (let now = 0; now < 10_000; now += 1)
    recent.add({ now, record: recordOf({ provider: now % 2 === 0 ? 'zai' : 'openai', failed: false }) });
  assert.equal(recent.since(9_500, {}).length, 500);
  assert.equal(recent.since(9_500, { provider: 'zai' }).length, 250);
  assert.equal(recent.since(9_500, { provider: 'zai', tier: 'opus' }).length, 0);
  assert.ok(recent.since(0, {}).length < 3_000);
});

test('clients that go away and token counts are no requests', () => {
  const recent = new RecentExchanges(1_000);
  recent.add({ now: 0, record: { ...recordOf({}), outcome: { kind: 'aborted' } } });
  recent.add({
    now: 0,
    record: { ...recordOf({}), kind: { format: 'anthropic-messages', operation: 'count-tokens' } },
  });
  assert.equal(recent.since(0, {}).length, 0);
});

function recordOf({ provider = 'zai', failed = false }: { provider?: string; failed?: boolean }) {
  return {
    id: 'x',
    receivedAt: 0,
    totalMs: 1,
    kind: { format: 'anthropic-messages', operation: 'generate' },
    client: {
      name: 'other',
      version: undefined,
      session: undefined,
      agentId: undefined,
      agentType: undefined,
    },
    requestedModel: 'm',
    stream: false,
    requestBytes: 1,
    responseBytes: 1,
    decision: undefined,
    attempts: [{ provider, ttftMs: 1, servedModel: 'm', sentModel: 'm' }],
    outcome: failed ? { kind: 'refused', status: 502, error: 'internal' } : { kind: 'answered', status: 200 },
    labels: { project: undefined, user: undefined },
    // Of an attempt, only what is read here.
  } as unknown as Parameters<RecentExchanges['add']>[0]['record'];
}

test('the fullest window of all subscriptions counts, unless it has opened again', () => {
  const window = (name: string, utilization: number, resetAt: number) => ({
    name,
    status: undefined,
    utilization,
    resetAt,
  });
  const quotas = [
    { account: 'a1', reading: { status: 'allowed', readAt: 0, windows: [window('5h', 0.93, 1_000)] } },
    { account: 'b2', reading: { status: 'allowed', readAt: 0, windows: [window('7d', 0.4, 9_000)] } },
  ];
  assert.deepEqual(readQuotaUse(quotas, 500), {
    value: 0.93,
    evidence: '93 % of the 5h window of a1 is used',
  });
  assert.equal(readQuotaUse(quotas, 1_000).value, 0.4);
  assert.equal(readQuotaUse([], 0).value, undefined);
});
