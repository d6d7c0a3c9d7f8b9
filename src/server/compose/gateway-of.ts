import { randomBytes } from 'node:crypto';
import type { ExchangeRecord } from '../../domain/exchange.ts';
import { Comparisons } from '../../gateway/compare/comparisons.ts';
import { ActiveExchanges } from '../../gateway/active-exchanges.ts';
import type { CurrentConfiguration } from '../../gateway/configuration/current-configuration.ts';
import type { CustomRouterFollower } from '../../gateway/decide/custom-router-follower.ts';
import type { Gateway, GatewayLog } from '../../gateway/gateway.ts';
import { openModes } from '../../gateway/decide/open-modes.ts';
import { SignatureMemory } from '../../gateway/memory/signature-memory.ts';
import type { StatisticsCounter } from '../../gateway/memory/statistics.ts';
import { TokenCalibration } from '../../gateway/memory/token-calibration.ts';
import type { Traffic } from '../../gateway/memory/traffic.ts';
import { createIdSource } from '../../lib/ids.ts';
import type { TrafficMetrics } from '../metrics/traffic-metrics.ts';
import type { StoreLedger } from '../../store/ledger.ts';
import type { EventHub } from '../../telemetry/events/event-hub.ts';
import type { Alerts } from '../../telemetry/alerts/alerts.ts';
import type { Tracing } from '../../telemetry/tracing/tracing.ts';
import type { ComposeInput } from './compose-input.ts';
import { SYSTEM_CLOCK } from './system-clock.ts';

/** What is opened before the gateway itself. */
export interface GatewayParts extends Pick<Gateway, 'transport' | 'captures'> {
  readonly customRouter: CustomRouterFollower;
  readonly configuration: CurrentConfiguration;
  readonly ledger: StoreLedger;
  readonly statistics: StatisticsCounter;
  readonly traffic: Traffic;
  readonly events: EventHub;
  readonly metrics: TrafficMetrics;
  readonly tracing: Tracing;
  readonly alerts: Alerts;
}

/** The gateway as the way of a request knows it. */
export function gatewayOf(input: ComposeInput, parts: GatewayParts): Gateway {
  const { claudeLogin, log, recorders } = input;
  const { configuration, transport, ledger, statistics, traffic, customRouter } = parts;
  const { events, captures, tracing, metrics, alerts } = parts;
  const own = [
    (record: ExchangeRecord) => ledger.record(record),
    statistics.record,
    metrics.counters.record,
    (record: ExchangeRecord) => alerts.record(record),
  ];
  return {
    snapshot: () => configuration.snapshot(),
    onSnapshot: (listener) => configuration.onSnapshot(listener),
    modes: openModes({ configuration, log, events }),
    transport,
    clock: SYSTEM_CLOCK,
    newId: createIdSource(SYSTEM_CLOCK, randomBytes),
    instanceId: randomBytes(8).toString('hex'),
    signatures: new SignatureMemory(),
    traffic,
    calibration: new TokenCalibration(),
    comparisons: new Comparisons({ ledger, clock: SYSTEM_CLOCK, log }),
    claudeLogin,
    active: new ActiveExchanges(),
    captures,
    log,
    customRouter,
    events,
    ledger,
    tracer: () => tracing.current(),
    record: recordWith([...own, ...recorders], log),
    recordShadow: metrics.counters.recordShadow,
    refused: metrics.counters.refused,
  };
}

function recordWith(recorders: ComposeInput['recorders'], log: GatewayLog): (record: ExchangeRecord) => void {
  return (record) => {
    for (const recorder of recorders) {
      try {
        recorder(record);
      } catch (error) {
        log.error({ exchange: record.id, error }, 'A recorder failed; the exchange itself is not affected.');
      }
    }
  };
}
