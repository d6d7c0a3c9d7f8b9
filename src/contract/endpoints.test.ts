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

test('everything that changes state needs the admin token', () => {
  for (const [name, endpoint] of entries)
    assert.equal(endpoint.access === 'token', endpoint.method !== 'GET', name);
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
  const target = { provider: 'zai', model: null, origin: 'https://api.z.ai', format: 'x' };
  assert.equal(targetSummarySchema.safeParse({ ...target, credential: 'borrowed' }).success, false);
  assert.equal(targetSummarySchema.safeParse({ ...target, credential: 'gateway' }).success, true);
});
