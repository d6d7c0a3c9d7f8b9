import assert from 'node:assert/strict';
import { test } from 'node:test';
import { send, target, type Wire } from '../../../fixtures/translation.ts';
import { abilitiesOf } from './model-abilities.ts';

test('what a model takes is read from its name', () => {
  const rows: readonly (readonly [
    model: string,
    sampling: boolean,
    adaptive: boolean,
    budget: boolean,
    maxOutput: number,
  ])[] = [
    ['claude-sonnet-5-5', false, true, false, 128_000],
    ['claude-opus-5', false, true, true, 128_000],
    ['claude-opus-4-7', false, true, true, 128_000],
    ['claude-sonnet-4-6', true, true, true, 128_000],
    ['claude-sonnet-4-5-20250929', true, false, true, 64_000],
    ['anthropic/claude-opus-4.1', true, false, true, 32_000],
    ['claude-sonnet-4-20250514', true, false, true, 64_000],
    ['claude-3-5-haiku-latest', true, false, false, 8_192],
    ['claude-of-tomorrow', false, true, false, 128_000],
    ['glm-4.7', true, false, true, 32_000],
  ];
  for (const [model, ...expected] of rows) {
    const { sampling, adaptive, budget, maxOutput } = abilitiesOf(model, {});
    assert.deepEqual([sampling, adaptive, budget, maxOutput], expected, model);
  }
  assert.equal(abilitiesOf('glm-4.7', { adaptive: true }).adaptive, true);
});

test('an effort of a Chat client becomes the thinking the model knows', () => {
  const rows: readonly (readonly [model: string, effort: string, thinking: Wire, config: Wire])[] = [
    ['claude-opus-5-5', 'xhigh', { type: 'adaptive', display: 'summarized' }, { effort: 'xhigh' }],
    ['claude-opus-5-5', 'minimal', { type: 'adaptive', display: 'summarized' }, { effort: 'low' }],
    ['claude-opus-5-5', 'none', { type: 'adaptive' }, { effort: 'low' }],
    ['claude-sonnet-4-6', 'xhigh', { type: 'adaptive' }, { effort: 'high' }],
    ['claude-sonnet-4-5', 'low', { type: 'enabled', budget_tokens: 2_000 }, undefined],
    ['claude-sonnet-4-5', 'none', { type: 'disabled' }, undefined],
    ['glm-4.7', 'high', { type: 'enabled', budget_tokens: 12_000 }, undefined],
  ];
  for (const [model, reasoning_effort, thinking, config] of rows) {
    const request = {
      model: 'm',
      max_tokens: 20_000,
      reasoning_effort,
      messages: [{ role: 'user', content: 'hi' }],
    };
    const { body } = send('openai-chat', request, target('anthropic-messages', {}, { model }));
    assert.deepEqual([body.thinking, body.output_config], [thinking, config], `${model} ${reasoning_effort}`);
  }
});

test('a budget raises an output limit that would leave no room for the answer', () => {
  const request = {
    model: 'm',
    max_tokens: 1_000,
    reasoning: { max_tokens: 2_000 },
    messages: [{ role: 'user', content: 'hi' }],
  };
  const { body } = send(
    'openai-chat',
    request,
    target('anthropic-messages', {}, { model: 'claude-sonnet-4-5' }),
  );
  assert.ok(body.thinking.budget_tokens < body.max_tokens);
  assert.equal(body.thinking.budget_tokens, 2_000);
});
