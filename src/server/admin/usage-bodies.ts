/** What the ledger knows, in the words of the admin API: snake_case, Unix seconds, dollars. */
import type { ExchangeDetailBody, ExchangeSummaryBody } from '../../contract/exchanges.ts';
import type { UsageTotalsBody } from '../../contract/rollups.ts';
import type { SampleBody } from '../../contract/samples.ts';
import type { AllTime } from '../../contract/stats.ts';
import type { ExchangeDetail, ExchangeSummary, Sample, UsageTotals } from '../../domain/ledger.ts';
import { dollarNumber, type Money } from '../../domain/money.ts';
import type { Target } from '../../domain/target.ts';

export function sampleBody(sample: Sample): SampleBody {
  return {
    ...timeOf(sample.startedAt),
    exchange: sample.exchange,
    attempt: sample.id,
    ordinal: sample.ordinal,
    lane: sample.provider,
    upstream: sample.origin,
    model: sample.model,
    requested_model: sample.requestedModel,
    sent_model: sample.sentModel,
    served_model: sample.servedModel,
    tier: sample.tier,
    task: sample.task,
    rule: sample.rule,
    decision: sample.reason ?? sample.rule,
    client: sample.client,
    session: sample.session,
    project: sample.project,
    user: sample.user,
    billing: sample.billing,
    role: sample.role,
    format: sample.format,
    operation: sample.operation,
    credential: sample.credentialOwner,
    outcome: sample.verdict,
    status: sample.status,
    error: sample.error,
    h2: sample.http2,
    ttft_ms: sample.ttftMs,
    total_ms: sample.totalMs,
    input_tokens: sample.input,
    output_tokens: sample.output,
    cache_read_tokens: sample.cacheRead,
    cache_write_5m_tokens: sample.cacheWrite5m,
    cache_write_1h_tokens: sample.cacheWrite1h,
    reasoning_tokens: sample.reasoning,
    server_tool_calls: sample.serverToolCalls,
    tool_calls: sample.toolCalls,
    usage_quality: sample.usageQuality,
    stop_reason: sample.stopReason,
    upstream_request_id: sample.upstreamRequestId,
    cost_usd: dollars(sample.spent),
    list_cost_usd: dollars(sample.list),
    cost_flags: sample.costFlags === '' ? [] : sample.costFlags.split(','),
    price: sample.priceVersion,
  };
}

export function usageTotalsBody(totals: UsageTotals): UsageTotalsBody {
  return {
    requests: totals.requests,
    attempts: totals.attempts,
    failures: totals.failures,
    input_tokens: totals.input,
    output_tokens: totals.output,
    cache_read_tokens: totals.cacheRead,
    cache_write_5m_tokens: totals.cacheWrite5m,
    cache_write_1h_tokens: totals.cacheWrite1h,
    reasoning_tokens: totals.reasoning,
    server_tool_calls: totals.serverToolCalls,
    tool_calls: totals.toolCalls,
    cost_usd: sumInDollars(totals, totals.spent),
    list_cost_usd: sumInDollars(totals, totals.list),
    unpriced: totals.unpriced,
    inexact: totals.inexact,
    mean_ttft_ms: totals.meanTtftMs ?? null,
    mean_total_ms: totals.meanTotalMs ?? null,
  };
}

export function allTimeBody(totals: UsageTotals): AllTime {
  return {
    total_requests: totals.requests,
    input_tokens: totals.input,
    output_tokens: totals.output,
    tool_calls: totals.toolCalls,
    cache_read_tokens: totals.cacheRead,
    cache_write_tokens: totals.cacheWrite5m + totals.cacheWrite1h,
    cost_usd: sumInDollars(totals, totals.spent),
    list_cost_usd: sumInDollars(totals, totals.list),
    unpriced: totals.unpriced,
  };
}

/** A sum to which no try has a known cost to add is unknown, and not zero. */
export function sumInDollars({ attempts, unpriced }: UsageTotals, amount: Money): number | null {
  return attempts > 0 && unpriced === attempts ? null : dollarNumber(amount);
}

export function exchangeBody(exchange: ExchangeSummary): ExchangeSummaryBody {
  return {
    id: exchange.id,
    ...timeOf(exchange.receivedAt),
    outcome: exchange.outcome,
    status: exchange.status,
    error: exchange.error,
    stream: exchange.stream,
    total_ms: exchange.totalMs,
    ttft_ms: exchange.ttftMs,
    request_bytes: exchange.requestBytes,
    response_bytes: exchange.responseBytes,
    lane: exchange.provider,
    model: exchange.model,
    requested_model: exchange.requestedModel,
    tier: exchange.tier,
    task: exchange.task,
    rule: exchange.rule,
    decision: exchange.decision,
    client: exchange.client,
    session: exchange.session,
    project: exchange.project,
    user: exchange.user,
    format: exchange.format,
    operation: exchange.operation,
    attempts: exchange.attempts,
    input_tokens: exchange.input,
    output_tokens: exchange.output,
    cache_read_tokens: exchange.cacheRead,
    cache_write_5m_tokens: exchange.cacheWrite5m,
    cache_write_1h_tokens: exchange.cacheWrite1h,
    tool_calls: exchange.toolCalls,
    cost_usd: dollars(exchange.spent),
    list_cost_usd: dollars(exchange.list),
  };
}

export function exchangeDetailBody(detail: ExchangeDetail): ExchangeDetailBody {
  return {
    exchange: exchangeBody(detail.exchange),
    evidence: detail.evidence,
    client_version: detail.clientVersion,
    agent_id: detail.agentId,
    agent_type: detail.agentType,
    targets: detail.targets.map(targetBody),
    skipped: detail.skipped.map(({ target, reason }) => ({ ...targetBody(target), reason })),
    attempts: detail.samples.map(sampleBody),
  };
}

/** The same instant for programs and for people. */
export function timeOf(milliseconds: number): { readonly ts: number; readonly time: string } {
  return { ts: milliseconds / 1000, time: new Date(milliseconds).toISOString() };
}

function targetBody({ provider, model }: Target): ExchangeDetailBody['targets'][number] {
  return { provider, model: model ?? null };
}

function dollars(amount: Money | null): number | null {
  return amount === null ? null : dollarNumber(amount);
}
