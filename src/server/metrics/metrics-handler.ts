import type { EndpointHandlers } from '../../contract/endpoints.ts';
import type { Ledger } from '../../domain/ledger.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import type { EventHub } from '../../telemetry/events/event-hub.ts';
import type { Samples } from '../../telemetry/metrics/samples.ts';
import { trafficSamples } from '../../telemetry/metrics/traffic-samples.ts';
import type { ObservableTransport } from '../../transport/create-transport.ts';
import { createCostSource } from './cost-samples.ts';
import { serviceSamples, type ServiceSources } from './service-samples.ts';
import { guardSamples } from './guard-samples.ts';
import { rerouteSamples } from './reroute-samples.ts';
import type { TrafficMetrics } from './traffic-metrics.ts';
import { timeoutSamples, transportSamples } from './transport-samples.ts';

/** Where the figures of a scrape come from. */
export interface MetricSources extends ServiceSources {
  readonly gateway: Gateway;
  readonly metrics: TrafficMetrics;
  readonly transport: ObservableTransport;
  readonly ledger: Ledger;
  readonly events: EventHub;
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
    const dollars = await costs();
    const piece = await text.render({ ...samplesNow(sources), ...dollars });
    return { status: 200, body: { contentType: text.contentType, pieces: onePiece(piece) } };
  };
}

function samplesNow(sources: MetricSources): Samples {
  const { gateway, transport, ledger, events, version } = sources;
  const { counters } = sources.metrics;
  const { state, lagRows, lagBytes, dropped, damaged } = ledger.health();
  return {
    ...trafficSamples(counters),
    ...rerouteSamples(counters.rerouteTokens, gateway.snapshot(), gateway.clock.now()),
    ...guardSamples(gateway, sources.metrics.models),
    ...transportSamples(transport),
    ...timeoutSamples(counters.attemptErrors, transport),
    inFlight: [[{}, gateway.active.size]],
    ledgerUp: [[{}, state === 'ready' || state === 'starting' ? 1 : 0]],
    ledgerLagRows: [[{}, lagRows]],
    ledgerLagBytes: [[{}, lagBytes]],
    ledgerDropped: [[{}, dropped]],
    ledgerDamaged: [[{}, damaged]],
    ...serviceSamples(sources),
    eventReaders: [[{}, events.readers]],
    mode: [[{ mode: gateway.modes.current }, 1]],
    build: [[{ version }, 1]],
    configuration: [[{ version: gateway.snapshot().version }, 1]],
  };
}

// oxlint-disable-next-line require-await -- An answer that streams has asynchronous pieces, even a single one.
async function* onePiece(piece: string): AsyncGenerator<string> {
  yield piece;
}
