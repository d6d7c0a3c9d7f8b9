import { dollarNumber } from '../domain/money.ts';
import type { StoredAttempt } from './fold/folder.ts';
import { duration, modelNames, verdictOf } from './fold/attempt-row.ts';

/**
 * One line of `usage.jsonl`. Names follow the predecessors' file (`ts`, `rid`, `lane`, `h2`, `ttft_ms`, `decision`,
 * …), so that scripts written for it go on working. What is unknown is `null`, never zero.
 */
export function usageLine({ ended, cost, price }: StoredAttempt): string {
  const { attempt, context, outcome } = ended;
  const { usage } = attempt;
  return JSON.stringify({
    ts: new Date(attempt.startedAt).toISOString(),
    rid: attempt.exchange,
    attempt: attempt.id,
    ordinal: attempt.ordinal,
    lane: attempt.provider,
    model: modelNames(ended)[0] ?? null,
    requested_model: attempt.requestedModel ?? null,
    sent_model: attempt.sentModel ?? null,
    served_model: attempt.servedModel ?? null,
    op: context.kind.operation,
    format: context.kind.format,
    status: 'status' in outcome ? (outcome.status ?? null) : null,
    outcome: verdictOf(outcome),
    err_type: 'error' in outcome ? outcome.error : null,
    upstream: attempt.origin,
    h2: attempt.http2,
    ttft_ms: duration(attempt.ttftMs),
    latency_ms: duration(attempt.totalMs),
    stream: context.stream,
    input_tokens: usage.input ?? null,
    output_tokens: usage.output ?? null,
    cache_read_tokens: usage.cacheRead ?? null,
    cache_write_5m_tokens: usage.cacheWrite5m ?? null,
    cache_write_1h_tokens: usage.cacheWrite1h ?? null,
    reasoning_tokens: usage.reasoning ?? null,
    server_tool_calls: usage.serverToolCalls ?? null,
    tool_calls: attempt.toolCalls,
    billing: attempt.billing ?? 'metered',
    usage_quality: attempt.usageQuality,
    cost_usd: cost.spent === undefined ? null : dollarNumber(cost.spent),
    list_cost_usd: cost.list === undefined ? null : dollarNumber(cost.list),
    cost_flags: cost.flags,
    price: price?.version ?? null,
    decision: attempt.reason ?? context.decision?.rule ?? null,
    rule: context.decision?.rule ?? null,
    tier: context.decision?.tier ?? null,
    task: context.task ?? null,
    client: context.client.name,
    session: context.client.session ?? null,
    project: context.labels.project ?? null,
    user: context.labels.user ?? null,
    stop_reason: attempt.stopReason ?? null,
    upstream_request_id: attempt.upstreamRequestId ?? null,
  });
}
