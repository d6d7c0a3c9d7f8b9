import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findSecret } from './find-secret.ts';

const SECRET = 'sk-test/+=-0123456789abcdefghij';

const disguises: Readonly<Record<string, Buffer>> = {
  raw: Buffer.from(`x${SECRET}y`),
  'inside JSON': Buffer.from(JSON.stringify({ a: SECRET })),
  'percent-encoded': Buffer.from(`?key=${encodeURIComponent(SECRET)}`),
  hexadecimal: Buffer.from(Buffer.from(SECRET).toString('hex')),
  'its second half alone': Buffer.from(SECRET.slice(-10)),
  ...Object.fromEntries(
    [0, 1, 2, 3, 4].map((before) => [
      `Base64 behind ${before} bytes`,
      Buffer.from(Buffer.from(`${'u'.repeat(before)}${SECRET}:more`).toString('base64')),
    ]),
  ),
  'Base64url as user and password': Buffer.from(Buffer.from(`user:${SECRET}`).toString('base64url')),
};

for (const [how, bytes] of Object.entries(disguises))
  test(`a secret is found ${how}`, () => assert.notEqual(findSecret(bytes, SECRET), undefined));

test('no secret is found where there is none', () => {
  assert.equal(findSecret(Buffer.from('sk-test and 0123456 and {"a":"c2stdGVzdA=="}'), SECRET), undefined);
});
