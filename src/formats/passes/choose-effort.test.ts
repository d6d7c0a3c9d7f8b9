import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Effort, ReasoningRequest } from '../../domain/conversation.ts';
import { budgetOf, effortOf, nearestEffort } from './choose-effort.ts';

test('what a request asks for, as one effort', () => {
  const rows: readonly (readonly [ReasoningRequest | undefined, Effort | 'none' | undefined])[] = [
    [undefined, undefined],
    [{ kind: 'off' }, 'none'],
    [{ kind: 'adaptive', effort: undefined }, 'high'],
    [{ kind: 'adaptive', effort: 'low' }, 'low'],
    [{ kind: 'effort', effort: 'max' }, 'max'],
    [{ kind: 'budget', tokens: 1_024, effort: undefined }, 'low'],
    [{ kind: 'budget', tokens: 4_096, effort: undefined }, 'medium'],
    [{ kind: 'budget', tokens: 31_999, effort: undefined }, 'high'],
    [{ kind: 'budget', tokens: 32_768, effort: undefined }, 'xhigh'],
    [{ kind: 'budget', tokens: 1_024, effort: 'max' }, 'max'],
  ];
  for (const [request, effort] of rows) assert.equal(effortOf(request), effort);
});

test('an unknown effort becomes the strongest below it, or the weakest there is', () => {
  assert.equal(nearestEffort('max', ['low', 'high']), 'high');
  assert.equal(nearestEffort('minimal', ['low', 'high']), 'low');
  assert.equal(nearestEffort('high', []), undefined);
});

test('a budget is a share of the output and stays below it', () => {
  assert.deepEqual(
    (['low', 'medium', 'high', 'xhigh', 'max'] as const).map((effort) => budgetOf(effort, 10_000)),
    [1_024, 3_000, 6_000, 9_000, 9_999],
  );
});
