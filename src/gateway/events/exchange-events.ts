/** The events of one exchange, made only when somebody listens. */
import type { GatewayEvent } from '../../contract/events.ts';
import type { ExchangeRecord } from '../../domain/exchange.ts';
import type { ExchangeContext } from '../../domain/ledger.ts';
import { sumUsage } from '../../domain/usage.ts';
import { shortName } from '../../lib/short-text.ts';
import type { AttemptInput } from '../attempt/attempt-end.ts';
import type { Gateway } from '../gateway.ts';
import { exchangeContext, type OpenExchange } from '../open-exchange.ts';

export function tellStarted({ events }: Gateway, exchange: OpenExchange): void {
  if (!events.listening) return;
  const { decision } = exchange;
  events.publish({
    type: 'exchange.started',
    ...beginning(exchangeContext(exchange)),
    evidence: decision?.evidence ?? '',
    targets: decision?.targets.map(({ provider, model }) => ({ provider, model: modelName(model) })) ?? [],
  });
}

export function tellFirstToken({ gateway, exchange, prepared }: AttemptInput, ttftMs: number): void {
  const { events } = gateway;
  if (!events.listening) return;
  events.publish({
    type: 'exchange.first_token',
    exchange: exchange.inbound.id,
    ordinal: exchange.attempts.length,
    provider: prepared.provider.name,
    model: modelName(prepared.sentModel),
    ttft_ms: round(ttftMs),
  });
}

export function tellEnded({ events }: Gateway, record: ExchangeRecord): void {
  if (events.listening) events.publish(ended(record));
}

function ended(record: ExchangeRecord): GatewayEvent {
  const { outcome, attempts } = record;
  const last = attempts.at(-1);
  const usage = sumUsage(attempts.map((attempt) => attempt.usage));
  return {
    type: 'exchange.ended',
    ...beginning(record),
    ts: record.receivedAt / 1000,
    outcome: outcome.kind,
    status: outcome.kind === 'aborted' ? null : outcome.status,
    error: 'error' in outcome ? outcome.error : null,
    total_ms: round(record.totalMs),
    ttft_ms: last?.ttftMs === undefined ? null : round(last.ttftMs),
    response_bytes: record.responseBytes,
    lane: last?.provider ?? null,
    model: last?.servedModel ?? last?.sentModel ?? last?.requestedModel ?? null,
    attempts: attempts.length,
    input_tokens: usage.input ?? null,
    output_tokens: usage.output ?? null,
    cache_read_tokens: usage.cacheRead ?? null,
    cache_write_5m_tokens: usage.cacheWrite5m ?? null,
    cache_write_1h_tokens: usage.cacheWrite1h ?? null,
    tool_calls: attempts.reduce((total, { toolCalls }) => total + toolCalls, 0),
  };
}

function beginning(context: ExchangeContext) {
  const { decision, client, labels } = context;
  return {
    exchange: context.id,
    format: context.kind.format,
    operation: context.kind.operation,
    client: client.name,
    session: client.session ?? null,
    project: labels.project ?? null,
    user: labels.user ?? null,
    requested_model: context.requestedModel ?? null,
    stream: context.stream,
    request_bytes: context.requestBytes,
    tier: decision?.tier ?? null,
    task: context.task ?? null,
    rule: decision?.rule ?? null,
    decision: decision?.id ?? null,
  };
}

function modelName(name: string | undefined): string | null {
  return shortName(name) ?? null;
}

/** Milliseconds with microseconds, which is as exact as a clock is. */
function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
