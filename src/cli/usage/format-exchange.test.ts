import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ResponseOf } from '../../contract/endpoints.ts';
import { createPaint } from '../../telemetry/paint.ts';
import { formatExchangeDetail, formatExchangeRow, modelText, type ExchangeRow } from './format-exchange.ts';

type Detail = ResponseOf<'exchange'>;

const paint = createPaint({ color: false });
const NOON = new Date(2026, 0, 15, 12, 0, 0).getTime();

const row: ExchangeRow = {
  id: 'e1',
  ts: NOON / 1000,
  time: new Date(NOON).toISOString(),
  outcome: 'answered',
  status: 200,
  error: null,
  stream: true,
  total_ms: 2_100,
  ttft_ms: 700,
  request_bytes: 74_000,
  response_bytes: 27_000,
  lane: 'zai',
  model: 'glm-4.7',
  requested_model: 'claude-haiku-5-5',
  tier: 'haiku',
  task: null,
  rule: 'tier',
  decision: 'd1',
  client: 'claude-code',
  session: 's1',
  project: null,
  user: null,
  format: 'anthropic-messages',
  operation: 'generate',
  attempts: 1,
  input_tokens: 400,
  output_tokens: 310,
  cache_read_tokens: 12_000,
  cache_write_5m_tokens: 0,
  cache_write_1h_tokens: 0,
  tool_calls: 0,
  cost_usd: 0.0021,
  list_cost_usd: 0.0021,
};

test('a request that failed says by which error', () => {
  const refused = { ...row, outcome: 'refused', status: 400, error: 'capability_rejected' } as const;
  const line = formatExchangeRow(refused, paint);
  assert.match(line, /e1 {2}capability_rejected$/);
  assert.equal(
    formatExchangeRow(refused, paint, line.length - 1).split('\n').length,
    2,
    'it wraps by itself nowhere',
  );
});

const attempt: Detail['attempts'][number] = {
  ...row,
  lane: 'zai',
  exchange: 'e1',
  attempt: 'e1.0',
  ordinal: 0,
  upstream: 'https://api.z.ai',
  sent_model: 'glm-4.7',
  served_model: 'glm-4.7',
  decision: 'tier',
  billing: 'metered',
  role: 'primary',
  credential: 'gateway',
  outcome: 'ok',
  h2: false,
  reasoning_tokens: null,
  server_tool_calls: null,
  usage_quality: 'exact',
  stop_reason: 'end_turn',
  upstream_request_id: 'req_1',
  cost_flags: [],
  price: 'config:1f0c33d2',
};

const detail: Detail = {
  exchange: row,
  evidence: 'model claude-haiku-5-5 names tier haiku',
  client_version: '2.1',
  agent_id: null,
  agent_type: null,
  targets: [{ provider: 'zai', model: 'glm-4.7' }],
  skipped: [],
  attempts: [attempt],
};

test('a finished request is one line that ends in its id', () => {
  assert.equal(
    formatExchangeRow(row, paint),
    '12:00:00  claude-code  claude-haiku-5-5 → zai/glm-4.7          200     0.7 → 2.1 s      12.4k/310   $0.0021  e1',
  );
});

test('a narrow terminal gets it on two lines, neither of which wraps', () => {
  const lines = formatExchangeRow({ ...row, id: '01m7x077vks8qchje4xsdpqc5x' }, paint, 80).split('\n');
  assert.deepEqual(lines, [
    '12:00:00  claude-code  claude-haiku-5-5 → zai/glm-4.7          200',
    '            0.7 → 2.1 s      12.4k/310   $0.0021  01m7x077vks8qchje4xsdpqc5x',
  ]);
  assert.ok(lines.every((line) => line.length <= 80));
});

test('tokens that nobody told are dashes', () => {
  const untold = {
    input_tokens: null,
    output_tokens: null,
    cache_read_tokens: null,
    cache_write_5m_tokens: null,
    cache_write_1h_tokens: null,
  };
  assert.match(formatExchangeRow({ ...row, ...untold }, paint), / —\/— /);
});

const ROWS: readonly [string, Partial<ExchangeRow>, RegExp][] = [
  ['an aborted one names its end instead of a status', { status: null, outcome: 'aborted' }, /  aborted  /],
  ['one that broke off does not look whole', { outcome: 'broken', status: 200 }, /  200!  /],
  ['unknown money is a dash', { cost_usd: null }, / — +e1$/],
  ['an interrupted one has no times', { status: null, outcome: 'interrupted', total_ms: null }, / — +12\.4k/],
];

for (const [name, change, expected] of ROWS)
  test(name, () => assert.match(formatExchangeRow({ ...row, ...change }, paint), expected));

test('the detail tells why, each try, tokens, price and where it went', () => {
  const text = formatExchangeDetail(detail, paint).join('\n');
  for (const part of [
    'because    model claude-haiku-5-5 names tier haiku  rule tier',
    'try 1    claude-haiku-5-5 → zai/glm-4.7  200  0.7 → 2.1 s  HTTP/1.1',
    '400 in  12.0k from cache  0 into cache  310 out  exact',
    '$0.0021  config:1f0c33d2  metered',
    'https://api.z.ai  req_1',
  ])
    assert.ok(text.includes(part), `${part} in\n${text}`);
  assert.ok(!text.includes('labels'), 'what is not known has no line');
});

test('a further try gives its reason, a failed one its error, an unsure cost its flags', () => {
  const failed = {
    ...attempt,
    status: null,
    outcome: 'error' as const,
    error: 'upstream_reset',
    total_ms: 5,
  };
  const next = { ...attempt, ordinal: 1, decision: 'net_fallback', cost_flags: ['partial', 'estimated'] };
  const skipped = [{ provider: 'local', model: null, reason: 'another format' }];
  const text = formatExchangeDetail({ ...detail, skipped, attempts: [failed, next] }, paint).join('\n');
  assert.match(text, /try 1 .*error.*\n.*error +upstream_reset/);
  assert.match(text, /try 2 .*\n +reason +net_fallback/);
  assert.match(text, /\$0\.0021 \(partial, estimated\)/);
  assert.match(text, /skipped +local {2}another format/);
});

test('a kept model name is told by its provider alone, and none at all as a dash', () => {
  assert.equal(modelText('claude-opus-5-5', 'anthropic', 'claude-opus-5-5'), 'claude-opus-5-5 = anthropic');
  assert.equal(modelText(null, null, null), '—');
  assert.equal(modelText('x\u001b[2J', null, null).includes('\u001b'), false);
});
