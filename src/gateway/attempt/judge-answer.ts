import type { AttemptOutcome } from '../../domain/attempt.ts';
import { ERROR_TABLE, type GatewayError } from '../../domain/errors.ts';
import type { RequestFacts } from '../../domain/exchange.ts';
import type { RefusalMeaning } from '../../domain/refusal.ts';
import type { MeterReport } from '../../formats/wire-format.ts';
import type { BreakerVerdict } from '../../guard/breaker.ts';
import { classifyAnswer, classifyStreamError, type Refusal } from '../../guard/classify-answer.ts';
import { REFUSAL_EFFECTS } from '../../guard/refusal-effect.ts';
import { softFailureOf } from '../../guard/soft-failure.ts';
import type { UpstreamHead } from '../../transport/upstream.ts';
import { canRename } from '../prepare/limit-field.ts';
import type { PreparedRequest } from '../prepare/prepare.ts';

/** What a refusal means, from its head and as much of its body as was read. @param now wall clock, milliseconds */
export function judgeRefusal(
  prepared: PreparedRequest,
  head: UpstreamHead,
  body: Buffer,
  now: number,
): Refusal {
  const refusal = classifyAnswer({
    status: head.status,
    headers: head.headers,
    body,
    ownCredential: prepared.credential.owner === 'gateway',
    rules: prepared.provider.errorRules,
    now,
  });
  const { limitField, ...others } = refusal;
  return limitField !== undefined && canRename(prepared, limitField) ? refusal : others;
}

/** Why a generated answer that came is of no use, in one word; `undefined` when nothing is wrong with it. */
export function flawOf(report: MeterReport, facts: RequestFacts | undefined): string | undefined {
  if (report.streamError !== undefined) return report.streamError;
  // What was not read to its end cannot be judged.
  if (!report.complete) return undefined;
  return softFailureOf({
    sawContent: report.sawContent,
    toolCalls: report.toolCalls,
    stopReason: report.stopReason,
    reasoningTokens: report.usage.reasoning,
    offersTools: facts?.offersTools ?? false,
    requiresTool: facts?.requiresTool ?? false,
    maxTokens: facts?.maxTokens,
  });
}

/** How an answer that came to its end ended: an error of the provider's inside it is none, whatever its status. */
export function outcomeOf(
  head: UpstreamHead | undefined,
  report: MeterReport,
): Extract<AttemptOutcome, { readonly kind: 'answered' | 'broken' }> {
  const status = head?.status ?? 0;
  return status === 200 && report.streamError !== undefined
    ? { kind: 'broken', status, error: 'upstream_error_event' }
    : { kind: 'answered', status };
}

/**
 * Whether another target should answer instead. What was cut off at the limit of the request is what was asked for: it
 * only counts.
 */
export function isOfNoUse(flaw: string | undefined): boolean {
  return flaw !== undefined && flaw !== 'cut-off';
}

/** What an answer says about the health of its target. @param flaw as {@link flawOf} names it */
export function verdictOnFlaw(
  flaw: string | undefined,
  report: MeterReport,
  prepared: PreparedRequest,
): BreakerVerdict | undefined {
  if (flaw === undefined) return 'success';
  return report.streamError === undefined
    ? 'soft'
    : REFUSAL_EFFECTS[meaningOf(report.streamError, prepared)].breaker;
}

/** What an error inside an answer means. */
export function meaningOf(streamError: string, { provider }: PreparedRequest): RefusalMeaning {
  return classifyStreamError(streamError, provider.errorRules);
}

/** What an error says about the health of a target: only what the provider did counts. */
export function verdictOnError(error: GatewayError): BreakerVerdict | undefined {
  return ERROR_TABLE[error.code].blame === 'upstream' ? 'failure' : undefined;
}
