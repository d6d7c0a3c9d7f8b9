import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERROR_TABLE, GatewayError } from '../domain/errors.ts';
import { errorMessage } from './error-reply.ts';

test('the message is followed by what to do, as a sentence of its own', () => {
  const { remedy } = ERROR_TABLE.upstream_reset;
  const cases: [message: string, expected: string][] = [
    ['zai closed the connection', `zai closed the connection — ${remedy}`],
    ['zai closed the connection.', `zai closed the connection. ${remedy}`],
    ['Did zai close it? ', `Did zai close it? ${remedy}`],
    ['capability_rejected: image_block', `capability_rejected: image_block — ${remedy}`],
    ['', remedy],
  ];
  for (const [message, expected] of cases)
    assert.equal(errorMessage(new GatewayError('upstream_reset', message)), expected);
});
