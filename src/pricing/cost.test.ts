import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { dollarText } from '../domain/money.ts';
import { UNKNOWN_USAGE } from '../domain/usage.ts';
import type { Usage } from '../domain/usage.ts';
import { costOfAttempt, costOfUsage } from './cost.ts';
import type { Cost, CostedAttempt } from './cost.ts';
import type { FoundPrice } from './price-book.ts';
import { ANTHROPIC_RATIOS, completePrices } from './prices.ts';

const STATED: FoundPrice = {
  source: 'config',
  version: 'config:test',
  prices: completePrices(
    { input: 3, output: 15, cacheRead: 0.3, cacheWrite5m: 3.75, cacheWrite1h: 6 },
    ANTHROPIC_RATIOS,
  ),
};
const BARE: FoundPrice = { ...STATED, prices: completePrices({ input: 3, output: 15 }, ANTHROPIC_RATIOS) };

const EXACT: CostedAttempt = {
  usage: { ...UNKNOWN_USAGE, input: 1000, output: 100 },
  usageQuality: 'exact',
  outcome: { kind: 'answered', status: 200 },
};

/** 1000 × 3 + 100 × 15 = 4500 millionths; the unknowns of each row say how it differs from {@link EXACT}. */
const ROWS: readonly {
  name: string;
  change?: Partial<CostedAttempt>;
  price?: FoundPrice;
  expected: { list: string | undefined; spent: string | undefined; flags: Cost['flags'] };
}[] = [
  { name: 'an exact answer', price: STATED, expected: { list: '0.0045', spent: '0.0045', flags: [] } },
  {
    name: 'a subscription shows its value and spends nothing',
    change: { billing: 'subscription' },
    price: STATED,
    expected: { list: '0.0045', spent: '0', flags: [] },
  },
  {
    name: 'a model without a price is unknown, not free',
    expected: { list: undefined, spent: undefined, flags: ['price_unknown'] },
  },
  {
    name: 'a subscription without a price still spends nothing',
    change: { billing: 'subscription' },
    expected: { list: undefined, spent: '0', flags: ['price_unknown'] },
  },
  {
    name: 'an answer without usage is unknown, not free',
    change: { usage: UNKNOWN_USAGE, usageQuality: 'none' },
    price: STATED,
    expected: { list: undefined, spent: undefined, flags: ['usage_unknown'] },
  },
  {
    name: 'a broken stream keeps the cost of what is known',
    change: { usageQuality: 'partial', outcome: { kind: 'broken', status: 200, error: 'upstream_reset' } },
    price: STATED,
    expected: { list: '0.0045', spent: '0.0045', flags: ['partial'] },
  },
  {
    name: 'an abort before any output still costs its prompt',
    change: {
      usage: { ...UNKNOWN_USAGE, input: 1000 },
      usageQuality: 'partial',
      outcome: { kind: 'aborted', status: 200 },
    },
    price: STATED,
    expected: { list: '0.003', spent: '0.003', flags: ['partial'] },
  },
  {
    name: 'counted tokens are flagged as counted',
    change: { usageQuality: 'estimated' },
    price: STATED,
    expected: { list: '0.0045', spent: '0.0045', flags: ['estimated'] },
  },
  {
    name: 'cached tokens without a stated price are flagged',
    change: { usage: { ...UNKNOWN_USAGE, input: 0, output: 0, cacheRead: 1000 } },
    price: BARE,
    expected: { list: '0.0003', spent: '0.0003', flags: ['assumed_price'] },
  },
  {
    name: 'server tool calls without a price make the figure partial',
    change: { usage: { ...UNKNOWN_USAGE, input: 1000, output: 100, serverToolCalls: 2 } },
    price: STATED,
    expected: { list: '0.0045', spent: '0.0045', flags: ['partial'] },
  },
  {
    name: 'what was never sent cost nothing, whatever the model',
    change: {
      usage: UNKNOWN_USAGE,
      usageQuality: 'none',
      outcome: { kind: 'failed', error: 'upstream_unreachable', sent: 'not-sent' },
    },
    expected: { list: '0', spent: '0', flags: [] },
  },
  {
    name: 'what may have been sent is unknown',
    change: {
      usage: UNKNOWN_USAGE,
      usageQuality: 'none',
      outcome: { kind: 'failed', error: 'upstream_reset', sent: 'maybe-sent' },
    },
    price: STATED,
    expected: { list: undefined, spent: undefined, flags: ['usage_unknown'] },
  },
  {
    name: 'a refusal by the provider cost nothing',
    change: { usage: UNKNOWN_USAGE, usageQuality: 'none', outcome: { kind: 'answered', status: 429 } },
    price: STATED,
    expected: { list: '0', spent: '0', flags: [] },
  },
];

for (const { name, change, price, expected } of ROWS) {
  test(`golden cost: ${name}`, () => {
    const cost = costOfAttempt({ ...EXACT, ...change }, 'generate', price);
    assert.deepEqual(
      {
        list: cost.list === undefined ? undefined : dollarText(cost.list),
        spent: cost.spent === undefined ? undefined : dollarText(cost.spent),
        flags: cost.flags,
      },
      expected,
    );
  });
}

test('counting tokens is free', () => {
  assert.deepEqual(costOfAttempt(EXACT, 'count-tokens', STATED), { list: 0n, spent: 0n, flags: [] });
});

test('splitting a usage below the tiers into parts never changes the sum', () => {
  const count = fc.nat(150_000);
  fc.assert(
    fc.property(count, count, count, (input, cacheRead, output) => {
      const whole: Usage = { ...UNKNOWN_USAGE, input, cacheRead, output };
      const parts: Partial<Usage>[] = [{ input }, { cacheRead }, { output }];
      const sum = parts.reduce(
        (total, part) => total + costOfUsage({ ...UNKNOWN_USAGE, ...part }, STATED.prices),
        0n,
      );
      assert.equal(costOfUsage(whole, STATED.prices), sum);
    }),
  );
});

test('counts that make no sense never make a cost negative or throw', () => {
  for (const input of [-5, Number.NaN, Number.POSITIVE_INFINITY, 0.4])
    assert.equal(costOfUsage({ ...UNKNOWN_USAGE, input }, STATED.prices), 0n);
});
