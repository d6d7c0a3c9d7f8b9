import type { Resource } from '@opentelemetry/resources';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { TracingSettings } from '../../config/tracing-settings.ts';
import type { Secret } from '../../lib/secret.ts';

/** What sends spans, and what they say of the gateway as a whole. */
export interface LoadedExporter {
  readonly exporter: SpanExporter;
  readonly resource: Resource;
}

/** Why nothing can be sent, in words for whoever configured it. */
class ExporterUnavailable extends Error {
  override readonly name = 'ExporterUnavailable';
}

/**
 * Loads the OpenTelemetry exporter the settings ask for: 27 MB and 120 ms that only a traced gateway pays.
 * @throws ExporterUnavailable
 */
export async function loadExporter(settings: TracingSettings, version: string): Promise<LoadedExporter> {
  const { resourceFromAttributes } = await import('@opentelemetry/resources');
  const resource = resourceFromAttributes({
    ...settings.resource,
    'service.name': settings.serviceName,
    'service.version': version,
  });
  const exporter = settings.protocol === 'grpc' ? await loadGrpc(settings) : await loadHttp(settings);
  return { exporter, resource };
}

async function loadHttp(settings: TracingSettings): Promise<SpanExporter> {
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto');
  const headers = settings.headers.map(({ name, value }): [string, string] => [name, value.reveal()]);
  return new OTLPTraceExporter({
    url: settings.url,
    headers: Object.fromEntries(headers),
    timeoutMillis: settings.timeout,
  });
}

/** The part of the optional packages that is used; their own types are there only when they are. */
interface GrpcPackages {
  readonly OTLPTraceExporter: new (options: object) => SpanExporter;
  readonly Metadata: new () => { set(name: string, value: string): void };
}

async function loadGrpc(settings: TracingSettings): Promise<SpanExporter> {
  const { OTLPTraceExporter, Metadata } = await importGrpc(settings);
  const metadata = new Metadata();
  for (const { name, value } of settings.headers) metadata.set(name.toLowerCase(), revealed(value));
  return new OTLPTraceExporter({ url: settings.url, metadata, timeoutMillis: settings.timeout });
}

function revealed(value: Secret): string {
  return value.reveal();
}

const GRPC_EXPORTER = '@opentelemetry/exporter-trace-otlp-grpc';
const GRPC = '@grpc/grpc-js';

/** Named by variables, so that neither compiler nor bundler asks for packages that may not be there. */
async function importGrpc({ url }: TracingSettings): Promise<GrpcPackages> {
  try {
    const [exporter, grpc] = await Promise.all([import(GRPC_EXPORTER), import(GRPC)]);
    return { OTLPTraceExporter: exporter.OTLPTraceExporter, Metadata: grpc.Metadata };
  } catch (cause) {
    throw new ExporterUnavailable(
      `Spans for ${url} would go over gRPC, for which the package ${GRPC_EXPORTER} is not installed. Install it (npm install ${GRPC_EXPORTER}), or name the collector's HTTP endpoint in tracing.endpoint (port 4318; Phoenix: 6006).`,
      { cause },
    );
  }
}
