import type { AttemptOutcome, AttemptRecord } from '../domain/attempt.ts';
import { headerValue } from '../domain/headers.ts';
import type { MeterReport } from '../formats/wire-format.ts';
import type { UpstreamHead } from '../transport/upstream.ts';
import type { OpenExchange } from './open-exchange.ts';
import type { PreparedRequest } from './prepare.ts';

export interface AttemptFacts {
  readonly id: string;
  readonly exchange: OpenExchange;
  readonly prepared: PreparedRequest;
  readonly report: MeterReport;
  readonly outcome: AttemptOutcome;
  readonly head: UpstreamHead | undefined;
  /** Whether HTTP/2 carried it, or was to carry it when it failed. */
  readonly http2: boolean;
  /** Wall clock, milliseconds. */
  readonly startedAt: number;
  readonly ttftMs: number | undefined;
  readonly totalMs: number;
}

/** The one terminal record of an upstream try, from what the transport and the meter saw. */
export function attemptRecord(facts: AttemptFacts): AttemptRecord {
  const { exchange, prepared, report, head, outcome } = facts;
  const upstream = head?.headers ?? [];
  return {
    id: facts.id,
    exchange: exchange.inbound.id,
    ordinal: exchange.attempts.length,
    provider: prepared.provider.name,
    origin: prepared.provider.origin,
    credentialOwner: prepared.credential.owner,
    requestedModel: exchange.facts?.model,
    sentModel: prepared.sentModel,
    servedModel: report.servedModel,
    startedAt: facts.startedAt,
    ttftMs: facts.ttftMs,
    totalMs: facts.totalMs,
    outcome,
    http2: facts.http2,
    upstreamRequestId: headerValue(upstream, 'request-id') ?? headerValue(upstream, 'x-request-id'),
    usage: report.usage,
    usageQuality: qualityOf(report, outcome),
    stopReason: report.stopReason,
    toolCalls: report.toolCalls,
  };
}

function qualityOf(report: MeterReport, outcome: AttemptOutcome): AttemptRecord['usageQuality'] {
  const { input, output } = report.usage;
  if (input === undefined && output === undefined) return 'none';
  return report.complete && outcome.kind === 'answered' ? 'exact' : 'partial';
}
