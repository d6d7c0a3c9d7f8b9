import type { ChainControl } from '../../chain/chain-follower.ts';
import { ENDPOINTS, type EndpointHandlers } from '../../contract/endpoints.ts';
import { openApiDocument } from '../../contract/openapi.ts';
import type { Ledger } from '../../domain/ledger.ts';
import type { ConfigurationFiles } from '../../gateway/configuration/configuration-files.ts';
import type { CurrentConfiguration } from '../../gateway/configuration/current-configuration.ts';
import type { Gateway } from '../../gateway/gateway.ts';
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
import { createGuardHandlers } from './guard-handlers.ts';
import { createModeHandlers } from './mode-handlers.ts';
import { createPairHandlers } from './pair-handlers.ts';
import { createProbeHandlers } from './probe-handlers.ts';
import { createMetricsHandler } from '../metrics/metrics-handler.ts';
import type { TrafficMetrics } from '../metrics/traffic-metrics.ts';
import { createAlertHandlers } from './alert-handlers.ts';
import { statsBody } from './status-body.ts';
import { createTracingHandlers } from './tracing-handlers.ts';
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
    ...createProbeHandlers(input),
    stats: async () => ({ status: 200, body: { ...statsBody(input), ...(await ledgerStats(input.ledger)) } }),
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
