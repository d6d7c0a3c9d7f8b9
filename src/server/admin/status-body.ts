import type { Stats } from '../../contract/stats.ts';
import type { Status } from '../../contract/status.ts';
import { STATUS_SCHEMA } from '../../contract/status-version.ts';
import { frontDoor } from '../../domain/chain.ts';
import type { AdminInput } from './admin-handlers.ts';
import { countLeftAlone, quotaSummaries } from './guard-summaries.ts';
import { modeBody } from './mode-handlers.ts';
import { summarizeConfiguration } from './summarize-configuration.ts';
import { summarizeTracing } from './tracing-handlers.ts';

/** What runs, and what it is doing at this moment. */
export function statusBody(input: AdminInput): Status {
  const { gateway, startedAt } = input;
  return {
    schema: STATUS_SCHEMA,
    service: 'switchyard',
    version: input.version,
    pid: process.pid,
    started_at: startedAt,
    uptime_ms: gateway.clock.now() - startedAt,
    state: input.isDraining() ? 'draining' : 'serving',
    addresses: input.addresses().map(({ address, port, url }) => ({ address, port, url })),
    front_door: frontDoor(gateway.snapshot().chain.entries) ?? null,
    configuration: summarizeConfiguration(gateway.snapshot(), input.configuration.path),
    reload: reloadSummary(input.configuration),
    mode: modeBody(gateway),
    in_flight: gateway.active.size,
    stats: statsBody(input),
    quota: quotaSummaries(gateway),
    paused: [...gateway.traffic.paused],
    left_alone: countLeftAlone(gateway),
    ledger: ledgerSummary(input),
    tracing: summarizeTracing(input.tracing),
  };
}

export function statsBody({ statistics, startedAt }: AdminInput): Stats {
  return {
    total_requests: statistics.totalRequests,
    input_tokens: statistics.inputTokens,
    output_tokens: statistics.outputTokens,
    tool_calls: statistics.toolCalls,
    cache_read_tokens: statistics.cacheReadTokens,
    cache_write_tokens: statistics.cacheWriteTokens,
    failed_requests: statistics.failedRequests,
    aborted_requests: statistics.abortedRequests,
    unasked_requests: statistics.unaskedRequests,
    translation_warnings: statistics.translationWarnings,
    since: startedAt,
  };
}

function reloadSummary(configuration: AdminInput['configuration']): Status['reload'] {
  const { appliedAt, needsRestart, refusals, refused } = configuration;
  return {
    applied_at: appliedAt ?? null,
    needs_restart: [...needsRestart],
    refusals,
    refused: refused === undefined ? null : { at: refused.at, reasons: [...refused.reasons] },
  };
}

function ledgerSummary({ ledger, usageLogFile }: AdminInput): Status['ledger'] {
  const { state, reason, lagRows, dropped } = ledger.health();
  return { state, reason, lag_rows: lagRows, dropped_rows: dropped, usage_log: usageLogFile ?? null };
}
