import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attemptRecord } from '../../../test/store/records.ts';
import { exampleProvider } from '../../../test/support/example-provider.ts';
import type { AttemptOutcome } from '../../domain/attempt.ts';
import { attemptIntent } from './attempt-intent.ts';
import type { OpenExchange } from '../open-exchange.ts';
import type { PreparedRequest } from '../prepare/prepare.ts';

function intentAfter(
  previous: readonly AttemptOutcome[],
  upstream: { freshSocket?: boolean; forceHttp1?: boolean } = {},
) {
  const provider = exampleProvider();
  const exchange = {
    inbound: { id: 'e1' },
    facts: { model: 'asked' },
    attempts: previous.map((outcome, index) => attemptRecord(`e1.${index}`, { outcome })),
  } as unknown as OpenExchange; // All that an intent looks at.
  const prepared = {
    provider,
    credential: { origin: provider.origin, owner: 'gateway', headers: [] },
    sentModel: 'sent',
    billing: 'metered',
    upstream: { freshSocket: false, forceHttp1: false, ...upstream },
  } as unknown as PreparedRequest; // As above.
  return attemptIntent(exchange, prepared, 1_000);
}

test('the first try has the ordinal 0 and no reason but its route', () => {
  const { id, exchange, ordinal, reason, startedAt, requestedModel, sentModel } = intentAfter([]);
  assert.deepEqual(
    [id, exchange, ordinal, reason, startedAt, requestedModel, sentModel],
    ['e1.0', 'e1', 0, undefined, 1_000, 'asked', 'sent'],
  );
});

const FAILED: AttemptOutcome = { kind: 'failed', error: 'upstream_reset', sent: 'maybe-sent' };
const REFUSED: AttemptOutcome = { kind: 'answered', status: 503 };

const REASONS: readonly [string, Parameters<typeof intentAfter>, string][] = [
  ['a failure on the way leads to the next target', [[FAILED]], 'net_fallback'],
  ['a status leads to the next target', [[FAILED, REFUSED]], 'status_fallback'],
  ['a stale socket leads to a fresh one', [[FAILED], { freshSocket: true }], 'socket_retry'],
  ['a stalled HTTP/2 leads to HTTP/1.1', [[FAILED], { freshSocket: true, forceHttp1: true }], 'h1_retry'],
];

for (const [what, [previous, upstream], reason] of REASONS)
  test(`${what}: ${reason}`, () => {
    const intent = intentAfter(previous, upstream);
    assert.deepEqual([intent.reason, intent.ordinal], [reason, previous.length]);
  });
