import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build } from '../config/config.test-data.ts';
import { formatModels, modelOverview } from './format-models.ts';

function overview(yaml: string) {
  const { snapshot, texts } = build({ yaml, variables: { ZAI_API_KEY: 'k', OPENROUTER_API_KEY: 'k' } });
  assert.ok(snapshot, texts.join());
  return modelOverview(snapshot);
}

test('every name that decides something is listed with all its targets, in the order in which they are looked at', () => {
  const { asked } = overview(`
providers: { zai: {} }
tiers: { haiku: [zai/glm-4.7, anthropic] }
mappings: [{ match: coder-model, use: zai/glm-5 }]
`);
  assert.deepEqual(
    asked.map(({ name }) => name),
    ['coder-model', '*opus*', '*sonnet*', '*haiku*', '*'],
  );
  assert.deepEqual(asked[3]?.targets, ['zai/glm-4.7', 'anthropic']);
});

test('known models come with their limits and formats, a provider of unknown models with its name', () => {
  const { models } = overview(`
providers:
  zai: {}
  openrouter: {}
  own: { base_url: "http://127.0.0.1:9", format: openai-chat, quirks: { models: { mine: { context_tokens: 9000 } } } }
`);
  const find = (target: string) => models.find((model) => model.target === target);
  assert.deepEqual(find('zai/glm-4.7'), {
    target: 'zai/glm-4.7',
    formats: ['anthropic-messages'],
    context: 200_000,
    output: 128_000,
  });
  assert.deepEqual(find('openrouter/*')?.formats, ['anthropic-messages', 'openai-chat', 'openai-responses']);
  assert.equal(find('own/mine')?.context, 9_000);
});

test('as text there is a line for each', () => {
  const lines = formatModels(overview('providers: { zai: {} }'));
  assert.ok(
    lines.some((line) => /zai\/glm-4\.7 +anthropic-messages {2}200000 tokens, 128000 out$/.test(line)),
  );
  assert.ok(lines.includes('  *haiku*   → anthropic'));
});
