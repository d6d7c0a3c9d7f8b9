import type { AttemptOutcome, AttemptRecord } from '../../domain/attempt.ts';
import type { Usage } from '../../domain/usage.ts';
import { headerValue } from '../../domain/headers.ts';
import type { AttemptIntent } from '../../domain/ledger.ts';
import type { ResponseMeter } from '../../formats/wire-format.ts';
import { shortName } from '../../lib/short-text.ts';
import type { UpstreamHead } from '../../transport/upstream.ts';

export interface AttemptFacts {
  readonly intent: AttemptIntent;
  readonly meter: ResponseMeter;
  readonly outcome: AttemptOutcome;
  readonly head: UpstreamHead | undefined;
  /** Whether HTTP/2 carried it, or was to carry it when it failed. */
  readonly http2: boolean;
  readonly ttftMs: number | undefined;
  readonly totalMs: number;
}

/** The one terminal record of an upstream try, from what the transport and the meter saw. */
export function attemptRecord(facts: AttemptFacts): AttemptRecord {
  const { intent, meter, head, outcome } = facts;
  const { report } = meter;
  const upstream = head?.headers ?? [];
  const { usage, usageQuality } = knownUsage(meter, outcome);
  return {
    id: intent.id,
    exchange: intent.exchange,
    ordinal: intent.ordinal,
    provider: intent.provider,
    origin: intent.origin,
    credentialOwner: intent.credentialOwner,
    requestedModel: intent.requestedModel,
    sentModel: intent.sentModel,
    servedModel: shortName(report.servedModel),
    startedAt: intent.startedAt,
    ttftMs: facts.ttftMs,
    totalMs: facts.totalMs,
    outcome,
    http2: facts.http2,
    upstreamRequestId: shortName(
      headerValue(upstream, 'request-id') ?? headerValue(upstream, 'x-request-id'),
    ),
    usage,
    usageQuality,
    stopReason: shortName(report.stopReason ?? report.streamError),
    toolCalls: report.toolCalls,
    billing: intent.billing,
    role: intent.role,
    reason: intent.reason,
  };
}

interface KnownUsage {
  readonly usage: Usage;
  readonly usageQuality: AttemptRecord['usageQuality'];
}

/** What generated text comes to where the provider did not count it: English prose has about this many a token. */
const BYTES_PER_TOKEN = 4;

/**
 * The usage as the provider told it. Of an answer that did not end in order, or told nothing, the text that
 * passed is counted here: providers bill what they generated, not what they managed to report.
 */
function knownUsage(meter: ResponseMeter, outcome: AttemptOutcome): KnownUsage {
  const { usage, complete, preliminary } = meter.report;
  const isTold = usage.input !== undefined || usage.output !== undefined;
  if (isTold && complete && !preliminary && outcome.kind === 'answered')
    return { usage, usageQuality: 'exact' };
  const passed = wasAnswer(outcome) ? Math.ceil(meter.textBytes() / BYTES_PER_TOKEN) : 0;
  if (passed > (usage.output ?? 0)) return { usage: { ...usage, output: passed }, usageQuality: 'estimated' };
  return { usage, usageQuality: isTold ? 'partial' : 'none' };
}

/** The body of an error is no generated text. */
function wasAnswer(outcome: AttemptOutcome): boolean {
  return outcome.kind !== 'failed' && outcome.status !== undefined && outcome.status < 300;
}
