import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ShadowBudget } from './shadow-budget.ts';

const DAY_MS = 86_400_000;

function budgetWith(spent: bigint | Error) {
  const asked: number[] = [];
  const state = { now: 20_000 * DAY_MS + 5_000, spent };
  const budget = new ShadowBudget({
    now: () => state.now,
    spentSince: async (since) => {
      asked.push(since);
      if (state.spent instanceof Error) throw state.spent;
      return state.spent;
    },
  });
  return { budget, asked, state };
}

test('what was spent today before the start counts, and is asked for once', async () => {
  const { budget, asked } = budgetWith(70n);
  assert.deepEqual(await Promise.all([budget.allows(100n), budget.allows(100n)]), [true, true]);
  budget.add(29n);
  assert.equal(await budget.allows(100n), true);
  budget.add(1n);
  assert.equal(await budget.allows(100n), false);
  assert.deepEqual(asked, [20_000 * DAY_MS]);
});

test('with a new day (UTC) the budget is whole again', async () => {
  const { budget, asked, state } = budgetWith(100n);
  assert.equal(await budget.allows(100n), false);
  state.now += DAY_MS;
  assert.equal(await budget.allows(100n), true);
  budget.add(100n);
  assert.equal(await budget.allows(100n), false);
  assert.equal(asked.length, 1);
});

test('while nobody can say what was spent, nothing may be spent', async () => {
  const { budget, state } = budgetWith(new Error('the store is out of order'));
  assert.equal(await budget.allows(100n), false);
  state.spent = 0n;
  assert.equal(await budget.allows(100n), true);
  budget.forget();
  state.spent = new Error('again');
  assert.equal(await budget.allows(100n), false);
});

test('a budget of nothing allows nothing', async () => {
  assert.equal(await budgetWith(0n).budget.allows(0n), false);
});
