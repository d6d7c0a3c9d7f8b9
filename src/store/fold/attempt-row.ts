/** Turns what the gateway recorded into what the tables hold. Pure. */
import type { AttemptOutcome, AttemptRecord } from '../../domain/attempt.ts';
import type { AttemptIntent, AttemptVerdict, ExchangeContext } from '../../domain/ledger.ts';
import { UNKNOWN_USAGE } from '../../domain/usage.ts';
import { assertNever } from '../../lib/assert-never.ts';
import type { Cost } from '../../pricing/cost.ts';
import { LANE_COLUMNS } from '../queries/tables.ts';

/** An attempt that has ended one way or another, with the exchange it belongs to. */
export interface EndedAttempt {
  readonly attempt: Omit<AttemptRecord, 'outcome' | 'totalMs'> & { readonly totalMs: number | undefined };
  readonly context: ExchangeContext;
  readonly outcome: AttemptOutcome | { readonly kind: 'interrupted' };
}

export function endedAttempt(attempt: AttemptRecord, context: ExchangeContext): EndedAttempt {
  return { attempt, context, outcome: attempt.outcome };
}

/** An attempt whose process died: nothing is known but that it was begun. */
export function interruptedAttempt(intent: AttemptIntent, context: ExchangeContext): EndedAttempt {
  const attempt = {
    ...intent,
    servedModel: undefined,
    ttftMs: undefined,
    totalMs: undefined,
    http2: false,
    upstreamRequestId: undefined,
    usage: UNKNOWN_USAGE,
    usageQuality: 'none' as const,
    stopReason: undefined,
    toolCalls: 0,
  };
  return { attempt, context, outcome: { kind: 'interrupted' } };
}

/** The names to ask a price for, best first. */
export function modelNames({ attempt }: EndedAttempt): string[] {
  const { servedModel: served, sentModel: sent, requestedModel: requested } = attempt;
  const names: string[] = [];
  if (served !== undefined) names.push(served);
  if (sent !== undefined && sent !== served) names.push(sent);
  if (requested !== undefined && requested !== served && requested !== sent) names.push(requested);
  return names;
}

export function verdictOf(outcome: EndedAttempt['outcome']): AttemptVerdict {
  switch (outcome.kind) {
    case 'answered':
      return outcome.status < 400 ? 'ok' : 'error';
    case 'failed':
      return 'error';
    case 'broken':
    case 'aborted':
    case 'interrupted':
      return outcome.kind;
    default:
      return assertNever(outcome);
  }
}

/** The columns of `dimensions`, in the order of {@link dimensionValues}. */
export const DIMENSION_COLUMNS = [
  'provider',
  'origin',
  'model',
  'requested_model',
  'sent_model',
  'served_model',
  'tier',
  'task',
  'rule',
  'client',
  'session',
  'project',
  'user',
  'billing',
  'role',
  'format',
  'operation',
  'outcome',
] as const;

/** The values of a combination with nothing but its lane, and the key by which it is known. */
export function laneOf(values: DimensionValues): { readonly key: string; readonly values: DimensionValues } {
  const own = LANE_COLUMNS.map((name) => values[DIMENSION_COLUMNS.indexOf(name)] ?? null);
  const rest = values.map((value, index) =>
    LANE_COLUMNS.some((name) => name === DIMENSION_COLUMNS[index]) ? value : null,
  );
  return { key: `lane ${JSON.stringify(own)}`, values: rest };
}

export type DimensionValues = readonly (string | null)[];

export function dimensionValues(ended: EndedAttempt): DimensionValues {
  const { attempt, context, outcome } = ended;
  return [
    attempt.provider,
    attempt.origin,
    attempt.servedModel ?? attempt.sentModel ?? attempt.requestedModel ?? null,
    attempt.requestedModel ?? null,
    attempt.sentModel ?? null,
    attempt.servedModel ?? null,
    ...contextDimensions(context),
    attempt.billing ?? 'metered',
    attempt.role ?? 'primary',
    context.kind.format,
    context.kind.operation,
    verdictOf(outcome),
  ];
}

/** For an exchange that asked nobody. */
export function bareDimensionValues(context: ExchangeContext, outcome: string): DimensionValues {
  const requested = context.requestedModel ?? null;
  const { format, operation } = context.kind;
  const names = [null, null, requested, requested, null, null];
  return [...names, ...contextDimensions(context), 'metered', 'primary', format, operation, outcome];
}

function contextDimensions({ client, decision, labels, task }: ExchangeContext): DimensionValues {
  return [
    decision?.tier ?? null,
    task ?? null,
    decision?.rule ?? null,
    client.name,
    client.session ?? null,
    labels.project ?? null,
    labels.user ?? null,
  ];
}

/** The columns of `attempts`, in the order of {@link attemptValues}. */
export const ATTEMPT_COLUMNS = [
  'id',
  'exchange',
  'ordinal',
  'started_at',
  'credential_owner',
  'failed',
  'status',
  'error',
  'reason',
  'http2',
  'ttft_ms',
  'total_ms',
  'input',
  'output',
  'cache_read',
  'cache_write_5m',
  'cache_write_1h',
  'reasoning',
  'server_tool_calls',
  'tool_calls',
  'usage_quality',
  'stop_reason',
  'upstream_request_id',
  'request_bytes',
  'list',
  'spent',
  'cost_flags',
] as const;

export type SqlValue = string | number | bigint | null;

export function attemptValues({ attempt, context, outcome }: EndedAttempt, cost: Cost): SqlValue[] {
  const { usage } = attempt;
  return [
    attempt.id,
    attempt.exchange,
    attempt.ordinal,
    Math.round(attempt.startedAt),
    attempt.credentialOwner,
    verdictOf(outcome) === 'ok' ? 0 : 1,
    'status' in outcome ? (outcome.status ?? null) : null,
    'error' in outcome ? outcome.error : null,
    attempt.reason ?? null,
    attempt.http2 ? 1 : 0,
    duration(attempt.ttftMs),
    duration(attempt.totalMs),
    count(usage.input),
    count(usage.output),
    count(usage.cacheRead),
    count(usage.cacheWrite5m),
    count(usage.cacheWrite1h),
    count(usage.reasoning),
    count(usage.serverToolCalls),
    count(attempt.toolCalls) ?? 0,
    attempt.usageQuality,
    attempt.stopReason ?? null,
    attempt.upstreamRequestId ?? null,
    count(context.requestBytes) ?? 0,
    cost.list ?? null,
    cost.spent ?? null,
    cost.flags.join(','),
  ];
}

/** Counts come off the wire: what is not a whole number of tokens is stored as one, or as unknown. */
function count(value: number | undefined): number | null {
  if (value === undefined || value === null || !Number.isFinite(value) || value < 0) return null;
  return Math.min(Math.round(value), Number.MAX_SAFE_INTEGER);
}

/** Whole microseconds, and never negative, however clocks behave. */
export function duration(milliseconds: number | undefined): number | null {
  if (milliseconds === undefined || milliseconds === null || !Number.isFinite(milliseconds)) return null;
  return Math.max(0, Math.round(milliseconds * 1000) / 1000);
}
