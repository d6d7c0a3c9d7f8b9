import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENDPOINTS } from './endpoints.ts';
import type { Endpoint } from './endpoint.ts';
import { healthSchema } from './health.ts';
import { statsSchema } from './stats.ts';
import { targetSummarySchema } from './status.ts';

const entries: [string, Endpoint][] = Object.entries(ENDPOINTS);

test('no two endpoints share a method and path', () => {
  const keys = entries.map(([, endpoint]) => `${endpoint.method} ${endpoint.path}`);
  assert.deepEqual(keys, [...new Set(keys)]);
});

/** What a caller on this machine may switch: the predecessors' curl lines carry no token. */
const SWITCHES = ['switchMode', 'switchTracing'];

test('everything that changes state needs the admin token, but for the switches of this machine', () => {
  for (const [name, endpoint] of entries) {
    if (endpoint.method === 'GET') continue;
    assert.equal(endpoint.access, SWITCHES.includes(name) ? 'loopback' : 'token', name);
  }
});

test('what callers and models said, word for word, needs the token, too', () => {
  for (const name of ['bodies', 'pairs', 'pairStats', 'pair'] as const)
    assert.equal(ENDPOINTS[name].access, 'token', name);
});

test('what names providers or counts is not public', () => {
  const open = entries.filter(([, endpoint]) => endpoint.access === 'public').map(([name]) => name);
  assert.deepEqual(open, ['health', 'ready']);
});

test('health accepts the answer the predecessors gave, tier by tier', () => {
  const parsed = healthSchema.parse({
    status: 'healthy',
    service: 'switchyard',
    version: '0.1.0',
    haiku: { model: 'glm-4.7', provider_set: true },
    sonnet: { uses_oauth: true },
    opus: { uses_oauth: true },
  });
  assert.equal(parsed.haiku.model, 'glm-4.7');
  assert.equal('provider_set' in parsed.opus, false);
});

test('stats keep the four names the predecessors published', () => {
  const names = Object.keys(statsSchema.shape);
  for (const name of ['total_requests', 'input_tokens', 'output_tokens', 'tool_calls'])
    assert.ok(names.includes(name), name);
});

test('a target whose credential is of an unknown kind is refused', () => {
  const target = { provider: 'zai', model: null, origin: 'https://api.z.ai', format: 'x', via: null };
  assert.equal(targetSummarySchema.safeParse({ ...target, credential: 'borrowed' }).success, false);
  assert.equal(targetSummarySchema.safeParse({ ...target, credential: 'gateway' }).success, true);
});

test('a path names exactly the parameters that are parsed', () => {
  for (const [name, { path, parameters }] of entries) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
    assert.deepEqual(Object.keys(parameters.shape), named, name);
  }
});

test('an unknown question is refused everywhere', () => {
  for (const [name, { query }] of entries)
    assert.equal(query.safeParse({ nonsense: '1' }).success, false, name);
});

const RANGES: readonly [string, number | undefined][] = [
  ['0', 0],
  ['1767225600', 1_767_225_600_000],
  ['1767225600.25', 1_767_225_600_250],
  ['', undefined],
  ['-1', undefined],
  ['1e9', undefined],
  ['2026-01-15', undefined],
  ['1767225600000000', undefined],
];

for (const [text, expected] of RANGES)
  test(`since=${text} is ${expected === undefined ? 'refused' : `${expected} ms`}`, () => {
    assert.equal(ENDPOINTS.samples.query.safeParse({ since: text }).data?.since, expected);
  });

test('rollups are split by the names of the table and by no others', () => {
  const by = (text: string) => ENDPOINTS.rollups.query.safeParse({ by: text }).data?.by;
  assert.deepEqual(by('lane,model'), ['lane', 'model']);
  assert.deepEqual(by(''), []);
  for (const wrong of ['lanes', 'lane;model', '__proto__', 'toString'])
    assert.equal(by(wrong), undefined, wrong);
});

test('limits and cursors are what a page gives, nothing else', () => {
  const parse = (query: object) => ENDPOINTS.exchanges.query.safeParse(query).success;
  for (const limit of ['1', '500']) assert.ok(parse({ limit }));
  for (const limit of ['0', '501', '-1', '1.5', 'all', '']) assert.ok(!parse({ limit }), limit);
  assert.ok(parse({ cursor: '1767225600000-17' }));
  for (const cursor of ['17', "1-1'; DROP TABLE attempts", '1-', '']) assert.ok(!parse({ cursor }), cursor);
});
