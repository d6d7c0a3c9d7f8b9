import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exampleStatus } from '../example-status.test-data.ts';
import { tierProbes } from './tier-probes.ts';

const { tiers } = exampleStatus.configuration;

function probes(environment: Record<string, string>, loginAvailable = false) {
  return tierProbes({ url: 'http://127.0.0.1:8082', tiers, environment, loginAvailable });
}

test('without a credential only tiers with one of their own are asked, and the others say why', () => {
  const [opus, sonnet, haiku] = probes({});
  assert.deepEqual([opus?.kind, sonnet?.kind, haiku?.kind], ['skip', 'skip', 'ask']);
  assert.match(
    opus?.kind === 'skip' ? opus.reason : '',
    /neither ANTHROPIC_API_KEY nor ANTHROPIC_AUTH_TOKEN/,
  );
});

test('a credential of the environment is sent the way Claude Code sends it', () => {
  const [opus] = probes({ ANTHROPIC_API_KEY: 'key', ANTHROPIC_AUTH_TOKEN: 'token' });
  assert.deepEqual(opus?.kind === 'ask' ? opus.request.headers : {}, {
    'anthropic-version': '2023-06-01',
    'x-api-key': 'key',
    authorization: 'Bearer token',
  });
});

test('a Claude login that the gateway may use makes every tier worth asking', () => {
  assert.deepEqual(
    probes({}, true).map(({ kind }) => kind),
    ['ask', 'ask', 'ask'],
  );
});

test('each tier is asked by a name of its own, which the environment may replace', () => {
  const asked = probes({ ANTHROPIC_API_KEY: 'key', ANTHROPIC_DEFAULT_OPUS_MODEL: 'claude-opus-4-8' });
  const models = asked.map((probe) => probe.kind === 'ask' && probe.request.body.model);
  assert.deepEqual(models, ['claude-opus-4-8', 'claude-sonnet-5-5', 'claude-haiku-5-5']);
});
