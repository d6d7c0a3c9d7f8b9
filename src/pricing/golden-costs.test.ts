/**
 * Costs worked out by hand. Each row shows the sum in millionths of a dollar (tokens × dollars per million) and the
 * dollars it comes to; the test checks the row's own arithmetic apart from the code, then the code against it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dollarText } from '../domain/money.ts';
import { costOfUsage } from './cost.ts';
import { ANTHROPIC_RATIOS, PLAIN_RATIOS, completePrices } from './prices.ts';
import type { ModelPrices } from './prices.ts';

// Anthropic's list prices state input and output; reads, five-minute and one-hour writes follow by 0.1, 1.25 and 2.
const SONNET = completePrices({ input: 3, output: 15 }, ANTHROPIC_RATIOS);
const OPUS = completePrices({ input: 5, output: 25 }, ANTHROPIC_RATIOS);
const OPUS_OLD = completePrices({ input: 15, output: 75 }, ANTHROPIC_RATIOS);
const HAIKU = completePrices({ input: 1, output: 5 }, ANTHROPIC_RATIOS);
const SEARCH = completePrices({ input: 3, output: 15, serverToolCalls: 10 }, ANTHROPIC_RATIOS);
const LONG = completePrices(
  { input: 3, output: 15, tiers: [{ above: 200_000, input: 6, output: 22.5 }] },
  ANTHROPIC_RATIOS,
);
const GLM = completePrices({ input: 0.6, output: 2.2, cacheRead: 0.11 }, PLAIN_RATIOS);
const GPT = completePrices({ input: 1.25, output: 10, cacheRead: 0.125 }, PLAIN_RATIOS);
const GEMINI = completePrices(
  {
    input: 1.25,
    output: 10,
    cacheRead: 0.125,
    tiers: [{ above: 200_000, input: 2.5, output: 15, cacheRead: 0.25 }],
  },
  PLAIN_RATIOS,
);
const REASONER = completePrices({ input: 0.55, output: 2.19, cacheRead: 0.14, reasoning: 3.5 }, PLAIN_RATIOS);
const TINY = completePrices({ input: 0.000001, output: 0.000002 }, PLAIN_RATIOS);
const FREE = completePrices({ input: 0, output: 0 }, PLAIN_RATIOS);

/** input, cache read, five-minute write, one-hour write, output, reasoning (a part of output), server tool calls */
type Tokens = readonly [number, number, number, number, number, number, number];
type Row = readonly [name: string, prices: ModelPrices, tokens: Tokens, millionths: string, dollars: string];

const ROWS: readonly Row[] = [
  [
    'a first turn that writes the cache (the public case of doubled writes)',
    SONNET,
    [3, 0, 12304, 0, 550, 0, 0],
    '3 × 3 + 12304 × 3.75 + 550 × 15',
    '0.054399',
  ],
  ['one input token', SONNET, [1, 0, 0, 0, 0, 0, 0], '1 × 3', '0.000003'],
  ['one output token', SONNET, [0, 0, 0, 0, 1, 0, 0], '1 × 15', '0.000015'],
  ['one cached token read', SONNET, [0, 1, 0, 0, 0, 0, 0], '1 × 0.3', '0.0000003'],
  ['one five-minute write', SONNET, [0, 0, 1, 0, 0, 0, 0], '1 × 3.75', '0.00000375'],
  ['one one-hour write', SONNET, [0, 0, 0, 1, 0, 0, 0], '1 × 6', '0.000006'],
  ['nothing at all', SONNET, [0, 0, 0, 0, 0, 0, 0], '0 × 0', '0'],
  ['a million of input', SONNET, [1000000, 0, 0, 0, 0, 0, 0], '1000000 × 3', '3'],
  ['a million of output', SONNET, [0, 0, 0, 0, 1000000, 0, 0], '1000000 × 15', '15'],
  ['plain prompt and answer', SONNET, [1000, 0, 0, 0, 100, 0, 0], '1000 × 3 + 100 × 15', '0.0045'],
  [
    'a second turn that reads what the first wrote',
    SONNET,
    [12, 12304, 0, 0, 480, 0, 0],
    '12 × 3 + 12304 × 0.3 + 480 × 15',
    '0.0109272',
  ],
  [
    'read and write in one turn',
    SONNET,
    [4, 12304, 1850, 0, 612, 0, 0],
    '4 × 3 + 12304 × 0.3 + 1850 × 3.75 + 612 × 15',
    '0.0198207',
  ],
  [
    'the same write kept an hour',
    SONNET,
    [3, 0, 0, 12304, 550, 0, 0],
    '3 × 3 + 12304 × 6 + 550 × 15',
    '0.082083',
  ],
  [
    'both lifetimes of write in one turn',
    SONNET,
    [5, 1000, 2000, 3000, 400, 0, 0],
    '5 × 3 + 1000 × 0.3 + 2000 × 3.75 + 3000 × 6 + 400 × 15',
    '0.031815',
  ],
  [
    'a long agent turn under the tier',
    SONNET,
    [21, 151204, 3071, 0, 2213, 0, 0],
    '21 × 3 + 151204 × 0.3 + 3071 × 3.75 + 2213 × 15',
    '0.09013545',
  ],
  ['a read at a tenth of input', OPUS, [0, 10000, 0, 0, 0, 0, 0], '10000 × 0.5', '0.005'],
  [
    'a five-minute write at five quarters of input',
    OPUS,
    [0, 0, 10000, 0, 0, 0, 0],
    '10000 × 6.25',
    '0.0625',
  ],
  ['a one-hour write at twice input', OPUS, [0, 0, 0, 10000, 0, 0, 0], '10000 × 10', '0.1'],
  [
    'an opus turn',
    OPUS,
    [10, 66360, 32435, 0, 5120, 0, 0],
    '10 × 5 + 66360 × 0.5 + 32435 × 6.25 + 5120 × 25',
    '0.36394875',
  ],
  [
    'an opus turn with one-hour writes',
    OPUS,
    [10, 66360, 0, 32435, 5120, 0, 0],
    '10 × 5 + 66360 × 0.5 + 32435 × 10 + 5120 × 25',
    '0.48558',
  ],
  [
    'an opus turn at the older price',
    OPUS_OLD,
    [6, 25442, 5504, 0, 102, 0, 0],
    '6 × 15 + 25442 × 1.5 + 5504 × 18.75 + 102 × 75',
    '0.149103',
  ],
  [
    'an opus turn at the older price, one-hour writes',
    OPUS_OLD,
    [6, 25442, 0, 5504, 102, 0, 0],
    '6 × 15 + 25442 × 1.5 + 5504 × 30 + 102 × 75',
    '0.211023',
  ],
  ['a haiku title', HAIKU, [287, 0, 0, 0, 12, 0, 0], '287 × 1 + 12 × 5', '0.000347'],
  ['a haiku side question', HAIKU, [2455, 0, 0, 0, 34, 0, 0], '2455 × 1 + 34 × 5', '0.002625'],
  ['the same question cached', HAIKU, [4, 2455, 0, 0, 23, 0, 0], '4 × 1 + 2455 × 0.1 + 23 × 5', '0.0003645'],
  [
    'a haiku turn that writes for an hour',
    HAIKU,
    [8, 0, 0, 4096, 256, 0, 0],
    '8 × 1 + 4096 × 2 + 256 × 5',
    '0.00948',
  ],
  [
    'a prompt of exactly the threshold stays below the tier',
    LONG,
    [200000, 0, 0, 0, 1000, 0, 0],
    '200000 × 3 + 1000 × 15',
    '0.615',
  ],
  [
    'one token more moves all of it up',
    LONG,
    [200001, 0, 0, 0, 1000, 0, 0],
    '200001 × 6 + 1000 × 22.5',
    '1.222506',
  ],
  [
    'cached tokens count towards the threshold',
    LONG,
    [1, 200000, 0, 0, 1000, 0, 0],
    '1 × 6 + 200000 × 0.6 + 1000 × 22.5',
    '0.142506',
  ],
  [
    'written tokens count towards the threshold',
    LONG,
    [1, 0, 200000, 0, 1000, 0, 0],
    '1 × 6 + 200000 × 7.5 + 1000 × 22.5',
    '1.522506',
  ],
  [
    'hour-long writes count towards the threshold',
    LONG,
    [1, 0, 0, 200000, 1000, 0, 0],
    '1 × 6 + 200000 × 12 + 1000 × 22.5',
    '2.422506',
  ],
  [
    'output does not count towards the threshold',
    LONG,
    [100000, 0, 0, 0, 150000, 0, 0],
    '100000 × 3 + 150000 × 15',
    '2.55',
  ],
  [
    'all parts in the upper tier',
    LONG,
    [1000, 250000, 3000, 500, 8000, 0, 0],
    '1000 × 6 + 250000 × 0.6 + 3000 × 7.5 + 500 × 12 + 8000 × 22.5',
    '0.3645',
  ],
  [
    'a nearly full million-token window',
    LONG,
    [5, 940000, 12000, 0, 16000, 0, 0],
    '5 × 6 + 940000 × 0.6 + 12000 × 7.5 + 16000 × 22.5',
    '1.01403',
  ],
  ['a GLM turn', GLM, [1000, 0, 0, 0, 500, 0, 0], '1000 × 0.6 + 500 × 2.2', '0.0017'],
  [
    'a GLM turn, mostly cached',
    GLM,
    [321, 45312, 0, 0, 777, 0, 0],
    '321 × 0.6 + 45312 × 0.11 + 777 × 2.2',
    '0.00688632',
  ],
  [
    'a million of GLM in and out',
    GLM,
    [1000000, 0, 0, 0, 1000000, 0, 0],
    '1000000 × 0.6 + 1000000 × 2.2',
    '2.8',
  ],
  [
    'a turn of the OpenAI kind, cached part taken out',
    GPT,
    [2048, 6144, 0, 0, 900, 0, 0],
    '2048 × 1.25 + 6144 × 0.125 + 900 × 10',
    '0.012328',
  ],
  [
    'odd counts leave no fraction of a pico-dollar',
    GPT,
    [7, 3, 0, 0, 11, 0, 0],
    '7 × 1.25 + 3 × 0.125 + 11 × 10',
    '0.000119125',
  ],
  [
    'below the Gemini tier',
    GEMINI,
    [150000, 40000, 0, 0, 2000, 0, 0],
    '150000 × 1.25 + 40000 × 0.125 + 2000 × 10',
    '0.2125',
  ],
  [
    'above the Gemini tier',
    GEMINI,
    [150000, 60000, 0, 0, 2000, 0, 0],
    '150000 × 2.5 + 60000 × 0.25 + 2000 × 15',
    '0.42',
  ],
  [
    'reasoning with a price of its own',
    REASONER,
    [1000, 0, 0, 0, 1000, 400, 0],
    '1000 × 0.55 + 600 × 2.19 + 400 × 3.5',
    '0.003264',
  ],
  ['all output is reasoning', REASONER, [10, 0, 0, 0, 640, 640, 0], '10 × 0.55 + 640 × 3.5', '0.0022455'],
  [
    'reasoning at the output price is not counted twice',
    SONNET,
    [100, 0, 0, 0, 2000, 1500, 0],
    '100 × 3 + 2000 × 15',
    '0.0303',
  ],
  [
    'more reasoning reported than output: output is the limit',
    REASONER,
    [0, 0, 0, 0, 100, 150, 0],
    '100 × 3.5',
    '0.00035',
  ],
  ['one web search', SEARCH, [1000, 0, 0, 0, 200, 0, 1], '1000 × 3 + 200 × 15 + 1 × 10000', '0.016'],
  ['five web searches', SEARCH, [1000, 0, 0, 0, 200, 0, 5], '1000 × 3 + 200 × 15 + 5 × 10000', '0.056'],
  [
    'the finest price that can be told',
    TINY,
    [1, 0, 0, 0, 1, 0, 0],
    '1 × 0.000001 + 1 × 0.000002',
    '0.000000000003',
  ],
  [
    'a billion tokens at the finest price',
    TINY,
    [1000000000, 0, 0, 0, 0, 0, 0],
    '1000000000 × 0.000001',
    '0.001',
  ],
  [
    'a free model costs nothing, and that is known',
    FREE,
    [50000, 0, 0, 0, 8000, 0, 0],
    '50000 × 0 + 8000 × 0',
    '0',
  ],
  [
    'a week of an agent in one sum',
    SONNET,
    [250000, 190000000, 4200000, 0, 1900000, 0, 0],
    '250000 × 3 + 190000000 × 0.3 + 4200000 × 3.75 + 1900000 × 15',
    '102',
  ],
  [
    'more dollars than a double counts in pico-dollars',
    OPUS_OLD,
    [2000000000, 0, 0, 0, 0, 0, 0],
    '2000000000 × 15',
    '30000',
  ],
];

for (const [name, prices, tokens, millionths, dollars] of ROWS) {
  test(`golden cost: ${name}: $${dollars}`, () => {
    assert.equal(sumByHand(millionths), parsedMillionths(dollars), 'the row contradicts itself');
    const [input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning, serverToolCalls] = tokens;
    const usage = { input, output, cacheRead, cacheWrite5m, cacheWrite1h, reasoning, serverToolCalls };
    assert.equal(dollarText(costOfUsage(usage, prices)), dollars);
  });
}

test('the table holds the rows it promises', () => {
  assert.ok(ROWS.length >= 50);
  assert.equal(new Set(ROWS.map(([name]) => name)).size, ROWS.length);
});

/** `3 × 3 + 550 × 15` in 10⁻¹² dollars, by decimal digits alone. */
function sumByHand(text: string): bigint {
  return text
    .split(' + ')
    .map((term) => term.split(' × ').map((factor) => scaled(factor, 6)))
    .reduce((sum, [left = 0n, right = 0n]) => sum + (left * right) / 1_000_000n, 0n);
}

function parsedMillionths(dollars: string): bigint {
  return scaled(dollars, 12);
}

function scaled(decimal: string, digits: number): bigint {
  const [whole = '0', fraction = ''] = decimal.split('.');
  return BigInt(whole + fraction.padEnd(digits, '0'));
}
