import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { startOtlpCollector, type OtlpCollector } from '../../../../test/support/otlp-collector.ts';
import { until } from '../../../../test/support/until.ts';
import type { TracingSettings } from '../../../config/build/tracing-settings.ts';
import { Secret } from '../../../lib/secret.ts';
import type { Span } from '../span.ts';
import { encodeSpan } from './encode-span.ts';
import { openWay } from './open-way.ts';

let collector: OtlpCollector;
before(async () => {
  collector = await startOtlpCollector();
});
after(() => collector.close());
beforeEach(() => collector.answerWith(200));

const SPAN: Span = {
  name: 'proxy_request',
  kind: 'server',
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  parent: undefined,
  startedAt: 1_790_000_000_000,
  totalMs: 1,
  status: { code: 'ok' },
  attributes: [],
};

const open = (changes: Partial<TracingSettings> = {}) => {
  const settings: TracingSettings = {
    enabled: true,
    protocol: 'http/protobuf',
    url: `${collector.url}/v1/traces`,
    headers: [{ name: 'API-Key', value: new Secret('of-the-collector') }],
    serviceName: 'gateway',
    resource: { 'deployment.environment.name': 'lab' },
    content: false,
    contentLimit: 1,
    conventions: 'openinference',
    sampler: { followsParent: true, ratio: 1 },
    queue: 1,
    batch: 1,
    delay: 1,
    timeout: 5_000,
    ...changes,
  };
  return openWay(settings, '1.2.3');
};

test('spans go out with their resource and the headers of the configuration', async () => {
  const way = await open();
  assert.equal(await way.send([encodeSpan(SPAN)]), undefined);
  assert.deepEqual(collector.spans.at(-1)?.resource, {
    'deployment.environment.name': 'lab',
    'service.name': 'gateway',
    'service.version': '1.2.3',
  });
  const message = collector.messages.at(-1);
  assert.equal(message?.headers['api-key'], 'of-the-collector');
  assert.equal(message?.headers['content-type'], 'application/x-protobuf');
  await way.close();
});

test('a collector that has no time is asked again when it says so', async () => {
  const seen = collector.messages.length;
  collector.answerWith(503, { 'retry-after': '0' });
  const way = await open();
  const sent = way.send([encodeSpan(SPAN)]);
  await until('a second try', () => collector.messages.length > seen + 1);
  collector.answerWith(200);
  assert.equal(await sent, undefined);
  await way.close();
});

test('a refusal is final, and a collector that is silent is given up', async () => {
  collector.answerWith(400);
  const way = await open({ timeout: 100 });
  const seen = collector.messages.length;
  const refused = await way.send([encodeSpan(SPAN)]);
  assert.match(refused?.message ?? '', /status 400/);
  assert.equal(collector.messages.length, seen + 1);
  collector.answerWith('nothing');
  const silent = await way.send([encodeSpan(SPAN)]);
  assert.match(silent?.message ?? '', /did not answer in time/);
  await way.close();
});

test('closing gives up what is under way', async () => {
  collector.answerWith('nothing');
  const way = await open({ timeout: 60_000 });
  const sent = way.send([encodeSpan(SPAN)]);
  await way.close();
  assert.ok((await sent) instanceof Error);
});
