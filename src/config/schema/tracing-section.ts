import { z } from 'zod';
import { field } from './field.ts';
import { byteSizeSchema, durationSchema, secretReferenceSchema } from './scalars.ts';

const countSchema = z.int({ error: 'must be a whole number' }).min(1, 'must be at least 1');

const collectorUrlSchema = z.url({
  protocol: /^https?$/,
  hostname: /^.+$/,
  error: 'must be a URL such as http://127.0.0.1:6006',
});

const headerNameSchema = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'is no header name');

const TRACE_SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

export const tracingSchema = z.strictObject({
  enabled: field(z.boolean(), {
    meaning:
      'Whether a span per request, and one per upstream try, is sent to an OpenTelemetry collector. Default: whether an endpoint is set. switchyard tracing on|off switches until the next start. Variable: OTEL_SDK_DISABLED.',
  }),
  endpoint: field(collectorUrlSchema, {
    meaning:
      'The collector. With http/protobuf, v1/traces is added to its path. Default: http://localhost:4318. Variable: OTEL_EXPORTER_OTLP_ENDPOINT.',
    example: 'http://127.0.0.1:6006',
  }),
  traces_endpoint: field(collectorUrlSchema, {
    meaning:
      'The same, with nothing added; goes before endpoint. Variable: OTEL_EXPORTER_OTLP_TRACES_ENDPOINT.',
    example: 'https://collector.example/v1/traces',
  }),
  protocol: field(z.enum(['http/protobuf', 'grpc']), {
    meaning:
      'How spans are sent. Default: grpc to port 4317, else http/protobuf. grpc needs the package @opentelemetry/exporter-trace-otlp-grpc. Variable: OTEL_EXPORTER_OTLP_PROTOCOL.',
    example: 'http/protobuf',
  }),
  headers: field(
    z.union([secretReferenceSchema, z.record(headerNameSchema, secretReferenceSchema)], {
      error: 'must be references by header name, or one reference to name=value pairs',
    }),
    {
      meaning:
        'Headers for the collector: a reference for each value, or one reference to pairs such as name=value,name=value. Variable: OTEL_EXPORTER_OTLP_HEADERS.',
      example: { 'api-key': 'env:COLLECTOR_KEY' },
    },
  ),
  service_name: field(z.string().min(1, 'must not be empty'), {
    meaning: 'What this gateway is called in traces. Variable: OTEL_SERVICE_NAME.',
    default: 'switchyard',
  }),
  resource: field(z.record(z.string().min(1), z.string()), {
    meaning:
      'More that is said of this gateway, such as the environment it runs in. openinference.project.name chooses the project in Phoenix. Variable: OTEL_RESOURCE_ATTRIBUTES.',
    default: {},
    example: { 'deployment.environment.name': 'production' },
  }),
  content: field(z.boolean(), {
    meaning:
      'Whether messages, tool calls and tools are shown in spans. What is recognised as a secret is blacked out; everything else the collector gets to read.',
    default: false,
  }),
  content_limit: field(byteSizeSchema, {
    meaning:
      'The most text of one request and its answer that spans show; of longer ones the beginning and the latest messages. Bytes, or with a unit.',
    default: '256KiB',
  }),
  conventions: field(z.enum(['openinference', 'genai', 'both']), {
    meaning:
      'Which names the attributes have: those of OpenInference (Phoenix), of the GenAI semantic conventions of OpenTelemetry, or both.',
    default: 'openinference',
  }),
  sampler: field(z.enum(TRACE_SAMPLERS), {
    meaning:
      'Which requests are traced. parentbased: a caller that sends a traceparent has decided. Variable: OTEL_TRACES_SAMPLER.',
    default: 'parentbased_always_on',
  }),
  sampler_ratio: field(z.number().min(0, 'must be from 0 to 1').max(1, 'must be from 0 to 1'), {
    meaning: 'The share of requests the traceidratio samplers trace. Variable: OTEL_TRACES_SAMPLER_ARG.',
    default: 1,
  }),
  queue: field(countSchema, {
    meaning:
      'How many spans wait for a slow collector at most; more are dropped and counted. Variable: OTEL_BSP_MAX_QUEUE_SIZE.',
    default: 2048,
  }),
  batch: field(countSchema, {
    meaning: 'How many spans go out together at most. Variable: OTEL_BSP_MAX_EXPORT_BATCH_SIZE.',
    default: 128,
  }),
  delay: field(durationSchema, {
    meaning: 'How long a span waits for others to go out with. Variable: OTEL_BSP_SCHEDULE_DELAY.',
    default: '5s',
  }),
  timeout: field(durationSchema, {
    meaning: 'How long the collector may take, second tries included. Variable: OTEL_EXPORTER_OTLP_TIMEOUT.',
    default: '10s',
  }),
});
