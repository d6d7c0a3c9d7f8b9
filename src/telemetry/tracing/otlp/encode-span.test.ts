import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import * as fc from 'fast-check';
import { decodeOtlpTraces } from '../../../../test/support/decode-otlp.ts';
import { startOtlpCollector, type OtlpCollector } from '../../../../test/support/otlp-collector.ts';
import type { Span } from '../span.ts';
import { encodeRequest, encodeSpan } from './encode-span.ts';
import { readableSpan } from './grpc-way.ts';

let collector: OtlpCollector;
before(async () => {
  collector = await startOtlpCollector();
});
after(() => collector.close());

const SPAN: Span = {
  name: 'proxy_request',
  kind: 'server',
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  parent: { spanId: '00f067aa0ba902b7', isRemote: true },
  startedAt: 1_790_000_000_123.456,
  totalMs: 12.345,
  status: { code: 'error', message: 'upstream_reset' },
  attributes: [
    'text',
    'grüße 🚂',
    'empty',
    '',
    'whole',
    12_965,
    'large',
    Number.MAX_SAFE_INTEGER,
    'negative',
    -7,
    'fraction',
    0.0077944,
    'yes',
    true,
    'no',
    false,
    'list',
    ['one', 'zwei', ''],
  ],
};

test("what is encoded here and what OpenTelemetry's own exporter sends is the same to a reader", async () => {
  const resource = ['service.name', 'gateway', 'service.version', '1'] as const;
  const spans: Span[] = [
    SPAN,
    { ...SPAN, kind: 'client', parent: { spanId: SPAN.spanId, isRemote: false }, status: { code: 'ok' } },
    { ...SPAN, parent: undefined, status: { code: 'unset' }, attributes: [] },
  ];
  const exporter = new OTLPTraceExporter({ url: `${collector.url}/v1/traces` });
  const official = resourceFromAttributes({ 'service.name': 'gateway', 'service.version': '1' });
  const sent = spans.map((span) => readableSpan(span, official));
  await new Promise<void>((resolve) => exporter.export(sent, () => resolve()));
  await exporter.shutdown();
  const own = decodeOtlpTraces(encodeRequest(resource, spans.map(encodeSpan)));
  const rounded = (span: (typeof own)[number]) => ({
    ...span,
    startedAt: Math.round(span.startedAt * 1000),
    endedAt: Math.round(span.endedAt * 1000),
  });
  assert.deepEqual(own.map(rounded), (await collector.received(3)).map(rounded));
});

test('whatever is put into a span is read back', () => {
  const text = fc.string({ unit: 'grapheme' }).map((value) => value.toWellFormed());
  const value = fc.oneof(
    text,
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.array(text, { maxLength: 5 }),
  );
  const attributes = fc.dictionary(text, value, { maxKeys: 30 });
  fc.assert(
    fc.property(attributes, text, (given, name) => {
      const span = { ...SPAN, name, attributes: Object.entries(given).flatMap(([key, one]) => [key, one]) };
      const [read] = decodeOtlpTraces(encodeRequest([], [encodeSpan(span)]));
      assert.equal(read?.name, name);
      const expected = Object.fromEntries(
        // Zero has one sign on the wire.
        Object.entries(given).map(([key, one]) => [key, Object.is(one, -0) ? 0 : one]),
      );
      assert.deepEqual({ ...read?.attributes }, { ...expected });
    }),
  );
});

test('a text larger than the buffer is written whole, and the next span is none the worse', () => {
  const long = 'x'.repeat(600_000);
  const spans = [{ ...SPAN, attributes: ['long', long] }, SPAN].map(encodeSpan);
  const [first, second] = decodeOtlpTraces(encodeRequest([], spans));
  assert.equal(first?.attributes['long'], long);
  assert.equal(second?.attributes['text'], 'grüße 🚂');
});
