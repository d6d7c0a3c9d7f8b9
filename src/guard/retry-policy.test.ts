import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  afterFailure,
  afterStatus,
  MAX_MAYBE_BILLED,
  type FailedTry,
  type RetryState,
} from './retry-policy.ts';

const fresh: RetryState = { maybeBilled: 0, retried: false, targetsLeft: 0 };
const failed: FailedTry = {
  error: 'upstream_unreachable',
  sent: 'not-sent',
  http2: false,
  staleSocket: false,
  h2Fallback: true,
};

test('without another target a failure reaches the client', () => {
  assert.deepEqual(afterFailure(failed, fresh), { kind: 'surface' });
});

test('with another target a failure of the provider moves on', () => {
  assert.deepEqual(afterFailure(failed, { ...fresh, targetsLeft: 1 }), { kind: 'next-target' });
});

test('an HTTP/2 stall is tried once over HTTP/1.1, and only once', () => {
  const stall: FailedTry = { ...failed, error: 'upstream_headers_timeout', sent: 'maybe-sent', http2: true };
  assert.deepEqual(afterFailure(stall, { ...fresh, maybeBilled: 1 }), { kind: 'retry-http1' });
  assert.deepEqual(afterFailure(stall, { ...fresh, maybeBilled: 2, retried: true }), { kind: 'surface' });
});

test('an HTTP/2 stall is not retried when the flag is off', () => {
  const stall: FailedTry = { ...failed, error: 'upstream_headers_timeout', http2: true, h2Fallback: false };
  assert.deepEqual(afterFailure(stall, fresh), { kind: 'surface' });
});

test('a dead kept-alive socket is replaced once', () => {
  const stale: FailedTry = { ...failed, error: 'upstream_reset', sent: 'maybe-sent', staleSocket: true };
  assert.deepEqual(afterFailure(stale, { ...fresh, maybeBilled: 1 }), { kind: 'retry-fresh-socket' });
  assert.deepEqual(afterFailure(stale, { ...fresh, maybeBilled: 2, retried: true }), { kind: 'surface' });
});

test('an answer that broke on a fresh socket is not sent again', () => {
  const reset: FailedTry = { ...failed, error: 'upstream_reset', sent: 'maybe-sent' };
  assert.deepEqual(afterFailure(reset, { ...fresh, maybeBilled: 1 }), { kind: 'surface' });
});

test('errors that are not the provider’s are never retried', () => {
  for (const error of ['loop_detected', 'local_resource', 'credential_not_for_origin', 'internal'] as const) {
    assert.deepEqual(
      afterFailure({ ...failed, error }, { ...fresh, targetsLeft: 3 }),
      { kind: 'surface' },
      error,
    );
  }
});

test('after three tries that may have billed, no further target is asked', () => {
  const state = { ...fresh, maybeBilled: MAX_MAYBE_BILLED, targetsLeft: 2 };
  assert.deepEqual(afterFailure({ ...failed, sent: 'maybe-sent', error: 'upstream_reset' }, state), {
    kind: 'surface',
  });
  assert.deepEqual(afterStatus({ status: 500, ownCredential: true }, state), { kind: 'surface' });
  assert.deepEqual(
    afterStatus({ status: 529, ownCredential: true }, state),
    { kind: 'next-target' },
    'refusals are free',
  );
});

const statuses: readonly (readonly [status: number, own: boolean, verdict: 'surface' | 'next-target'])[] = [
  [200, true, 'surface'],
  [400, true, 'surface'],
  [413, true, 'surface'],
  [422, true, 'surface'],
  [401, false, 'surface'],
  [403, false, 'surface'],
  [401, true, 'next-target'],
  [403, true, 'next-target'],
  [404, false, 'next-target'],
  [429, false, 'next-target'],
  [500, false, 'next-target'],
  [502, true, 'next-target'],
  [503, true, 'next-target'],
  [529, false, 'next-target'],
];

for (const [status, ownCredential, kind] of statuses) {
  const whose = ownCredential ? 'the gateway’s' : 'the caller’s';
  test(`status ${status} with ${whose} credential: ${kind} while another target is left`, () => {
    assert.deepEqual(afterStatus({ status, ownCredential }, { ...fresh, targetsLeft: 1 }), { kind });
    assert.deepEqual(afterStatus({ status, ownCredential }, fresh), { kind: 'surface' });
  });
}
