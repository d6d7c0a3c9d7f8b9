import type { ChainControl } from '../../chain/chain-follower.ts';
import type { ConfigSnapshot } from '../../config/snapshot.ts';
import { ENDPOINTS, type EndpointHandlers } from '../../contract/endpoints.ts';
import { openApiDocument } from '../../contract/openapi.ts';
import type { Health, TierHealth } from '../../contract/health.ts';
import type { Stats } from '../../contract/stats.ts';
import {
  STATUS_SCHEMA,
  type ConfigurationSummary,
  type Status,
  type TargetSummary,
} from '../../contract/status.ts';
import { frontDoor } from '../../domain/chain.ts';
import type { Ledger } from '../../domain/ledger.ts';
import type { Target } from '../../domain/target.ts';
import type { Tier } from '../../domain/tier.ts';
import type { ConfigurationFiles } from '../../gateway/configuration/configuration-files.ts';
import type { CurrentConfiguration } from '../../gateway/configuration/current-configuration.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import { clientModelOf } from '../../gateway/local/list-models.ts';
import type { Statistics } from '../../gateway/memory/statistics.ts';
import type { ObservableTransport } from '../../transport/create-transport.ts';
import type { Alerts } from '../../telemetry/alerts/alerts.ts';
import type { Tracing } from '../../telemetry/tracing/tracing.ts';
import type { EventHub } from '../../telemetry/events/event-hub.ts';
import type { ListeningAddress } from '../edge/addresses.ts';
import type { AdminCall } from './admin-call.ts';
import { createChainHandlers } from './chain-handlers.ts';
import { createCaptureHandlers } from './capture-handlers.ts';
import { createConfigHandlers } from './config-handlers.ts';
import { createProfileHandlers } from './profile-handlers.ts';
import { createProxyChainHandlers } from './proxy-chain-handlers.ts';
import { createRouterConfigHandlers } from './router-config-handlers.ts';
import { createEventHandlers } from './event-handlers.ts';
import { countLeftAlone, createGuardHandlers, quotaSummaries } from './guard-handlers.ts';
import { createModeHandlers, modeBody } from './mode-handlers.ts';
import { createPairHandlers } from './pair-handlers.ts';
import { createMetricsHandler } from '../metrics/metrics-handler.ts';
import type { TrafficMetrics } from '../metrics/traffic-metrics.ts';
import { createAlertHandlers } from './alert-handlers.ts';
import { createTracingHandlers, summarizeTracing } from './tracing-handlers.ts';
import { createUsageHandlers, ledgerStats } from './usage-handlers.ts';

export interface AdminInput {
  readonly chain: ChainControl;
  readonly gateway: Gateway;
  readonly version: string;
  readonly configuration: Pick<
    CurrentConfiguration,
    'snapshot' | 'path' | 'needsRestart' | 'refusals' | 'refused' | 'appliedAt'
  >;
  /** How the configuration file is edited; `undefined` when the configuration was not read from files. */
  readonly files: ConfigurationFiles | undefined;
  /** Wall clock of the start, milliseconds. */
  readonly startedAt: number;
  readonly statistics: Readonly<Statistics>;
  readonly ledger: Ledger;
  readonly tracing: Tracing;
  readonly alerts: Alerts;
  readonly events: EventHub;
  readonly metrics: TrafficMetrics;
  readonly transport: ObservableTransport;
  readonly usageLogFile: string | undefined;
  addresses(): readonly ListeningAddress[];
  isDraining(): boolean;
  /** Whether a Claude login of this machine could serve callers that send no credential. */
  hasClaudeLogin(): boolean;
  /** Begins the shutdown; returns at once. */
  requestStop(): void;
}

/** What the admin API says. */
export function createAdminHandlers(input: AdminInput): EndpointHandlers<AdminCall> {
  return {
    health: (call) => ({ status: 200, body: health(input, call) }),
    ready: () =>
      input.isDraining()
        ? { status: 503, body: { ready: false, reason: 'The gateway is shutting down.' } }
        : { status: 200, body: { ready: true } },
    stats: async () => ({ status: 200, body: { ...stats(input), ...(await ledgerStats(input.ledger)) } }),
    status: () => ({ status: 200, body: status(input) }),
    ...createUsageHandlers(input.ledger),
    ...createChainHandlers(input),
    ...createGuardHandlers(input.gateway),
    ...createModeHandlers(input.gateway),
    ...createPairHandlers(input.ledger, () => input.gateway.clock.now()),
    ...createTracingHandlers(input.tracing, input.events),
    ...createAlertHandlers(input.alerts),
    ...createCaptureHandlers(input.gateway),
    ...createConfigHandlers(input),
    ...createRouterConfigHandlers(input),
    ...createProfileHandlers(input),
    ...createProxyChainHandlers(input),
    ...createEventHandlers(input.events),
    metrics: createMetricsHandler(input),
    openApi: () => ({ status: 200, body: openApiDocument(ENDPOINTS, input.version) }),
    shutdown: () => {
      input.requestStop();
      return { status: 202, body: { stopping: true, in_flight: input.gateway.active.size } };
    },
  };
}

function health(input: AdminInput, call: AdminCall): Health {
  const snapshot = input.gateway.snapshot();
  return {
    status: input.isDraining() ? 'draining' : 'healthy',
    service: 'switchyard',
    version: input.version,
    haiku: tierHealth(snapshot, 'haiku'),
    sonnet: tierHealth(snapshot, 'sonnet'),
    opus: tierHealth(snapshot, 'opus'),
    ...(call.callerIsLoopback ? { oauth_token_available: input.hasClaudeLogin() } : {}),
  };
}

function tierHealth(snapshot: ConfigSnapshot, tier: Tier): TierHealth {
  const [target] = snapshot.routes.tiers[tier];
  const auth = snapshot.providers.get(target.provider)?.auth.kind;
  return {
    ...(target.model === undefined ? {} : { model: target.model }),
    ...(auth === 'secret' || auth === 'none' ? { provider_set: true as const } : {}),
    ...(auth === 'caller' ? { uses_oauth: true as const } : {}),
  };
}

function stats({ statistics, startedAt }: AdminInput): Stats {
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

function status(input: AdminInput) {
  const { gateway, startedAt } = input;
  return {
    schema: STATUS_SCHEMA as typeof STATUS_SCHEMA,
    service: 'switchyard' as const,
    version: input.version,
    pid: process.pid,
    started_at: startedAt,
    uptime_ms: gateway.clock.now() - startedAt,
    state: input.isDraining() ? ('draining' as const) : ('serving' as const),
    addresses: input.addresses().map(({ address, port, url }) => ({ address, port, url })),
    front_door: frontDoor(gateway.snapshot().chain.entries) ?? null,
    configuration: summarizeConfiguration(gateway.snapshot(), input.configuration.path),
    reload: reloadSummary(input.configuration),
    mode: modeBody(gateway),
    in_flight: gateway.active.size,
    stats: stats(input),
    quota: quotaSummaries(gateway),
    paused: [...gateway.traffic.paused],
    left_alone: countLeftAlone(gateway),
    ledger: ledgerSummary(input),
    tracing: summarizeTracing(input.tracing),
  };
}

/** The part of a configuration that is shown; it names whose credential is used, never the credential. */
export function summarizeConfiguration(
  snapshot: ConfigSnapshot,
  configPath: string | undefined,
): ConfigurationSummary {
  const { routes } = snapshot;
  const tier = (name: Tier) => ({
    targets: routes.tiers[name].map((target) => summarizeTarget(snapshot, target)),
    client_model: clientModelOf(snapshot, name) ?? null,
    context_window: contextWindowOf(snapshot, routes.tiers[name][0]) ?? null,
  });
  return {
    version: snapshot.version,
    path: configPath ?? null,
    warnings: [...snapshot.warnings],
    profile: snapshot.profile ?? null,
    profiles: [...snapshot.profiles.keys()],
    tiers: { opus: tier('opus'), sonnet: tier('sonnet'), haiku: tier('haiku') },
    fallback: routes.fallback.map((target) => summarizeTarget(snapshot, target)),
    forced:
      routes.forced === undefined
        ? null
        : { provider: routes.forced.provider ?? null, model: routes.forced.model ?? null },
  };
}

function contextWindowOf({ providers }: ConfigSnapshot, { provider, model }: Target): number | undefined {
  return model === undefined ? undefined : providers.get(provider)?.models.get(model)?.contextWindow;
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

const CREDENTIAL_WORDS = { caller: 'caller', none: 'none', secret: 'gateway', missing: 'gateway' } as const;

function summarizeTarget(snapshot: ConfigSnapshot, target: Target): TargetSummary {
  const provider = snapshot.providers.get(target.provider);
  return {
    provider: target.provider,
    model: target.model ?? null,
    origin: provider?.origin ?? '',
    format: provider?.format ?? '',
    credential: CREDENTIAL_WORDS[provider?.auth.kind ?? 'none'],
    via: provider?.via ?? null,
  };
}
