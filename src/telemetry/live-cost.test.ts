import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attemptRecord, exchangeRecord } from '../../test/store/records.ts';
import { createPriceBook, type PriceQuery } from '../pricing/price-book.ts';
import { createLiveCost } from './live-cost.ts';

const BOOK = createPriceBook(
  { configured: { anthropic: { input: 3, output: 15 } }, environment: {} },
  undefined,
);

let settings = {};

function asking(): { readonly asked: PriceQuery[]; readonly costOf: ReturnType<typeof createLiveCost> } {
  const asked: PriceQuery[] = [];
  const costOf = createLiveCost(
    (query) => {
      asked.push(query);
      return Promise.resolve(BOOK.find(query));
    },
    () => settings,
  );
  return { asked, costOf };
}

test('the cost of an exchange is that of all its tries, and a price is asked for once', async () => {
  const { asked, costOf } = asking();
  const two = [attemptRecord('a'), attemptRecord('b')];
  assert.equal(await costOf(exchangeRecord('x', {}, two)), 2 * 0.00033);
  await costOf(exchangeRecord('y'));
  assert.equal(asked.length, 1);
  assert.deepEqual(asked[0]?.models, ['claude-sonnet-4-5-20250929', 'claude-sonnet-4-5']);
});

test('another hour asks again, for prices change', async () => {
  const { asked, costOf } = asking();
  const later = attemptRecord('b', { startedAt: attemptRecord('a').startedAt + 3_600_000 });
  await costOf(exchangeRecord('x', {}, [attemptRecord('a'), later]));
  assert.equal(asked.length, 2);
});

test('unknown is unknown: no price, no answer of the ledger, no try', async () => {
  const { costOf } = asking();
  const stranger = attemptRecord('a', { provider: 'local' });
  assert.equal(await costOf(exchangeRecord('x', {}, [attemptRecord('b'), stranger])), undefined);
  assert.equal(await costOf(exchangeRecord('x', {}, [])), undefined);
  const broken = createLiveCost(
    () => Promise.reject(new Error('switched off')),
    () => settings,
  );
  assert.equal(await broken(exchangeRecord('x')), undefined);
});

test('other prices in the configuration, and a ledger that is back, are asked for anew', async () => {
  const { asked, costOf } = asking();
  await costOf(exchangeRecord('x'));
  settings = {};
  await costOf(exchangeRecord('y'));
  assert.equal(asked.length, 2);
  let isThere = false;
  const shaky = createLiveCost(
    (query) => (isThere ? Promise.resolve(BOOK.find(query)) : Promise.reject(new Error('busy'))),
    () => settings,
  );
  assert.equal(await shaky(exchangeRecord('x')), undefined);
  isThere = true;
  assert.equal(await shaky(exchangeRecord('x')), 0.00033);
});
