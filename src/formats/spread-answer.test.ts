import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { arbitraryAnswer } from '../../fixtures/arbitrary.ts';
import { judgeParts } from '../../fixtures/translation.ts';
import { AnswerCollector } from './collect-answer.ts';
import { spreadAnswer } from './spread-answer.ts';

test('an answer spread out and gathered again is the same, and in the order of the hub', () => {
  fc.assert(
    fc.property(arbitraryAnswer('openai-chat'), (answer) => {
      const parts = spreadAnswer(answer);
      assert.deepEqual(judgeParts(parts), []);
      assert.deepEqual(new AnswerCollector().pushAll(parts).result, { kind: 'answer', answer });
    }),
  );
});

test('parts without an end are a broken answer, and the first end counts', () => {
  const collector = new AnswerCollector();
  assert.equal(collector.result.kind, 'failure');
  const failure = { kind: 'overloaded', message: 'no', raw: undefined, truncated: false } as const;
  collector.push({ type: 'error', failure });
  collector.push({ type: 'error', failure: { ...failure, message: 'later' } });
  assert.deepEqual(collector.result, { kind: 'failure', failure });
});

test('citations and refusals stay with their text, and hidden reasoning keeps its value', () => {
  const origin = { provider: 'p', model: 'm', format: 'gemini' } as const;
  const citation = {
    url: 'https://x.test',
    title: undefined,
    quote: undefined,
    vendor: { format: 'gemini', value: {} },
  } as const;
  const parts = [
    { type: 'text', text: 'a', citations: [citation] },
    { type: 'text', text: 'no', refusal: true },
    { type: 'reasoning', text: '', opaque: { kind: 'redacted', origin, payload: 'x' } },
  ] as const;
  const usage = {
    input: 1,
    output: 2,
    cacheRead: 3,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    reasoning: 0,
    serverToolCalls: 0,
  };
  const answer = { id: 'i', model: 'm', parts, stop: { kind: 'refusal', raw: 'x' }, usage } as const;
  assert.deepEqual(new AnswerCollector().pushAll(spreadAnswer(answer)).result, { kind: 'answer', answer });
});
