/** OTLP over gRPC, by OpenTelemetry's own exporter: an optional package that is loaded when it is asked for. */
import type { Attributes } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { TracingSettings } from '../../../config/build/tracing-settings.ts';
import type { Span, SpanAttributes } from '../span.ts';
import type { PackedSpan, SpanWay } from './span-way.ts';

/** Why nothing can be sent, in words for whoever configured it. */
class GrpcUnavailable extends Error {
  override readonly name = 'GrpcUnavailable';
}

/** @throws GrpcUnavailable */
export async function openGrpcWay(settings: TracingSettings, resource: SpanAttributes): Promise<SpanWay> {
  const { OTLPTraceExporter, Metadata } = await importGrpc(settings);
  const { resourceFromAttributes } = await import('@opentelemetry/resources');
  const metadata = new Metadata();
  for (const { name, value } of settings.headers) metadata.set(name.toLowerCase(), value.reveal());
  const { url, timeout: timeoutMillis } = settings;
  const exporter = new OTLPTraceExporter({ url, metadata, timeoutMillis });
  return new GrpcWay(exporter, resourceFromAttributes(attributesOf(resource)));
}

/** The part of the optional packages that is used; their own types are there only when they are. */
interface GrpcPackages {
  readonly OTLPTraceExporter: new (options: object) => SpanExporter;
  readonly Metadata: new () => { set(name: string, value: string): void };
}

const GRPC_EXPORTER = '@opentelemetry/exporter-trace-otlp-grpc';
const GRPC = '@grpc/grpc-js';

/** Named by variables, so that neither compiler nor bundler asks for packages that may not be there. */
async function importGrpc({ url }: TracingSettings): Promise<GrpcPackages> {
  try {
    const [exporter, grpc] = await Promise.all([import(GRPC_EXPORTER), import(GRPC)]);
    return { OTLPTraceExporter: exporter.OTLPTraceExporter, Metadata: grpc.Metadata };
  } catch (cause) {
    throw new GrpcUnavailable(
      `Spans for ${url} would go over gRPC, for which the package ${GRPC_EXPORTER} is not installed. Install it (npm install ${GRPC_EXPORTER}), or name the collector's HTTP endpoint in tracing.endpoint (port 4318; Phoenix: 6006).`,
      { cause },
    );
  }
}

class GrpcWay implements SpanWay {
  readonly #exporter: SpanExporter;
  readonly #resource: Resource;

  constructor(exporter: SpanExporter, resource: Resource) {
    this.#exporter = exporter;
    this.#resource = resource;
  }

  send(spans: readonly PackedSpan[]): Promise<Error | undefined> {
    const readable = spans.flatMap((span) =>
      Buffer.isBuffer(span) ? [] : [readableSpan(span, this.#resource)],
    );
    return new Promise((resolve) => {
      this.#exporter.export(readable, ({ code, error }) => {
        const outcome: number = code;
        resolve(outcome === SUCCESS ? undefined : (error ?? new Error('the collector refused the spans')));
      });
    });
  }

  close(): Promise<void> {
    return this.#exporter.shutdown();
  }
}

/** `ExportResultCode.SUCCESS` of the SDK. */
const SUCCESS = 0;

/** The numbers of OpenTelemetry's API, which differ from those on the wire. */
const API_KINDS = { server: 1, client: 2 } as const satisfies Record<Span['kind'], number>;
const API_STATUS = { unset: 0, ok: 1, error: 2 } as const satisfies Record<Span['status']['code'], number>;
const SAMPLED = 1;
const SCOPE = { name: 'switchyard' };

/** The span in the terms of OpenTelemetry's SDK. */
export function readableSpan(span: Span, resource: Resource): ReadableSpan {
  const { name, traceId, spanId, parent, startedAt, totalMs, status } = span;
  const context = { traceId, spanId, traceFlags: SAMPLED };
  return {
    name,
    kind: API_KINDS[span.kind],
    spanContext: () => context,
    ...(parent === undefined ? {} : { parentSpanContext: { traceId, traceFlags: SAMPLED, ...parent } }),
    startTime: highResolution(startedAt),
    endTime: highResolution(startedAt + totalMs),
    duration: highResolution(totalMs),
    status: {
      code: API_STATUS[status.code],
      ...(status.message === undefined ? {} : { message: status.message }),
    },
    attributes: attributesOf(span.attributes),
    links: [],
    events: [],
    ended: true,
    resource,
    instrumentationScope: SCOPE,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

function attributesOf(list: SpanAttributes): Attributes {
  const attributes: Attributes = {};
  for (let index = 0; index + 1 < list.length; index += 2) {
    const value = list[index + 1];
    if (value !== undefined) attributes[String(list[index])] = value;
  }
  return attributes;
}

/** Milliseconds as whole seconds and nanoseconds. */
function highResolution(milliseconds: number): [number, number] {
  const seconds = Math.trunc(milliseconds / 1000);
  return [seconds, Math.round((milliseconds - seconds * 1000) * 1e6)];
}
