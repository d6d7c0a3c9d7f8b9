import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build, type Situation } from '../config.test-data.ts';

function accounting(situation: Situation) {
  const { snapshot, texts } = build(situation);
  assert.ok(snapshot, texts.join('\n'));
  return snapshot.accounting;
}

test('with nothing configured everything is kept, in places of the state directory', () => {
  assert.deepEqual(accounting({}), {
    store: { enabled: true, directory: undefined, keepDays: 90 },
    usageLog: { enabled: true, file: undefined, maxBytes: 32 * 1024 * 1024, keepDays: 30, keepFiles: 60 },
    capture: {
      mode: 'off',
      forMs: 3_600_000,
      until: undefined,
      keepDays: 7,
      maxBodyBytes: 4 * 1024 * 1024,
      maxTotalBytes: 256 * 1024 * 1024,
    },
    prices: { configured: {}, environment: {} },
  });
});

const SWITCHES: readonly [string, Situation, boolean][] = [
  ['CCP_PERSIST=0', { variables: { CCP_PERSIST: '0' } }, false],
  ['CCP_PERSIST=1', { variables: { CCP_PERSIST: '1' } }, true],
  ['SWITCHYARD_STORE_ENABLED=false', { variables: { SWITCHYARD_STORE_ENABLED: 'false' } }, false],
  ['store.enabled: false', { yaml: 'store: { enabled: false }' }, false],
  [
    'the environment over the file',
    { yaml: 'store: { enabled: false }', variables: { CCP_PERSIST: '1' } },
    true,
  ],
];

for (const [what, situation, expected] of SWITCHES)
  test(`${what} leaves the ledger ${expected ? 'on' : 'off'}`, () => {
    assert.equal(accounting(situation).store.enabled, expected);
  });

test('prices are read per provider and model, with what they leave out', () => {
  const yaml = `
providers: { zai: {} }
prices:
  zai: { input: 0.6, output: 2.2 }
  zai/glm-4.7: { input: 0.5, output: 2, cache_read: 0.1, cache_write_5m: 0, cache_write_1h: 1, reasoning: 3,
    server_tool_calls: 10, tiers: [{ above: 200000, input: 1, output: 4 }] }`;
  const { configured } = accounting({ yaml, variables: { ZAI_API_KEY: 'k' } }).prices;
  assert.deepEqual(
    [configured['zai']?.input, configured['zai']?.output, configured['zai']?.cacheRead],
    [0.6, 2.2, undefined],
  );
  const model = configured['zai/glm-4.7'];
  assert.deepEqual(
    [model?.cacheRead, model?.cacheWrite5m, model?.cacheWrite1h, model?.reasoning, model?.serverToolCalls],
    [0.1, 0, 1, 3, 10],
  );
  assert.deepEqual([model?.tiers?.[0]?.above, model?.tiers?.[0]?.output], [200_000, 4]);
});

test('the price variables of the two lanes are read, and one that is no number is named, not repeated', () => {
  const variables = { ZAI_PRICE_IN_PER_M: '0.7', ANTH_PRICE_OUT_PER_M: 'plenty' };
  assert.deepEqual(accounting({ variables }).prices.environment, { zai: { input: 0.7, output: 2.2 } });
  const { texts } = build({ variables });
  assert.ok(texts.some((text) => text.includes('ANTH_PRICE_OUT_PER_M')));
  assert.ok(!texts.join().includes('plenty'));
});

const MISTAKES: readonly [string, RegExp][] = [
  ['store: { directory: ledger }', /store\.directory must be an absolute path/],
  ['store: { keep_days: -1 }', /store\.keep_days must not be negative/],
  ['usage_log: { keep_files: 0 }', /usage_log\.keep_files must be at least 1/],
  ['usage_log: { file: logs/usage.jsonl }', /usage_log\.file must be an absolute path/],
  ['prices: { anthropic: { input: 3 } }', /prices\.anthropic\.output/],
  ['prices: { anthropic: { input: -3, output: 1 } }', /prices\.anthropic\.input must not be negative/],
  ['prices: { "/x": { input: 3, output: 1 } }', /is no provider, provider\/model/],
];

for (const [yaml, expected] of MISTAKES)
  test(`"${yaml}" is refused by name`, () => {
    const { snapshot, texts } = build({ yaml });
    assert.equal(snapshot, undefined);
    assert.match(texts.join('\n'), expected);
  });

test('a price of a provider that is not configured is a warning, not an error', () => {
  const { snapshot, texts } = build({ yaml: 'prices: { nobody/x: { input: 3, output: 1 } }' });
  assert.ok(snapshot);
  assert.match(texts.join('\n'), /price of a provider that is not configured/);
});
