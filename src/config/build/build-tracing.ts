import { Secret } from '../../lib/secret.ts';
import type { KeyPath } from '../layers/key-path.ts';
import { parseHeaderPairs } from '../layers/parse-pairs.ts';
import type { CompleteConfig } from '../schema/config-schema.ts';
import type { SnapshotBuild } from './snapshot-build.ts';
import type { Sampling, TracingHeader, TracingSettings } from './tracing-settings.ts';

type TracingSection = CompleteConfig['tracing'];

/** OpenTelemetry's own default place for a collector. */
const DEFAULT_ENDPOINT = 'http://localhost:4318';
const GRPC_PORT = '4317';

export function buildTracing(build: SnapshotBuild): TracingSettings {
  const { tracing } = build.input.config;
  const written = tracing.traces_endpoint ?? tracing.endpoint;
  const protocol = tracing.protocol ?? protocolOf(written);
  return {
    enabled: tracing.enabled ?? written !== undefined,
    protocol,
    url: urlOf(tracing, protocol),
    headers: headersOf(build),
    serviceName: tracing.service_name,
    resource: tracing.resource,
    content: tracing.content,
    contentLimit: tracing.content_limit,
    conventions: tracing.conventions,
    sampler: samplingOf(tracing),
    queue: tracing.queue,
    batch: Math.min(tracing.batch, tracing.queue),
    delay: tracing.delay,
    timeout: tracing.timeout,
  };
}

/** The predecessors' files name the port of gRPC and no protocol. */
function protocolOf(endpoint: string | undefined): TracingSettings['protocol'] {
  return endpoint !== undefined && new URL(endpoint).port === GRPC_PORT ? 'grpc' : 'http/protobuf';
}

function urlOf(tracing: TracingSection, protocol: TracingSettings['protocol']): string {
  if (tracing.traces_endpoint !== undefined) return tracing.traces_endpoint;
  const base = tracing.endpoint ?? DEFAULT_ENDPOINT;
  if (protocol === 'grpc' || base.endsWith('/v1/traces')) return base;
  return `${base.replace(/\/+$/, '')}/v1/traces`;
}

function headersOf(build: SnapshotBuild): readonly TracingHeader[] {
  const { headers } = build.input.config.tracing;
  const path = ['tracing', 'headers'];
  if (headers === undefined) return [];
  if (typeof headers === 'string') {
    const text = secretOf(build, path, headers);
    const pairs = text === undefined ? [] : parseHeaderPairs(text.reveal());
    return pairs.map(([name, value]) => ({ name, value: new Secret(value) }));
  }
  return Object.entries(headers).flatMap(([name, reference]) => {
    const value = secretOf(build, [...path, name], reference);
    return value === undefined ? [] : [{ name, value }];
  });
}

/** A header that is not there does not stop the gateway; the collector will say what it thinks of it. */
function secretOf(build: SnapshotBuild, path: KeyPath, reference: string): Secret | undefined {
  const resolved = build.input.secrets.get(reference);
  if (resolved?.kind === 'present') return resolved.value;
  const reason = resolved?.reason ?? 'it was not looked up';
  build.warn(path, `leads to no header: ${reason}`, 'Spans are sent without it.');
  return undefined;
}

function samplingOf({ sampler, sampler_ratio: ratio }: TracingSection): Sampling {
  const followsParent = sampler.startsWith('parentbased_');
  if (sampler.endsWith('always_on')) return { followsParent, ratio: 1 };
  return { followsParent, ratio: sampler.endsWith('always_off') ? 0 : ratio };
}
