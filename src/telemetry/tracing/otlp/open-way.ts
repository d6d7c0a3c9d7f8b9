import type { TracingSettings } from '../../../config/build/tracing-settings.ts';
import type { Span, SpanValue } from '../span.ts';
import { encodeSpan } from './encode-span.ts';
import type { PackedSpan, SpanWay } from './span-way.ts';

/** Opens the way the settings ask for. Its module is loaded now: an untraced gateway needs neither. */
export async function openWay(settings: TracingSettings, version: string): Promise<SpanWay> {
  const more = Object.entries(settings.resource).flat();
  const resource: SpanValue[] = [...more, 'service.name', settings.serviceName, 'service.version', version];
  if (settings.protocol === 'grpc') return (await import('./grpc-way.ts')).openGrpcWay(settings, resource);
  return (await import('./http-way.ts')).openHttpWay(settings, resource);
}

/** How spans wait for the way: over HTTP as bytes, because those are made here anyway. */
export function packingFor({ protocol }: Pick<TracingSettings, 'protocol'>): (span: Span) => PackedSpan {
  return protocol === 'grpc' ? (span) => span : encodeSpan;
}
