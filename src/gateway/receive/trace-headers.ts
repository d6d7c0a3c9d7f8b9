import type { InboundRequest } from '../../domain/exchange.ts';
import { formatTraceParent } from '../../lib/trace-parent.ts';
import type { UpstreamRequest } from '../../transport/upstream.ts';
import type { Gateway } from '../gateway.ts';

/**
 * The request with the trace it belongs to, where the provider may know of it: with this gateway's spans in between
 * while they are made, else as the client said.
 */
export function withTraceContext(
  gateway: Gateway,
  { inbound, ordinal }: { readonly inbound: InboundRequest; readonly ordinal: number },
  upstream: UpstreamRequest,
): UpstreamRequest {
  if (upstream.provider.traceContext !== true) return upstream;
  const parent = gateway.tracer()?.parentFor(inbound, ordinal);
  const { traceparent, tracestate, baggage } = inbound.traceContext ?? {};
  const told = {
    traceparent: parent === undefined ? traceparent : formatTraceParent(parent),
    tracestate,
    baggage,
  };
  const headers = Object.entries(told).flatMap(([name, value]) => (value === undefined ? [] : [name, value]));
  return { ...upstream, headers: [...upstream.headers, ...headers] };
}
