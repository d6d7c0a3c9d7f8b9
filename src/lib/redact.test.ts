import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assert as check, property, uint8Array } from 'fast-check';
import { createRedactor, isSecretHeader, REDACTED } from './redact.ts';

const SECRET = 'correct horse "battery"/staple';
const redact = createRedactor([SECRET, 'short', '']);

const FOUND: readonly [string, string, string][] = [
  ['a known secret', `the key is ${SECRET}!`, `the key is ${REDACTED}!`],
  ['one inside JSON', JSON.stringify({ key: SECRET }), `{"key":"${REDACTED}"}`],
  ['one inside a URL', `?key=${encodeURIComponent(SECRET)}&x=1`, `?key=${REDACTED}&x=1`],
  ['a key of Anthropic', 'x sk-ant-api03-AbCd_1234567890-xyz y', `x ${REDACTED} y`],
  ['a client key of ours', '"sy-0123456789abcdef0123"', `"${REDACTED}"`],
  ['a key of Google', `AIza${'x'.repeat(35)}`, REDACTED],
  ['a token of GitHub', `ghp_${'a1'.repeat(18)}`, REDACTED],
  ['a web token', `eyJhbGciOiJIUzI1NiJ9.${'e'.repeat(20)}.${'s'.repeat(20)}`, REDACTED],
  ['an authorization', 'authorization: Bearer abcdef0123456789abcdef', `authorization: Bearer ${REDACTED}`],
  [
    'a private key',
    '-----BEGIN RSA PRIVATE KEY-----\nMII-x\n-----END RSA PRIVATE KEY-----',
    `${REDACTED}-----END RSA PRIVATE KEY-----`,
  ],
];

for (const [what, text, expected] of FOUND)
  test(`${what} is replaced`, () => {
    assert.deepEqual(redact(text), { text: expected, count: 1 });
  });

for (const text of [
  'short words',
  'basic responsibilities of a task-runner',
  'sk-1',
  'risk-assessment-of-everything-here',
  '',
])
  test(`"${text}" stays as it is`, () => {
    assert.deepEqual(redact(text), { text, count: 0 });
  });

test('a secret that is part of another does not leave the rest behind', () => {
  const both = createRedactor(['0123456789', '0123456789-and-more']);
  assert.deepEqual(both('0123456789-and-more'), { text: REDACTED, count: 1 });
});

test('whatever surrounds a secret is kept byte for byte, and the secret is not', () => {
  const secret = 'käse-0123456789';
  const find = createRedactor([secret]);
  check(
    property(uint8Array({ maxLength: 200 }), uint8Array({ maxLength: 200 }), (before, after) => {
      const bytes = Buffer.concat([before, Buffer.from(secret), after]).toString('latin1');
      const { text, count } = find(bytes);
      assert.ok(count >= 1);
      assert.ok(!text.includes(Buffer.from(secret).toString('latin1')));
      if (count === 1) {
        const parts = [before, Buffer.from(REDACTED), after];
        assert.equal(text, Buffer.concat(parts).toString('latin1'));
      }
    }),
  );
});

const HEADERS: readonly [string, boolean][] = [
  ['Authorization', true],
  ['x-api-key', true],
  ['api-key', true],
  ['x-goog-api-key', true],
  ['set-cookie', true],
  ['x-auth-token', true],
  ['content-type', false],
  ['anthropic-ratelimit-tokens-remaining', false],
];

for (const [name, expected] of HEADERS)
  test(`${name} is ${expected ? '' : 'not '}a header whose value is a secret`, () => {
    assert.equal(isSecretHeader(name), expected);
  });
