/** Error answers of providers in the dialect of the client. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Format } from '../../domain/format.ts';
import { translateError } from '../translate-error.ts';
import type { Wire } from '../../../fixtures/translation.ts';

function error(to: Format, status: number, body: Wire, credentialOwner: 'caller' | 'gateway' = 'gateway') {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = translateError({ to, provider: 'there', status, body: Buffer.from(text), credentialOwner });
  return { status: answer.status, body: JSON.parse(answer.body.toString()) };
}

const OVERFLOWS = [
  'prompt is too long: 210000 tokens > 200000 maximum',
  "This model's maximum context length is 200000 tokens. However, your messages resulted in 210000 tokens.",
  'the request exceeds the available context size',
  'The input token count (210000) exceeds the maximum number of tokens allowed (200000).',
  'Invalid request: Your request exceeded model token limit: 200000',
  'Prompt exceeds max length',
  'Range of input length should be [1, 200000]',
  'Please reduce the length of the messages or completion.',
  "This model's maximum prompt length is 200000 but the request contains 210000 tokens.",
];

test('T27b: an overflow in any words is told in the words the client acts on', () => {
  for (const message of OVERFLOWS)
    for (const status of [400, 413, 500]) {
      const anthropic = error('anthropic-messages', status, { error: { message, code: 1261 } });
      assert.equal(anthropic.status, 400);
      assert.match(anthropic.body.error.message, /^prompt is too long/);
      assert.equal(
        error('openai-chat', status, { error: { message } }).body.error.code,
        'context_length_exceeded',
      );
    }
  const exact = error('anthropic-messages', 400, { error: { message: OVERFLOWS[1] } });
  assert.equal(exact.body.error.message, 'prompt is too long: 210000 tokens > 200000 maximum');
});

test('T27b: other words about length are no overflow', () => {
  const { body } = error('anthropic-messages', 400, {
    error: { message: "Invalid 'user': string too long. maximum context length" },
  });
  assert.match(body.error.message, /string too long/);
});

test('T69: whatever the body is, the client gets a valid envelope and the class of the status', () => {
  const bodies: readonly (readonly [Wire, RegExp])[] = [
    ['<html><head><title>502</title></head><body>Bad Gateway</body></html>', /502 Bad Gateway/],
    ['', /gave no reason/],
    [{ error: 'plain words' }, /plain words/],
    [[{ error: { code: 503, message: 'listed', status: 'UNAVAILABLE' } }], /listed/],
    [{ detail: [{ msg: 'field required', loc: ['body'] }] }, /field required/],
    [{ detail: 'not here' }, /not here/],
    [{ object: 'error', message: 'bare', code: 400 }, /bare/],
    [
      { error: { message: 'Provider returned error', metadata: { raw: 'the real reason' } } },
      /the real reason/,
    ],
    ['x'.repeat(50_000), /^there: x{1000}$/],
  ];
  for (const [body, message] of bodies) {
    assert.match(error('anthropic-messages', 502, body).body.error.message, message);
    assert.match(error('openai-chat', 502, body).body.error.message, message);
    assert.match(error('gemini', 502, body).body.error.message, message);
  }
});

test('statuses keep their class, in each dialect', () => {
  const why = { error: { message: 'why' } };
  const rows: readonly (readonly [number, [number, string], [number, string]])[] = [
    [400, [400, 'invalid_request_error'], [400, 'invalid_request_error']],
    [401, [502, 'api_error'], [502, 'server_error']],
    [402, [402, 'billing_error'], [429, 'insufficient_quota']],
    [404, [404, 'not_found_error'], [404, 'invalid_request_error']],
    [429, [429, 'rate_limit_error'], [429, 'rate_limit_exceeded']],
    [503, [529, 'overloaded_error'], [503, 'server_error']],
    [529, [529, 'overloaded_error'], [503, 'server_error']],
    [504, [504, 'timeout_error'], [504, 'server_error']],
  ];
  for (const [status, anthropic, openai] of rows) {
    const first = error('anthropic-messages', status, why);
    assert.deepEqual([first.status, first.body.error.type], anthropic);
    const second = error('openai-chat', status, why);
    const third = error('gemini', status, why);
    assert.equal(third.status, second.status);
    assert.deepEqual([second.status, second.body.error.type], openai);
  }
  assert.equal(error('openai-chat', 401, why, 'caller').status, 401);
});
