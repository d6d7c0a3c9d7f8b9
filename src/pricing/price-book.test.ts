import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calcPrice } from '@pydantic/genai-prices';
import { perMillion } from '../domain/money.ts';
import { genaiCatalogue } from './catalogue.ts';
import { environmentPrices } from './environment-prices.ts';
import { NO_PRICE_SETTINGS, createPriceBook } from './price-book.ts';
import type { PriceQuery } from './price-book.ts';
import { PLAIN_RATIOS, completePrices } from './prices.ts';

const AT = Date.UTC(2026, 0, 15, 12);

function ask(provider: string, model: string, origin = 'http://127.0.0.1:9'): PriceQuery {
  return { provider, origin, models: [model], at: AT };
}

const KNOWS_ONE = (query: PriceQuery) =>
  query.models.includes('known') ? completePrices({ input: 9, output: 9 }, PLAIN_RATIOS) : undefined;

test('the configuration wins over the environment, that over the catalogue, that over the lane defaults', () => {
  const configured = { 'zai/pinned': { input: 1, output: 1 } };
  const environment = { zai: { input: 2, output: 2 } };
  const rows: readonly [settings: object, model: string, source: string | undefined, input: number][] = [
    [{ configured, environment }, 'pinned', 'config', 1],
    [{ configured, environment }, 'known', 'environment', 2],
    [{ configured }, 'known', 'catalogue', 9],
    [{ configured }, 'other', 'default', 0.6],
  ];
  for (const [settings, model, source, input] of rows) {
    const found = createPriceBook({ ...NO_PRICE_SETTINGS, ...settings }, KNOWS_ONE).find(ask('zai', model));
    assert.equal(found?.source, source, model);
    assert.equal(found?.prices.base.input, perMillion(input), model);
  }
});

test('a model that nobody knows has no price', () => {
  assert.equal(createPriceBook(NO_PRICE_SETTINGS, KNOWS_ONE).find(ask('homegrown', 'x')), undefined);
});

test('the most exact key of the configuration wins, and models may contain slashes', () => {
  const configured = {
    openrouter: { input: 1, output: 1 },
    'openrouter/qwen/*': { input: 2, output: 2 },
    'openrouter/qwen/qwen3*': { input: 3, output: 3 },
    'openrouter/qwen/qwen3-max': { input: 4, output: 4 },
  };
  const book = createPriceBook({ configured, environment: {} }, undefined);
  const inputs = ['minimax/m2', 'qwen/qwq', 'qwen/qwen3-8b', 'qwen/qwen3-max'].map(
    (model) => book.find(ask('openrouter', model))?.prices.base.input,
  );
  assert.deepEqual(
    inputs,
    [1n, 2n, 3n, 4n].map((dollars) => dollars * 1_000_000n),
  );
});

test('the name that was served is tried before the name that was asked for', () => {
  const configured = { 'p/asked': { input: 1, output: 1 }, 'p/served': { input: 2, output: 2 } };
  const book = createPriceBook({ configured, environment: {} }, undefined);
  const found = book.find({ ...ask('p', 'served'), models: ['served', 'asked'] });
  assert.equal(found?.prices.base.input, perMillion(2));
});

test('versions change with the numbers and only with them', () => {
  const version = (input: number) =>
    createPriceBook({ configured: { p: { input, output: 1 } }, environment: {} }, undefined).find(
      ask('p', 'm'),
    )?.version;
  assert.match(version(1) ?? '', /^config:[0-9a-f]{8}$/);
  assert.equal(version(1), version(1));
  assert.notEqual(version(1), version(2));
});

test('the environment names of the two lanes are read, and a missing half is the default', () => {
  const { prices, ignored } = environmentPrices({
    ZAI_PRICE_IN_PER_M: '0.7',
    ANTH_PRICE_IN_PER_M: ' 4 ',
    ANTH_PRICE_OUT_PER_M: '20',
  });
  assert.deepEqual(prices, { zai: { input: 0.7, output: 2.2 }, anthropic: { input: 4, output: 20 } });
  assert.deepEqual(ignored, []);
});

test('an environment price that is no number is named and not used', () => {
  for (const text of ['free', '-1', '1e3', '0x3', '3$']) {
    const { prices, ignored } = environmentPrices({ ZAI_PRICE_IN_PER_M: text });
    assert.deepEqual(prices, {});
    assert.deepEqual(ignored, ['ZAI_PRICE_IN_PER_M']);
  }
});

test('unset and empty environment names leave the catalogue in charge', () => {
  assert.deepEqual(environmentPrices({ ZAI_PRICE_IN_PER_M: '' }).prices, {});
});

test('cached tokens of the GLM lane follow its published ratio', () => {
  const base = createPriceBook(NO_PRICE_SETTINGS, undefined).find(ask('zai', 'glm-4.7'))?.prices.base;
  assert.deepEqual(base, {
    input: perMillion(0.6),
    output: perMillion(2.2),
    cacheRead: perMillion(0.11),
    cacheWrite5m: perMillion(0.6),
    cacheWrite1h: perMillion(0.6),
    reasoning: undefined,
  });
});

const CATALOGUE = genaiCatalogue(calcPrice);

test('the catalogue knows Claude with cache writes of both lifetimes and the tier above 200 000 tokens', () => {
  const prices = CATALOGUE(ask('anthropic', 'claude-sonnet-4-5-20250929'));
  assert.deepEqual(prices?.base, {
    input: perMillion(3),
    output: perMillion(15),
    cacheRead: perMillion(0.3),
    cacheWrite5m: perMillion(3.75),
    cacheWrite1h: perMillion(6),
    reasoning: undefined,
  });
  assert.deepEqual(
    prices?.tiers.map(({ above, prices: { input, output } }) => [above, input, output]),
    [[200_000, perMillion(6), perMillion(22.5)]],
  );
  assert.deepEqual(prices?.assumed, []);
});

test('the catalogue finds a provider by its address when its name is ours', () => {
  const prices = CATALOGUE(ask('my-router', 'minimax/minimax-m2.5', 'https://openrouter.ai'));
  assert.ok(prices !== undefined && prices.base.input > 0n);
});

test('the catalogue prices nothing at an unknown address: a local copy of a listed model is not the listed one', () => {
  assert.equal(CATALOGUE(ask('laptop', 'gpt-5')), undefined);
});

test('a list price the catalogue only half knows is completed and named', () => {
  const prices = CATALOGUE(ask('openai', 'gpt-5'));
  assert.deepEqual(prices?.assumed, ['cacheWrite5m', 'cacheWrite1h']);
});
