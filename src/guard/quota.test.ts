import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QuotaMemory } from './quota-memory.ts';
import { readQuota, usedUp } from './quota.ts';
import { RetryBudget } from './retry-budget.ts';
import { softFailureOf, type CompletedAnswer } from './soft-failure.ts';

const PREFIX = 'anthropic-ratelimit-unified-';
const NOW = 1_800_000_000_000;

function headers(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => [PREFIX + name, value]);
}

const BOTH = headers({
  status: 'allowed_warning',
  reset: '1800003600',
  '5h-status': 'allowed',
  '5h-reset': '1800003600',
  '5h-utilization': '0.42',
  '7d-status': 'rejected',
  '7d-reset': '1800100000',
  '7d-utilization': '1.02',
  'overage-status': 'rejected',
  'representative-claim': 'five_hour',
});

test('the windows of a subscription are read from its headers', () => {
  const reading = readQuota(['Content-Type', 'x', ...BOTH], NOW);
  assert.equal(reading?.status, 'allowed_warning');
  assert.deepEqual(reading?.windows, [
    { name: '5h', status: 'allowed', utilization: 0.42, resetAt: 1_800_003_600_000 },
    { name: '7d', status: 'rejected', utilization: 1.02, resetAt: 1_800_100_000_000 },
  ]);
});

test('other headers, and windows without numbers, are no quota', () => {
  assert.equal(readQuota(['anthropic-ratelimit-requests-limit', '5'], NOW), undefined);
  const odd = readQuota(headers({ '5h-utilization': 'high', '5h-reset': 'soon' }), NOW);
  assert.deepEqual(odd?.windows, [
    { name: '5h', status: undefined, utilization: undefined, resetAt: undefined },
  ]);
});

test('an answer that tells only of the whole tells of the window that decided', () => {
  const whole = { status: 'rejected', reset: '1800003600' };
  for (const [claim, name] of [
    ['five_hour', '5h'],
    ['seven_day_opus', '7d_opus'],
    ['constructor', 'unified'],
    [undefined, 'unified'],
  ] as const) {
    const reading = readQuota(
      headers(claim === undefined ? whole : { ...whole, 'representative-claim': claim }),
      NOW,
    );
    assert.deepEqual(reading?.windows, [
      { name, status: 'rejected', utilization: undefined, resetAt: 1_800_003_600_000 },
    ]);
  }
  assert.deepEqual(readQuota(headers({ status: 'allowed' }), NOW)?.windows, []);
});

test('a window is used up by its status or its utilization, and until its reset', () => {
  const reading = readQuota(BOTH, NOW);
  assert.ok(reading !== undefined);
  assert.equal(usedUp(reading, 1, NOW)?.name, '7d');
  assert.equal(usedUp(reading, 0.4, NOW)?.name, '7d', 'the one that opens last');
  assert.equal(usedUp(reading, 1, 1_800_100_000_000), undefined);
  const half = readQuota(headers({ '5h-utilization': '0.5', '5h-reset': '1800003600' }), NOW);
  assert.ok(half !== undefined);
  assert.equal(usedUp(half, 0.51, NOW), undefined);
  assert.equal(usedUp(half, 0.5, NOW)?.name, '5h');
});

test('a window of one tier is none of the others', () => {
  const reading = readQuota(headers({ '7d_opus-status': 'rejected', '7d_opus-reset': '1800003600' }), NOW);
  assert.ok(reading !== undefined);
  assert.equal(usedUp(reading, 1, NOW, 'opus')?.name, '7d_opus');
  assert.equal(usedUp(reading, 1, NOW, 'sonnet'), undefined);
  assert.equal(usedUp(reading, 1, NOW)?.name, '7d_opus');
});

test('each account has its own reading, and only so many are kept', () => {
  const memory = new QuotaMemory();
  const reading = readQuota(BOTH, NOW);
  assert.ok(reading !== undefined);
  assert.equal(memory.isEmpty, true);
  memory.remember('caller-1', reading);
  assert.equal(memory.usedUp('caller-1', 1, NOW)?.name, '7d');
  assert.equal(memory.usedUp('caller-2', 1, NOW), undefined);
  for (let index = 0; index < 2_000; index++) memory.remember(`caller-${index}`, reading);
  assert.ok(memory.list().length <= 500);
});

test('a fifth of all requests may be asked again, and one a second in any case', () => {
  const budget = new RetryBudget(0.2);
  while (budget.spend(0)) continue;
  assert.equal(budget.spend(999), false);
  assert.equal(budget.spend(1_000), true);
  assert.equal(budget.spend(1_001), false);
  for (let request = 0; request < 50; request++) budget.earn();
  const granted = Array.from({ length: 50 }, () => budget.spend(1_002)).filter(Boolean).length;
  assert.ok(granted >= 9 && granted <= 10, String(granted));
});

const GOOD: CompletedAnswer = {
  sawContent: true,
  toolCalls: 0,
  stopReason: 'end_turn',
  reasoningTokens: undefined,
  offersTools: true,
  requiresTool: false,
  maxTokens: 1_000,
};

for (const [what, changes, flaw] of [
  ['a good one', {}, undefined],
  ['an empty one', { sawContent: false }, 'empty'],
  ['one that is all reasoning', { sawContent: false, reasoningTokens: 50 }, undefined],
  ['a call without text', { sawContent: false, toolCalls: 1 }, undefined],
  ['text where a call was demanded', { requiresTool: true }, 'no-tool-call'],
  ['a call where one was demanded', { requiresTool: true, toolCalls: 1 }, undefined],
  ['one cut off before its call', { stopReason: 'max_tokens' }, 'cut-off'],
  ['one cut off before its call, in the words of OpenAI', { stopReason: 'length' }, 'cut-off'],
  ['one cut off after reasoning', { stopReason: 'length', reasoningTokens: 9 }, undefined],
  ['one cut off without tools', { stopReason: 'length', offersTools: false }, undefined],
  ['a probe of one token', { stopReason: 'max_tokens', maxTokens: 1 }, undefined],
] as const) {
  test(`an answer that is ${what}: ${flaw ?? 'nothing wrong'}`, () => {
    assert.equal(softFailureOf({ ...GOOD, ...changes }), flaw);
  });
}
