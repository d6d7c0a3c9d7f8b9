import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnswerFailure } from '../domain/answer.ts';
import { FORMATS } from '../domain/format.ts';
import { translateFailure } from './translate-failure.ts';

function failure(more: Partial<AnswerFailure>): AnswerFailure {
  return { kind: 'upstream', message: 'it broke', raw: undefined, truncated: false, ...more };
}

test('a failure behind status 200 gets the status its kind has, and names the provider', () => {
  const table: [AnswerFailure['kind'], number, number][] = [
    ['overloaded', 529, 503],
    ['rate_limit', 429, 429],
    ['invalid_request', 400, 400],
    ['upstream', 502, 502],
    ['authentication', 502, 502],
  ];
  for (const [kind, anthropic, others] of table)
    for (const to of FORMATS) {
      const { status, body } = translateFailure(failure({ kind }), to, 'zai');
      assert.equal(status, to === 'anthropic-messages' ? anthropic : others, `${kind} ${to}`);
      assert.match(JSON.parse(body.toString()).error.message, /^zai: it broke/);
    }
});

test('T27b: an overflow behind status 200 is told in the words that make clients compact', () => {
  const overflow = failure({ message: "This model's maximum context length is 131072 tokens." });
  const { status, body } = translateFailure(overflow, 'anthropic-messages', 'zai');
  assert.equal(status, 400);
  assert.match(JSON.parse(body.toString()).error.message, /prompt is too long/);
});
