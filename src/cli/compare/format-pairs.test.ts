import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PairBody, PairSideBody } from '../../contract/pairs.ts';
import { formatPairs } from './format-pairs.ts';

const side: PairSideBody = {
  lane: 'anthropic',
  model: 'claude-opus-4-8',
  outcome: 'ok',
  status: 200,
  error: null,
  ttft_ms: 800,
  total_ms: 6_400,
  prompt_tokens: 1_000,
  output_tokens: 10,
  cost_usd: 0,
  list_cost_usd: 0.03,
};

const pair: PairBody = {
  id: '01abc',
  ts: 1_767_225_600,
  time: '2026-01-01T00:00:00.000Z',
  client: 'claude-code',
  session: null,
  project: null,
  user: null,
  tier: 'opus',
  task: null,
  requested_model: 'claude-opus-4-8',
  a: side,
  b: { ...side, lane: 'zai', model: 'glm-5', list_cost_usd: null },
  agreement: 'partly',
  text_similarity: 0.42,
  judgement: 'b',
  judged_at: 1_767_225_700,
};

const line = (changes: Partial<PairBody>): string => formatPairs([{ ...pair, ...changes }])[1] ?? '';

test('a pair is one line: when, what for, who, how far they agree, time and cost of both', () => {
  assert.match(
    line({}),
    /^01-01 00:00:00 {2}opus {2}anthropic\/claude-opus-4-8 {2}zai\/glm-5 {2}partly +42 % +0\.8 → 6\.4 s +0\.8 → 6\.4 s +\$0\.0300 +— {2}b +01abc$/,
  );
});

test('a pair that was not compared says why', () => {
  const refused = { ...pair.b, outcome: 'error', status: 429 } as const;
  const late = { ...pair.b, outcome: 'error', status: null, error: 'upstream_total_timeout' } as const;
  assert.match(line({ agreement: null, b: refused }), /— \(B 429\)/);
  assert.match(line({ agreement: null, b: late }), /— \(B upstream_total_timeout\)/);
  assert.match(line({ agreement: null, a: { ...side, outcome: 'aborted' } }), /— \(A aborted\)/);
  assert.match(line({ agreement: null }), /— \(too long, or no answer\)/);
});
