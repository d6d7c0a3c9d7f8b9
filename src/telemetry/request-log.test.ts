import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExchangeRecord } from '../domain/exchange.ts';
import { attemptRecord } from '../../test/store/records.ts';
import { UNKNOWN_USAGE, type Usage } from '../domain/usage.ts';
import { createRequestLog } from './request-log.ts';

const RECORD: ExchangeRecord = {
  id: 'e1',
  receivedAt: 0,
  totalMs: 12.6,
  kind: { format: 'anthropic-messages', operation: 'generate' },
  client: { name: 'claude-code', version: '2', session: 's1', agentId: undefined, agentType: undefined },
  requestedModel: 'claude-opus-4-8',
  stream: true,
  requestBytes: 10,
  responseBytes: 20,
  decision: {
    id: 'd1',
    rule: 'tier',
    evidence: 'model claude-opus-4-8 names tier opus',
    tier: 'opus',
    targets: [{ provider: 'main', model: undefined }],
    skipped: [],
  },
  attempts: [],
  outcome: { kind: 'answered', status: 200 },
  labels: { project: undefined, user: undefined },
};

function lineOf(record: ExchangeRecord): Record<string, unknown> {
  let line = '';
  createRequestLog({ now: () => 0, write: (text) => void (line += text) })(record);
  // A line of the log is one JSON object.
  return JSON.parse(line) as Record<string, unknown>;
}

test('a request is one line with its exchange, its decision and the reason for it', () => {
  assert.deepEqual(lineOf(RECORD), {
    level: 'info',
    time: '1970-01-01T00:00:00.000Z',
    exchange: 'e1',
    decision: 'd1',
    rule: 'tier',
    evidence: 'model claude-opus-4-8 names tier opus',
    client: 'claude-code',
    session: 's1',
    outcome: 'answered',
    status: 200,
    attempts: 0,
    total_ms: 13,
    msg: '[Request] claude-opus-4-8 → nobody 200',
  });
});

test('what failed is a warning, what the client gave up is not', () => {
  assert.equal(
    lineOf({ ...RECORD, outcome: { kind: 'refused', status: 503, error: 'draining' } })['level'],
    'warn',
  );
  assert.equal(lineOf({ ...RECORD, outcome: { kind: 'answered', status: 429 } })['level'], 'warn');
  assert.equal(lineOf({ ...RECORD, outcome: { kind: 'aborted' } })['level'], 'info');
});

test('a name that a caller made up is short and harmless', () => {
  const { msg } = lineOf({ ...RECORD, requestedModel: `\u001b[2J${'x'.repeat(5_000)}` });
  assert.match(String(msg), /^\[Request\] \?\[2Jx+… → nobody 200$/);
  assert.ok(String(msg).length < 200);
});

const triedWith = (usage: Partial<Usage>) => attemptRecord('a', { usage: { ...UNKNOWN_USAGE, ...usage } });

test('tokens are those of all tries, named as the ledger names them', () => {
  const { cache_read_tokens, cache_write_tokens, input_tokens, output_tokens } = lineOf({
    ...RECORD,
    attempts: [triedWith({ input: 100, output: 5, cacheRead: 40 }), triedWith({ input: 10, output: 7 })],
  });
  assert.deepEqual(
    [input_tokens, cache_read_tokens, cache_write_tokens, output_tokens],
    [110, 40, undefined, 12],
  );
});
