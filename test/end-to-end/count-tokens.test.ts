/** Token counts for providers that do not count, learned from what they bill. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { text } from '../support/answers.ts';
import { call } from '../support/call.ts';
import { modelAt, startFourFormats } from '../support/four-formats.ts';

const LINE = 'const total = items.reduce((sum, item) => sum + item.price, 0); // the price of all\n';

function body(lines: number): object {
  const content = LINE.repeat(lines);
  return { model: modelAt('openai-chat'), max_tokens: 64, messages: [{ role: 'user', content }] };
}

/** What this upstream takes for the text, far from any usual ratio. */
function billedFor(lines: number): number {
  return 150 + lines * 41;
}

test('after 50 exchanges with a provider of another format, count_tokens is less than 5 % off in the median', async () => {
  const four = await startFourFormats();
  try {
    const before = await call(four.gateway.url, '/v1/messages/count_tokens', { body: body(100) });
    assert.equal(before.headers['x-switchyard-estimate'], 'true');
    for (let round = 1; round <= 50; round++) {
      const lines = 1 + ((round * 37) % 113);
      four.upstream.script({ times: 1, answer: text('ok', { input: billedFor(lines) }) });
      const answer = await call(four.gateway.url, '/v1/messages', { body: body(lines) });
      assert.equal(answer.status, 200);
    }
    const errors: number[] = [];
    for (let lines = 5; lines < 200; lines += 10) {
      const answer = await call(four.gateway.url, '/v1/messages/count_tokens', { body: body(lines) });
      const { input_tokens: estimate } = JSON.parse(answer.body.toString());
      errors.push(Math.abs(estimate - billedFor(lines)) / billedFor(lines));
    }
    errors.sort((left, right) => left - right);
    assert.ok((errors[Math.floor(errors.length / 2)] ?? 1) < 0.05, errors.join(' '));
    assert.equal(four.upstream.requests.filter(({ target }) => target.includes('count')).length, 0);
  } finally {
    await four.close();
  }
});
