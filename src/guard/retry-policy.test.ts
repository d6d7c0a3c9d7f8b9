import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classifyAnswer } from './classify-answer.ts';
import {
  afterFailure,
  afterRefusal,
  afterUselessAnswer,
  DEFAULT_RETRY_SETTINGS,
  type FailedTry,
  type RetryState,
  type RetryVerdict,
} from './retry-policy.ts';

const fresh: RetryState = {
  maybeBilled: 1,
  tries: 1,
  retried: false,
  targetsLeft: 0,
  settings: DEFAULT_RETRY_SETTINGS,
  spend: () => true,
};
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

test('after three tries that may have billed, no further target is asked; refusals are free', () => {
  const state = { ...fresh, maybeBilled: DEFAULT_RETRY_SETTINGS.attempts, targetsLeft: 2 };
  const reset: FailedTry = { ...failed, sent: 'maybe-sent', error: 'upstream_reset' };
  assert.deepEqual(afterFailure(reset, state), { kind: 'surface' });
  assert.deepEqual(onStatus(500, true, state), { kind: 'surface' });
  assert.deepEqual(afterUselessAnswer(state), { kind: 'surface' });
  assert.deepEqual(onStatus(529, true, state), { kind: 'next-target' });
});

test('an empty budget ends second tries after ambiguous failures, not those after refusals', () => {
  const state = { ...fresh, targetsLeft: 1, spend: () => false };
  const reset: FailedTry = { ...failed, sent: 'maybe-sent', error: 'upstream_reset' };
  assert.deepEqual(afterFailure(reset, state), { kind: 'surface' });
  assert.deepEqual(afterFailure(failed, state), { kind: 'next-target' });
  assert.deepEqual(onStatus(500, true, state), { kind: 'surface' });
  assert.deepEqual(onStatus(429, true, state), { kind: 'next-target' });
  assert.deepEqual(afterFailure({ ...reset, staleSocket: true }, state), { kind: 'retry-fresh-socket' });
});

test('a useless answer moves on while there is somewhere to go', () => {
  assert.deepEqual(afterUselessAnswer(fresh), { kind: 'surface' });
  assert.deepEqual(afterUselessAnswer({ ...fresh, targetsLeft: 1 }), { kind: 'next-target' });
});

function onStatus(status: number, ownCredential: boolean, state: RetryState): RetryVerdict {
  const body = Buffer.alloc(0);
  return afterRefusal(classifyAnswer({ status, headers: [], body, ownCredential, rules: [], now: 0 }), state);
}

const statuses: readonly (readonly [status: number, own: boolean, verdict: 'surface' | 'next-target'])[] = [
  [400, true, 'surface'],
  [413, true, 'surface'],
  [422, true, 'surface'],
  [401, false, 'surface'],
  [403, false, 'surface'],
  [401, true, 'next-target'],
  [403, true, 'next-target'],
  [402, true, 'next-target'],
  [404, false, 'next-target'],
  [410, true, 'next-target'],
  [429, false, 'next-target'],
  [500, false, 'next-target'],
  [502, true, 'next-target'],
  [503, true, 'next-target'],
  [529, false, 'next-target'],
];

for (const [status, ownCredential, kind] of statuses) {
  const whose = ownCredential ? 'the gateway’s' : 'the caller’s';
  test(`status ${status} with ${whose} credential: ${kind} while another target is left`, () => {
    assert.deepEqual(onStatus(status, ownCredential, { ...fresh, targetsLeft: 1 }), { kind });
    assert.deepEqual(onStatus(status, ownCredential, fresh), { kind: 'surface' });
  });
}

const waits: readonly (readonly [wait: number | undefined, tries: number, verdict: RetryVerdict])[] = [
  [3_000, 1, { kind: 'wait', milliseconds: 3_000 }],
  [10_000, 1, { kind: 'wait', milliseconds: 10_000 }],
  [10_001, 1, { kind: 'surface' }],
  [undefined, 1, { kind: 'surface' }],
  [undefined, 2, { kind: 'wait', milliseconds: 2_000 }],
  [undefined, 4, { kind: 'wait', milliseconds: 8_000 }],
  [undefined, 6, { kind: 'wait', milliseconds: 10_000 }],
];

for (const [retryAfterMs, tries, verdict] of waits) {
  test(`the last target, asked as number ${tries}, that says ${retryAfterMs} ms: ${verdict.kind}`, () => {
    const refusal = { meaning: 'rate-limit', retryAfterMs } as const;
    assert.deepEqual(afterRefusal(refusal, { ...fresh, tries }), verdict);
    assert.deepEqual(afterRefusal(refusal, { ...fresh, tries, retried: true }), { kind: 'surface' });
    assert.deepEqual(afterRefusal(refusal, { ...fresh, tries, targetsLeft: 1 }), { kind: 'next-target' });
  });
}

test('guesses are spread, and without leave to wait there are none', () => {
  const refusal = { meaning: 'rate-limit', retryAfterMs: undefined } as const;
  const state = { ...fresh, tries: 2 };
  assert.deepEqual(afterRefusal(refusal, { ...state, spread: 0.25 }), { kind: 'wait', milliseconds: 2_250 });
  const settings = { ...DEFAULT_RETRY_SETTINGS, wait: 0 };
  assert.deepEqual(afterRefusal(refusal, { ...state, settings }), { kind: 'surface' });
});

test('a window that is used up is not waited for, even when its reset is near', () => {
  assert.deepEqual(afterRefusal({ meaning: 'window', retryAfterMs: 1_000 }, fresh), { kind: 'surface' });
});
