import assert from 'node:assert/strict';
import test from 'node:test';
import { build } from '../config.test-data.ts';

test('the mode is target unless said otherwise, and the other two modes can be switched to as allowed', () => {
  assert.deepEqual(build({}).snapshot?.mode, { configured: 'target', allowed: ['target', 'compare'] });
  const { snapshot } = build({ yaml: 'mode: compare', flags: { allowAnthropicOnly: true } });
  assert.deepEqual(snapshot?.mode, {
    configured: 'compare',
    allowed: ['target', 'compare', 'anthropic-only'],
  });
});

test('a configuration that asks for anthropic-only without the flag is refused, wherever it says so', () => {
  const sentence = /mode asks for anthropic-only, which was not allowed at launch.*--allow-anthropic-only/s;
  for (const situation of [
    { yaml: 'mode: anthropic-only' },
    { toml: 'default_mode = "anthropic-only"' },
    { variables: { CC_DEFAULT_MODE: 'anthropic-only' } },
  ]) {
    assert.match(build(situation).texts.join(), sentence);
    const allowed = build({ ...situation, flags: { allowAnthropicOnly: true } });
    assert.equal(allowed.snapshot?.mode.configured, 'anthropic-only');
  }
});

test('the flag is a part of what two starts are compared by', () => {
  const without = build({}).snapshot?.version;
  assert.notEqual(build({ flags: { allowAnthropicOnly: true } }).snapshot?.version, without);
});

test('copies have limits of their own by default, and may have a target and a budget', () => {
  assert.deepEqual(build({}).snapshot?.compare, {
    targets: undefined,
    sample: 1,
    maxConcurrent: 50,
    timeout: 300_000,
    moneyPerDay: undefined,
    keepDays: 30,
    answerBytes: 2 * 1024 * 1024,
    cancelWithClient: false,
  });
  const yaml = 'compare: { use: anthropic/claude-haiku-4-5, dollars_per_day: 0.25, sample: 0.1 }';
  const { compare } = build({ yaml }).snapshot ?? {};
  assert.deepEqual(compare?.targets, [{ provider: 'anthropic', model: 'claude-haiku-4-5' }]);
  assert.deepEqual([compare?.moneyPerDay, compare?.sample], [250_000_000_000n, 0.1]);
});

test('copies go to a configured provider', () => {
  const { texts } = build({ yaml: 'compare: { use: zia/glm }' });
  assert.match(texts.join(), /compare\.use names a provider that is not configured/);
});

test('comparing without a store is warned of: nothing could be kept', () => {
  const { snapshot } = build({ yaml: 'mode: compare\nstore: { enabled: false }' });
  assert.match(snapshot?.warnings.join() ?? '', /mode compares nothing while the store is switched off/);
});
