import type { EndpointHandlers } from '../../contract/endpoints.ts';
import type { Ledger } from '../../domain/ledger.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import type { Alerts } from '../../telemetry/alerts/alerts.ts';
import type { EventHub } from '../../telemetry/events/event-hub.ts';
import type { Samples } from '../../telemetry/metrics/samples.ts';
import type { Tracing } from '../../telemetry/tracing/tracing.ts';
import { trafficSamples } from '../../telemetry/metrics/traffic-samples.ts';
import type { ObservableTransport } from '../../transport/create-transport.ts';
import { createCostSource } from './cost-samples.ts';
import { guardSamples } from './guard-samples.ts';
import type { TrafficMetrics } from './traffic-metrics.ts';
import { timeoutSamples, transportSamples } from './transport-samples.ts';

/** Where the figures of a scrape come from. */
export interface MetricSources {
  readonly gateway: Gateway;
  readonly metrics: TrafficMetrics;
  readonly transport: ObservableTransport;
  readonly ledger: Ledger;
  readonly events: EventHub;
  readonly tracing: Tracing;
  readonly alerts: Alerts;
  readonly version: string;
  /** Wall clock of the start, milliseconds. */
  readonly startedAt: number;
}

/** `GET /metrics`. What it takes to write the text is loaded with the first scrape. */
export function createMetricsHandler(sources: MetricSources): EndpointHandlers<unknown>['metrics'] {
  const { ledger, metrics, startedAt: since } = sources;
  const costs = createCostSource(ledger, { models: metrics.models, since });
  const load = async () => new (await import('../../telemetry/metrics/render.ts')).MetricsText();
  let loaded: ReturnType<typeof load> | undefined;
  return async () => {
    const text = await (loaded ??= load());
    const cost = await costs();
    const piece = await text.render({ ...samplesNow(sources), cost });
    return { status: 200, body: { contentType: text.contentType, pieces: onePiece(piece) } };
  };
}

function samplesNow(sources: MetricSources): Samples {
  const { gateway, transport, ledger, events, version } = sources;
  const { counters } = sources.metrics;
  const { state, lagRows, lagBytes, dropped, damaged } = ledger.health();
  return {
    ...trafficSamples(counters),
    ...guardSamples(gateway),
    ...transportSamples(transport),
    ...timeoutSamples(counters.attemptErrors, transport),
    inFlight: [[{}, gateway.active.size]],
    ledgerUp: [[{}, state === 'ready' || state === 'starting' ? 1 : 0]],
    ledgerLagRows: [[{}, lagRows]],
    ledgerLagBytes: [[{}, lagBytes]],
    ledgerDropped: [[{}, dropped]],
    ledgerDamaged: [[{}, damaged]],
    eventReaders: [[{}, events.readers]],
    ...observerSamples(sources),
    build: [[{ version }, 1]],
    configuration: [[{ version: gateway.snapshot().version }, 1]],
  };
}

/** How those fare that watch the gateway. */
function observerSamples({ tracing, alerts }: MetricSources): Samples {
  const { exported, dropped, failed, waiting } = tracing.status();
  return {
    traceSpans: Object.entries({ exported, dropped, failed }).map(([result, count]) => [{ result }, count]),
    traceWaiting: [[{}, waiting]],
    alertsOpen: alerts.rules.map(({ rule: { name, priority }, state }) => [
      { rule: name, priority },
      Number(state === 'firing'),
    ]),
  };
}

// oxlint-disable-next-line require-await -- An answer that streams has asynchronous pieces, even a single one.
async function* onePiece(piece: string): AsyncGenerator<string> {
  yield piece;
}
