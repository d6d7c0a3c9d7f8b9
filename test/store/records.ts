/** Records for tests of the ledger: one plain exchange, and ways to vary it. */
import type { AttemptRecord } from '../../src/domain/attempt.ts';
import type { ExchangeRecord } from '../../src/domain/exchange.ts';
import type { AttemptIntent } from '../../src/domain/ledger.ts';
import { originOf } from '../../src/domain/origin.ts';
import { UNKNOWN_USAGE } from '../../src/domain/usage.ts';

export const NOON = Date.UTC(2026, 0, 15, 12);

/** 10 × 3 + 20 × 15 millionths: $0.00033 at Sonnet's list price. */
export function attemptRecord(id: string, changes: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    id,
    exchange: `x-${id}`,
    ordinal: 0,
    provider: 'anthropic',
    origin: originOf(new URL('https://api.anthropic.com')),
    credentialOwner: 'caller',
    requestedModel: 'claude-sonnet-4-5',
    sentModel: 'claude-sonnet-4-5',
    servedModel: 'claude-sonnet-4-5-20250929',
    startedAt: NOON,
    ttftMs: 250.5,
    totalMs: 1_000,
    outcome: { kind: 'answered', status: 200 },
    http2: true,
    upstreamRequestId: `req_${id}`,
    usage: { ...UNKNOWN_USAGE, input: 10, output: 20, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 },
    usageQuality: 'exact',
    stopReason: 'end_turn',
    toolCalls: 1,
    ...changes,
  };
}

/** An exchange of the given attempts, or of one plain attempt. */
export function exchangeRecord(
  id: string,
  changes: Partial<ExchangeRecord> = {},
  attempts: readonly AttemptRecord[] = [attemptRecord(`${id}-0`, { exchange: id })],
): ExchangeRecord {
  return {
    id,
    receivedAt: attempts[0]?.startedAt ?? NOON,
    totalMs: 1_010,
    kind: { format: 'anthropic-messages', operation: 'generate' },
    client: {
      name: 'claude-code',
      version: '2.1.0',
      session: 'session-1',
      agentId: undefined,
      agentType: undefined,
    },
    requestedModel: 'claude-sonnet-4-5',
    stream: true,
    requestBytes: 74_000,
    responseBytes: 27_000,
    decision: {
      id: `d-${id}`,
      rule: 'tier',
      evidence: 'model claude-sonnet-4-5 names tier sonnet',
      tier: 'sonnet',
      targets: [{ provider: 'anthropic', model: undefined }],
      skipped: [],
    },
    outcome: { kind: 'answered', status: 200 },
    labels: { project: undefined, user: undefined },
    ...changes,
    attempts,
  };
}

/** What would have been announced before an attempt was sent. */
export function intentOf(attempt: AttemptRecord): AttemptIntent {
  const { id, exchange, ordinal, provider, origin, credentialOwner } = attempt;
  const { requestedModel, sentModel, startedAt } = attempt;
  return { id, exchange, ordinal, provider, origin, credentialOwner, requestedModel, sentModel, startedAt };
}
