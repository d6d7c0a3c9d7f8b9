import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import type { AttemptRecord } from '../domain/attempt.ts';
import type { ExchangeRecord } from '../domain/exchange.ts';
import { ANTHROPIC_ORIGIN } from '../domain/origin.ts';
import { UNKNOWN_USAGE } from '../domain/usage.ts';
import { sessionColor } from './live-columns.ts';
import { createLiveLine } from './live-line.ts';

const NOON = new Date(2026, 0, 2, 12, 4, 31).getTime();

const attempt: AttemptRecord = {
  id: 'a1',
  exchange: 'e1',
  ordinal: 0,
  provider: 'zai',
  origin: ANTHROPIC_ORIGIN,
  credentialOwner: 'gateway',
  requestedModel: 'claude-haiku-4-5',
  sentModel: 'glm-4.7',
  servedModel: 'glm-4.7',
  startedAt: NOON,
  ttftMs: 700,
  totalMs: 2_100,
  outcome: { kind: 'answered', status: 200 },
  http2: false,
  upstreamRequestId: undefined,
  usage: { ...UNKNOWN_USAGE, input: 400, cacheRead: 12_000, output: 310 },
  usageQuality: 'exact',
  stopReason: 'end_turn',
  toolCalls: 0,
};

const exchange: ExchangeRecord = {
  id: 'e1',
  receivedAt: NOON,
  totalMs: 2_100,
  kind: { format: 'anthropic-messages', operation: 'generate' },
  client: {
    name: 'claude-code',
    version: '2.1',
    session: '7b1f22c0-aa',
    agentId: undefined,
    agentType: undefined,
  },
  requestedModel: 'claude-haiku-4-5',
  stream: true,
  requestBytes: 74_000,
  responseBytes: 27_000,
  decision: undefined,
  attempts: [attempt],
  outcome: { kind: 'answered', status: 200 },
  labels: { project: undefined, user: undefined },
};

function line(record: ExchangeRecord, options: Partial<Parameters<typeof createLiveLine>[0]> = {}): string {
  let written = '';
  const write = (text: string): void => void (written += text);
  const live = createLiveLine({
    mode: 'full',
    color: false,
    columns: [],
    width: () => 200,
    write,
    ...options,
  });
  live(record);
  return written;
}

test('the full line tells who asked, what served, how fast, how much', () => {
  const shown = { ...exchange, workspace: 'switchyard', task: 'background' };
  assert.equal(
    line(shown, { contextWindowOf: () => 20_000 }),
    '12:04:31  claude-code  switchyard    7b1f22c0  claude-haiku-4-5 → zai/glm-4.7          background    200 ' +
      '    0.7 → 2.1 s      12.4k/310   62%   221 tok/s        —\n',
  );
});

const VARIANTS: readonly [string, Partial<ExchangeRecord>, RegExp][] = [
  [
    'a kept model name is shown with its provider',
    {
      requestedModel: 'claude-opus-5-5',
      attempts: [{ ...attempt, provider: 'anthropic', servedModel: 'claude-opus-5-5' }],
    },
    /claude-opus-5-5 = anthropic {2}/,
  ],
  [
    'fail-overs are counted, and the last provider is the one that served',
    { attempts: [{ ...attempt, provider: 'first' }, attempt, attempt] },
    /→ zai\/glm-4\.7 ↷2 /,
  ],
  [
    'a refusal before any attempt names its error',
    { attempts: [], outcome: { kind: 'refused', status: 413, error: 'body_too_large' } },
    /claude-haiku-4-5 {24}— {13}413 .*body_too_large\n$/,
  ],
  [
    'a broken answer is marked',
    { outcome: { kind: 'broken', status: 200, error: 'upstream_reset' } },
    / 200! .*upstream_reset\n$/,
  ],
  ['a client that went away is no error', { outcome: { kind: 'aborted' } }, / gone /],
  [
    'unknown tokens are dashes, not zeros',
    { attempts: [{ ...attempt, usage: UNKNOWN_USAGE }] },
    / —\/— +— +— +—\n$/,
  ],
  ['a subagent is marked', { client: { ...exchange.client, agentId: 'a9' } }, /claude-code\* /],
];

for (const [name, change, expected] of VARIANTS)
  test(name, () => assert.match(line({ ...exchange, ...change }), expected));

test('on a narrow terminal the full line gives up columns one by one, down to the compact one', () => {
  const named = { ...exchange, workspace: 'switchyard' };
  assert.match(line(named, { width: () => 170 }), /switchyard {4}7b1f22c0/);
  const narrower = line(named, { width: () => 160 });
  assert.doesNotMatch(narrower, /7b1f22c/);
  assert.match(narrower, /switchyard .*tok\/s/);
  assert.equal(line(named, { width: () => 80 }), line(named, { mode: 'compact' }));
  assert.doesNotMatch(line(named, { width: () => 80 }), /switchyard|7b1f22c|tok\/s/);
});

test('the folder of the client is shown, or the project it names', () => {
  const shown = (change: Partial<ExchangeRecord>): string =>
    line({ ...exchange, ...change }, { columns: ['workspace'] });
  const labels = { project: 'compilers', user: undefined };
  assert.equal(shown({ workspace: 'work', labels }), 'work\n');
  assert.equal(shown({ labels }), 'compilers\n');
  assert.equal(shown({ workspace: 'x\u001b[2J' }), 'x?[2J\n');
});

const COLORED: readonly [
  string,
  Partial<Parameters<typeof createLiveLine>[0]>,
  RegExp,
  RegExp | undefined,
][] = [
  ['vibrant', {}, /␛\[3[456]mclaude-code|␛\[9\dmclaude-code/, undefined],
  ['subtle', { scheme: 'subtle' }, /^␛\[2m12:04:31␛\[22m {2}claude-code/, /\[3[456]m|\[9\dm|\[32m/],
  ['mono', { scheme: 'mono' }, /␛\[1m500␛\[22m/, /\[3\dm|\[9\dm/],
  ['no session colours', { colorBy: ['duration'] }, / claude-code .*␛\[32m *0\.7/, undefined],
  ['no colours of duration', { colorBy: ['session'] }, /m {0,2}claude-code/, /␛\[32m *0\.7/],
];

for (const [name, options, has, hasNot] of COLORED)
  test(`colours: ${name}`, () => {
    const failed = name === 'mono' ? ({ outcome: { kind: 'answered', status: 500 } } as const) : {};
    const written = line({ ...exchange, ...failed }, { ...options, color: true }).replaceAll('\u001b', '␛');
    assert.match(written, has);
    if (hasNot !== undefined) assert.doesNotMatch(written, hasNot);
  });

test('off writes nothing', () => {
  assert.equal(line(exchange, { mode: 'off' }), '');
});

test('chosen columns are shown in every mode and at every width', () => {
  const chosen = line(exchange, { mode: 'compact', columns: ['speed', 'task'], width: () => 10 });
  assert.equal(chosen, ' 221 tok/s  —\n');
});

test('columns can be chosen and are shown in the order asked for', () => {
  assert.equal(line(exchange, { columns: ['status', 'nonsense', 'time'] }), '200   12:04:31\n');
});

test('without colour there is no escape sequence, with colour there is', () => {
  assert.equal(line(exchange).includes('\u001b'), false);
  assert.ok(line(exchange, { color: true }).includes('\u001b[32m200'));
});

test('colour does not move the columns', () => {
  const colored = line(exchange, { color: true });
  assert.equal(stripVTControlCharacters(colored), line(exchange));
});

test('a session keeps its colour, and sessions differ', () => {
  const colors = ['a', 'b', 'c', 'd'].map((session) =>
    sessionColor({ ...exchange, client: { ...exchange.client, session } }),
  );
  assert.equal(new Set(colors).size, 4);
  assert.equal(sessionColor(exchange), sessionColor({ ...exchange, id: 'other' }));
});

test('time to first byte counts from the client, earlier attempts included', () => {
  const second = { ...attempt, startedAt: NOON + 3_000, ttftMs: 500 };
  assert.match(line({ ...exchange, totalMs: 6_000, attempts: [attempt, second] }), / 3\.5 → 6\.0 s/);
});

test('a model name cannot write escape sequences to the terminal', () => {
  const hostile = line({ ...exchange, requestedModel: 'x\u001b[2J\r\nfake line' });
  assert.equal(hostile.includes('\u001b'), false);
  assert.equal(hostile.indexOf('\n'), hostile.length - 1);
});
