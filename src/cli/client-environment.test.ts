import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claude } from '../connect/clients/claude.ts';
import { applyChange, launchOf } from './client-environment.ts';
import { gatewayForClient, type ClientView } from './clients/gateway-for-client.ts';
import { exampleStatus, exampleTier } from './example-status.test-data.ts';

const URL = 'http://127.0.0.1:8082';
const { tiers } = exampleStatus.configuration;

function changeOf(environment: Record<string, string>, tier?: 'haiku'): Record<string, string | undefined> {
  return claudeEnvironment({ url: URL, tiers, tier }, environment);
}

function claudeEnvironment(
  view: ClientView,
  environment: Record<string, string>,
): Record<string, string | undefined> {
  const gateway = gatewayForClient(view);
  return { ...launchOf({ setup: claude, gateway, environment, values: {} }).environment };
}

test('a pass-through set-up changes the base URL and nothing else', () => {
  const plain = { opus: exampleTier, sonnet: exampleTier, haiku: exampleTier };
  const change = claudeEnvironment({ url: URL, tiers: plain, tier: undefined }, {});
  assert.deepEqual(change, { ANTHROPIC_BASE_URL: URL });
});

test('a tier with a model of its own names it, so that /model shows what serves', () => {
  assert.equal(changeOf({})['ANTHROPIC_DEFAULT_HAIKU_MODEL'], 'glm-4.7');
  assert.equal('ANTHROPIC_DEFAULT_OPUS_MODEL' in changeOf({}), false);
});

test('where the name to ask for is not that of the model, the menu shows the model', () => {
  const haiku = { ...tiers.haiku, client_model: 'claude-haiku' };
  const change = claudeEnvironment({ url: URL, tiers: { ...tiers, haiku }, tier: undefined }, {});
  assert.equal(change['ANTHROPIC_DEFAULT_HAIKU_MODEL'], 'claude-haiku');
  assert.equal(change['ANTHROPIC_DEFAULT_HAIKU_MODEL_NAME'], 'glm-4.7');
});

test('a tier to start with is handed over by its alias', () => {
  assert.equal(changeOf({ ANTHROPIC_MODEL: 'opus' }, 'haiku')['ANTHROPIC_MODEL'], 'haiku');
  assert.equal('ANTHROPIC_MODEL' in changeOf({ ANTHROPIC_MODEL: 'opus' }), false);
});

test('what would lead past the gateway is taken away, and only that', () => {
  const environment = { CLAUDE_CODE_USE_BEDROCK: '1', AWS_REGION: 'eu', ANTHROPIC_BASE_URL: 'http://old' };
  const result = applyChange(environment, changeOf(environment));
  assert.deepEqual(result, {
    AWS_REGION: 'eu',
    ANTHROPIC_BASE_URL: URL,
    ANTHROPIC_DEFAULT_HAIKU_MODEL: 'glm-4.7',
    ANTHROPIC_DEFAULT_HAIKU_MODEL_DESCRIPTION: 'haiku by Switchyard: zai/glm-4.7, then anthropic',
    CLAUDE_CODE_MAX_CONTEXT_TOKENS: '200000',
  });
});

test("the caller's own credentials stay as they are", () => {
  const environment = { ANTHROPIC_API_KEY: 'key', ANTHROPIC_AUTH_TOKEN: 'token' };
  const result = applyChange(environment, changeOf(environment));
  assert.equal(result['ANTHROPIC_API_KEY'], 'key');
  assert.equal(result['ANTHROPIC_AUTH_TOKEN'], 'token');
});

const PROXIES: readonly [string, Record<string, string>, string | undefined][] = [
  ['no proxy leaves NO_PROXY alone', { NO_PROXY: 'corp.example' }, undefined],
  ['a proxy exempts loopback', { HTTPS_PROXY: 'http://proxy:3128' }, '127.0.0.1,localhost,::1'],
  [
    'exemptions that were there are kept, and none twice',
    { https_proxy: 'http://proxy:3128', NO_PROXY: 'corp.example, localhost' },
    'corp.example,localhost,127.0.0.1,::1',
  ],
  ['an exemption of everything suffices', { HTTP_PROXY: 'http://proxy:3128', no_proxy: '*' }, undefined],
];

for (const [name, environment, expected] of PROXIES)
  test(name, () => {
    const change = changeOf(environment);
    assert.equal(change['NO_PROXY'], expected);
    assert.equal(change['no_proxy'], expected);
  });
