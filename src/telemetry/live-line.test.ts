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
  assert.equal(
    line(exchange),
    '12:04:31  claude-code  7b1f22c0  claude-haiku-4-5 → zai/glm-4.7          200     0.7 → 2.1 s' +
      '      12.4k/310   221 tok/s        —\n',
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
    /claude-haiku-4-5 {24}413 .*body_too_large\n$/,
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
    / —\/— +— +—\n$/,
  ],
  ['a subagent is marked', { client: { ...exchange.client, agentId: 'a9' } }, /claude-code\* /],
];

for (const [name, change, expected] of VARIANTS)
  test(name, () => assert.match(line({ ...exchange, ...change }), expected));

test('a narrow terminal gets the compact line, without session, speed and cost', () => {
  const narrow = line(exchange, { width: () => 80 });
  assert.doesNotMatch(narrow, /tok\/s|7b1f22c/);
  assert.equal(narrow, line(exchange, { mode: 'compact' }));
});

test('off writes nothing', () => {
  assert.equal(line(exchange, { mode: 'off' }), '');
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
