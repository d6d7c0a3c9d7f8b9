import type { EndpointHandlers } from '../../contract/endpoints.ts';
import type { EventSink } from '../../contract/events.ts';
import type { TracingSummary } from '../../contract/tracing.ts';
import { shownUrl, type Tracing } from '../../telemetry/tracing/tracing.ts';

/** The part of the admin API that says and switches whether requests are traced. */
export function createTracingHandlers(
  tracing: Tracing,
  events: EventSink,
): Pick<EndpointHandlers<unknown>, 'tracing' | 'switchTracing'> {
  return {
    tracing: () => ({ status: 200, body: summarizeTracing(tracing) }),
    switchTracing: (_, { body }) => {
      tracing.switch(body.enabled);
      events.publish({ type: 'tracing.changed', enabled: body.enabled });
      return { status: 200, body: summarizeTracing(tracing) };
    },
  };
}

export function summarizeTracing(tracing: Tracing): TracingSummary {
  const { settings, enabled, switched, state, reason, ...spans } = tracing.status();
  return {
    enabled,
    switched,
    state,
    reason,
    endpoint: shownUrl(settings.url),
    protocol: settings.protocol,
    service_name: settings.serviceName,
    conventions: settings.conventions,
    content: settings.content,
    sampler_ratio: settings.sampler.ratio,
    spans,
  };
}
