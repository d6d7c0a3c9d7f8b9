/** The variables OpenTelemetry has standardised, so that a gateway is traced like everything else on a machine. */
import type { Assignment } from '../layers/layer.ts';
import { parseHeaderPairs } from '../layers/parse-pairs.ts';
import type { RawValue } from '../layers/raw-value.ts';
import {
  readVariable,
  sourceOfVariable,
  warning,
  type Environment,
  type Translation,
} from './environment.ts';

type Reading = (text: string, variable: string) => RawValue | undefined;

const asText: Reading = (text) => text;
/** What is no number stays text, for the schema to refuse in its own words. */
const asNumber: Reading = (text) => (/^\d*\.?\d+$/.test(text) ? Number(text) : text);
const asMilliseconds: Reading = (text) => (/^\d+$/.test(text) ? `${text}ms` : text);
const asReference: Reading = (_, variable) => `env:${variable}`;

interface OtelVariable {
  /** The first of them that is set counts. */
  readonly names: readonly [string, ...string[]];
  readonly key: string;
  readonly read: Reading;
  readonly meaning: string;
}

export const OTEL_VARIABLES: readonly OtelVariable[] = [
  {
    names: ['OTEL_SDK_DISABLED'],
    key: 'enabled',
    read: (text) => (text.toLowerCase() === 'true' ? false : undefined),
    meaning: 'true: tracing.enabled is false.',
  },
  {
    names: ['OTEL_TRACES_EXPORTER'],
    key: 'enabled',
    read: (text) => (text.toLowerCase() === 'none' ? false : undefined),
    meaning: 'none: tracing.enabled is false.',
  },
  {
    names: ['OTEL_EXPORTER_OTLP_ENDPOINT'],
    key: 'endpoint',
    read: asText,
    meaning: 'tracing.endpoint.',
  },
  {
    names: ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'],
    key: 'traces_endpoint',
    read: asText,
    meaning: 'tracing.traces_endpoint.',
  },
  {
    names: ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL'],
    key: 'protocol',
    read: (text) => (text === 'http/json' ? 'http/protobuf' : text),
    meaning: 'tracing.protocol; http/json is taken for http/protobuf.',
  },
  {
    names: ['OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'OTEL_EXPORTER_OTLP_HEADERS'],
    key: 'headers',
    read: asReference,
    meaning: 'tracing.headers, as name=value pairs with commas between them.',
  },
  {
    names: ['OTEL_EXPORTER_OTLP_TRACES_TIMEOUT', 'OTEL_EXPORTER_OTLP_TIMEOUT'],
    key: 'timeout',
    read: asMilliseconds,
    meaning: 'tracing.timeout, in milliseconds.',
  },
  { names: ['OTEL_SERVICE_NAME'], key: 'service_name', read: asText, meaning: 'tracing.service_name.' },
  {
    names: ['OTEL_TRACES_SAMPLER'],
    key: 'sampler',
    read: (text) => text.toLowerCase(),
    meaning: 'tracing.sampler.',
  },
  {
    names: ['OTEL_TRACES_SAMPLER_ARG'],
    key: 'sampler_ratio',
    read: asNumber,
    meaning: 'tracing.sampler_ratio.',
  },
  { names: ['OTEL_BSP_MAX_QUEUE_SIZE'], key: 'queue', read: asNumber, meaning: 'tracing.queue.' },
  { names: ['OTEL_BSP_MAX_EXPORT_BATCH_SIZE'], key: 'batch', read: asNumber, meaning: 'tracing.batch.' },
  {
    names: ['OTEL_BSP_SCHEDULE_DELAY'],
    key: 'delay',
    read: asMilliseconds,
    meaning: 'tracing.delay, in milliseconds.',
  },
];

/** `OTEL_*` → the section `tracing`. Variables it does not name are other programs' business. */
export function translateOtelEnvironment(environment: Environment): Translation {
  const plain = OTEL_VARIABLES.flatMap((entry) => translateVariable(environment, entry));
  const problems = readVariable(environment, 'OTEL_EXPORTER_OTLP_PROTOCOL') === 'http/json';
  const source = sourceOfVariable(environment, 'OTEL_EXPORTER_OTLP_PROTOCOL');
  return {
    assignments: [...resourceOf(environment), ...plain],
    problems: problems ? [warning(source, 'http/json is not spoken: http/protobuf is used', '')] : [],
  };
}

function translateVariable(environment: Environment, { names, key, read }: OtelVariable): Assignment[] {
  const variable = names.find((name) => readVariable(environment, name) !== undefined);
  if (variable === undefined) return [];
  const value = read(readVariable(environment, variable) ?? '', variable);
  if (value === undefined) return [];
  return [{ path: ['tracing', key], value, source: sourceOfVariable(environment, variable) }];
}

/** A service name may stand among the attributes; the variable made for it goes before. */
function resourceOf(environment: Environment): Assignment[] {
  const variable = 'OTEL_RESOURCE_ATTRIBUTES';
  const source = sourceOfVariable(environment, variable);
  return parseHeaderPairs(readVariable(environment, variable) ?? '').map(([name, value]) => ({
    path: name === 'service.name' ? ['tracing', 'service_name'] : ['tracing', 'resource', name],
    value,
    source,
  }));
}
