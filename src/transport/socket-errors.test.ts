import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Http1AnswerError } from './http1-answer-error.ts';
import { connectErrorCode, describeError, exchangeErrorCode, systemCode } from './socket-errors.ts';

function errorWith(code: string, message = code): Error {
  return Object.assign(new Error(message), { code });
}

describe('errors while connecting', () => {
  const cases: [error: unknown, code: string][] = [
    [errorWith('ECONNREFUSED'), 'upstream_unreachable'],
    [errorWith('EHOSTUNREACH'), 'upstream_unreachable'],
    [errorWith('EAI_AGAIN'), 'upstream_unreachable'],
    [errorWith('ETIMEDOUT'), 'upstream_connect_timeout'],
    [errorWith('EADDRNOTAVAIL'), 'local_resource'],
    [new AggregateError([errorWith('ECONNREFUSED'), errorWith('EMFILE')]), 'local_resource'],
    [new AggregateError([errorWith('ENETUNREACH'), errorWith('ECONNREFUSED')]), 'upstream_unreachable'],
    ['no error at all', 'upstream_unreachable'],
  ];
  for (const [error, code] of cases) {
    test(`${systemCode(error) || String(error)} is ${code}`, () => {
      assert.equal(connectErrorCode(error), code);
    });
  }
});

describe('errors on a connection that stands', () => {
  const cases: [error: unknown, code: string][] = [
    [errorWith('ECONNRESET'), 'upstream_reset'],
    [errorWith('EPIPE'), 'upstream_reset'],
    [new Error('the other side closed the connection'), 'upstream_reset'],
    [new Http1AnswerError('it is a greeting'), 'upstream_protocol'],
    [errorWith('ENOBUFS'), 'local_resource'],
    [errorWith('ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE'), 'upstream_tls'],
  ];
  for (const [error, code] of cases) {
    test(`${String(error)} is ${code}`, () => {
      assert.equal(exchangeErrorCode(error), code);
    });
  }
});

describe('what people read', () => {
  test('the code is added only when the text lacks one', () => {
    assert.equal(
      describeError(errorWith('ECONNREFUSED', 'connect ECONNREFUSED ::1:1')),
      'connect ECONNREFUSED ::1:1',
    );
    assert.equal(describeError(errorWith('ERR_X', 'it broke')), 'it broke (ERR_X)');
    const both = new AggregateError([errorWith('ECONNREFUSED', 'connect ECONNREFUSED a'), new Error('b')]);
    assert.equal(describeError(both), 'connect ECONNREFUSED a; b');
  });
});
