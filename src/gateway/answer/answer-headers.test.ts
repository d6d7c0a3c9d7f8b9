import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerHeaders, headerText, type AnswerHeadersInput } from './answer-headers.ts';

function answered(changes: Partial<AnswerHeadersInput>): string[] {
  const input = {
    upstream: [],
    status: 200,
    ownCredential: false,
    exchangeId: 'x1',
    decision: 'rule=tier',
    ...changes,
  };
  const headers = answerHeaders(input);
  const names: string[] = [];
  for (let index = 0; index < headers.length; index += 2)
    names.push(`${headers[index]}: ${headers[index + 1]}`);
  return names;
}

const OURS = ['x-switchyard-exchange: x1', 'x-switchyard-decision: rule=tier'];

test('the provider’s headers are kept as they came, and ours are added', () => {
  const upstream = ['Content-Type', 'text/event-stream', 'Request-Id', 'req_1', 'X-Foo', 'a', 'X-Foo', 'b'];
  assert.deepEqual(answered({ upstream }), [
    'Content-Type: text/event-stream',
    'Request-Id: req_1',
    'X-Foo: a',
    'X-Foo: b',
    ...OURS,
  ]);
});

test('cookies and promises about the provider’s host do not reach the client', () => {
  const upstream = ['Set-Cookie', 'a=b', 'Alt-Svc', 'h3=":443"', 'Strict-Transport-Security', 'max-age=1'];
  assert.deepEqual(answered({ upstream }), OURS);
});

test('a provider’s leave for pages of all origins to read its answers does not hold for the gateway', () => {
  const upstream = ['Access-Control-Allow-Origin', '*', 'access-control-expose-headers', 'request-id'];
  assert.deepEqual(answered({ upstream }), OURS);
});

test('a model name in a header of ours is short and plain ASCII, whatever the client calls it', () => {
  assert.equal(headerText('zai/glm-4.7'), 'zai/glm-4.7');
  assert.equal(headerText('a\r\nx: 1; b=漢,é'), 'a??x: 1? b=???');
  assert.equal(headerText('x'.repeat(100_000)).length, 256);
});

test('T51: limits of the gateway’s own account are not the client’s business, the caller’s own are', () => {
  const upstream = [
    'anthropic-ratelimit-unified-reset',
    '1',
    'x-ratelimit-limit-requests',
    '9',
    'anthropic-organization-id',
    'o',
  ];
  assert.deepEqual(answered({ upstream, ownCredential: true }), OURS);
  assert.equal(answered({ upstream, ownCredential: false }).length, 3 + OURS.length);
});

test('T68: a Retry-After is relayed as it came, and added to a 429 that has none', () => {
  assert.ok(answered({ status: 429, upstream: ['retry-after', '86400'] }).includes('retry-after: 86400'));
  assert.ok(answered({ status: 429 }).includes('retry-after: 5'));
  assert.ok(!answered({ status: 200 }).includes('retry-after: 5'));
});

test('a provider cannot forge what the gateway says', () => {
  assert.deepEqual(answered({ upstream: ['x-switchyard-decision', 'rule=forged'] }), OURS);
});
