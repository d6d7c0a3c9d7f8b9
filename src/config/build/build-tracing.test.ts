import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { assembleConfig } from '../layers/assemble.ts';
import { buildSnapshot } from './build-snapshot.ts';
import { parseHeaderPairs } from '../layers/parse-pairs.ts';
import { formatProblem } from '../problems/problem.ts';
import { collectReferences } from '../values/references.ts';
import { Secret } from '../../lib/secret.ts';
import type { TracingSettings } from './tracing-settings.ts';

interface Given {
  readonly yaml?: string;
  readonly variables?: Readonly<Record<string, string>>;
}

function tracingOf({ yaml, variables = {} }: Given): {
  tracing: TracingSettings;
  warnings: readonly string[];
} {
  const { config, merged, problems } = assembleConfig({
    file: yaml === undefined ? undefined : { path: '/home/me/switchyard.yaml', text: yaml },
    environment: { values: variables, files: new Map() },
    flags: {},
  });
  assert.ok(config !== undefined, problems.map(formatProblem).join('\n'));
  const secrets = collectReferences(config).secrets.map((reference) => {
    const value = variables[reference.slice('env:'.length)];
    const resolved =
      value === undefined
        ? ({ kind: 'missing', reason: 'it is not set' } as const)
        : ({ kind: 'present', value: new Secret(value) } as const);
    return [reference, resolved] as const;
  });
  const { snapshot } = buildSnapshot(
    {
      config,
      merged,
      secrets: new Map(secrets),
      certificates: new Map(),
      environment: variables,
      machine: [],
    },
    problems,
  );
  assert.ok(snapshot !== undefined);
  return { tracing: snapshot.tracing, warnings: snapshot.warnings };
}

test('without a word about it nothing is traced, and the place to send to is the usual one', () => {
  const { tracing } = tracingOf({});
  assert.equal(tracing.enabled, false);
  assert.equal(tracing.url, 'http://localhost:4318/v1/traces');
  assert.equal(tracing.content, false);
});

const places: readonly (readonly [Record<string, string>, string, string])[] = [
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://phoenix:6006' }, 'http://phoenix:6006/v1/traces', 'http/protobuf'],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318/base/' }, 'http://c:4318/base/v1/traces', 'http/protobuf'],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4317' }, 'http://c:4317', 'grpc'],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' },
    'http://c:4317/v1/traces',
    'http/protobuf',
  ],
  [
    { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c:1/x', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://other:2' },
    'http://c:1/x',
    'http/protobuf',
  ],
];

for (const [variables, url, protocol] of places) {
  test(`${Object.values(variables).join(' with ')} sends to ${url} by ${protocol}`, () => {
    const { tracing } = tracingOf({ variables });
    assert.deepEqual([tracing.enabled, tracing.url, tracing.protocol], [true, url, protocol]);
  });
}

test('the standard variables say the rest', () => {
  const { tracing } = tracingOf({
    variables: {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318',
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=s%3Decret,x-tenant=us',
      OTEL_SERVICE_NAME: 'agents',
      OTEL_RESOURCE_ATTRIBUTES: 'service.name=other,deployment.environment.name=lab',
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
      OTEL_BSP_SCHEDULE_DELAY: '1500',
      OTEL_BSP_MAX_QUEUE_SIZE: '100',
      OTEL_EXPORTER_OTLP_TIMEOUT: '700',
    },
  });
  const { headers, serviceName, resource, sampler, delay, queue, batch, timeout } = tracing;
  assert.deepEqual(
    headers.map(({ name, value }) => [name, value.reveal()]),
    [
      ['api-key', 's=ecret'],
      ['x-tenant', 'us'],
    ],
  );
  assert.deepEqual(
    { serviceName, resource, sampler, delay, queue, batch, timeout },
    {
      serviceName: 'agents',
      resource: { 'deployment.environment.name': 'lab' },
      sampler: { followsParent: true, ratio: 0.25 },
      delay: 1500,
      queue: 100,
      batch: 100,
      timeout: 700,
    },
  );
});

for (const variables of [{ OTEL_SDK_DISABLED: 'true' }, { OTEL_TRACES_EXPORTER: 'none' }]) {
  test(`${JSON.stringify(variables)} goes before an endpoint`, () => {
    const given = { ...variables, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' };
    assert.equal(tracingOf({ variables: given }).tracing.enabled, false);
  });
}

test('a header whose secret is not there is warned of, and no secret is shown', () => {
  const yaml = 'tracing: { endpoint: "http://c:1", headers: { api-key: env:NOT_SET, x-b: env:B } }';
  const { tracing, warnings } = tracingOf({ yaml, variables: { B: 'hidden-value' } });
  assert.deepEqual(
    tracing.headers.map(({ name }) => name),
    ['x-b'],
  );
  assert.ok(warnings.some((text) => text.includes('tracing.headers.api-key leads to no header')));
  assert.ok(!JSON.stringify(tracing).includes('hidden-value'));
});

test('a secret written out, or an endpoint that is no URL, is refused', () => {
  for (const yaml of ['tracing: { headers: "api-key=x" }', 'tracing: { endpoint: collector }']) {
    const { config } = assembleConfig({
      file: { path: '/home/me/switchyard.yaml', text: yaml },
      environment: { values: {}, files: new Map() },
      flags: {},
    });
    assert.equal(config, undefined, yaml);
  }
});

test('pairs are read whatever text they come in, and encoded values come back', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseHeaderPairs(text)));
  const part = fc.string({ minLength: 1 }).filter((text) => text.trim() === text && text.isWellFormed());
  fc.assert(
    fc.property(part, part, (name, value) => {
      const text = `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
      assert.deepEqual(parseHeaderPairs(text), [[name, value]]);
    }),
  );
});
