import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GENERIC_QUIRKS } from '../domain/quirk-sets.ts';
import type { Provider } from '../domain/provider.ts';
import { build } from './config.test-data.ts';
import { quirksSchema } from './schema/quirks-section.ts';

const VARIABLES = {
  OPENROUTER_API_KEY: 'k',
  OPENAI_API_KEY: 'k',
  ZAI_API_KEY: 'k',
  OPENCODE_API_KEY: 'k',
  DASHSCOPE_API_KEY: 'k',
  GEMINI_API_KEY: 'k',
};

function provider(name: string, entry: string): Provider {
  const { snapshot, texts } = build({ yaml: `providers: { ${name}: ${entry} }`, variables: VARIABLES });
  const found = snapshot?.providers.get(name);
  assert.ok(found, texts.join());
  return found;
}

test('every written quirk is one that targets have', () => {
  for (const name of Object.keys(quirksSchema.shape).filter((key) => key !== 'models')) {
    const field = name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    assert.ok(field in GENERIC_QUIRKS, name);
  }
});

test('quirks of the configuration stand behind those that are known, for all models and for some', () => {
  const { quirks } = provider(
    'zai',
    '{ quirks: { images: url, effort: [low, high], models: { "glm-5*": { context_tokens: 5000, effort: enable_thinking } } } }',
  );
  assert.deepEqual(quirks.slice(-2), [
    {
      models: '*',
      quirks: { images: 'url', effort: { kind: 'effort', levels: ['low', 'high'], off: 'omit' } },
    },
    { models: 'glm-5*', quirks: { contextTokens: 5_000, effort: { kind: 'enable-thinking' } } },
  ]);
  assert.ok(
    quirks.some(({ models, quirks: known }) => models === 'glm-4.7' && known.outputTokens === 128_000),
  );
});

test('a provider whose endpoints share key and models serves each client in its own format', () => {
  const openrouter = provider('openrouter', '{}');
  assert.equal(openrouter.format, 'anthropic-messages');
  const chat = openrouter.variants.get('openai-chat');
  assert.equal(chat?.basePath, '/api/v1');
  assert.ok(openrouter.variants.has('openai-responses'));
  assert.deepEqual(openrouter.formatRules, [{ models: 'anthropic/*', format: 'anthropic-messages' }]);
  const zen = provider('opencode-zen', '{}');
  const header = (at: Provider | undefined) => (at?.auth.kind === 'secret' ? at.auth.header : undefined);
  assert.equal(header(zen), 'authorization');
  assert.equal(header(zen.variants.get('anthropic-messages')), 'x-api-key');
  assert.equal(header(zen.variants.get('gemini')), 'x-goog-api-key');
});

test('who names a format or a base URL means that one, and a header that is named stays', () => {
  assert.equal(provider('openrouter', '{ format: openai-chat }').variants.size, 0);
  assert.equal(provider('openrouter', '{ base_url: "https://openrouter.ai/api/v1" }').variants.size, 0);
  assert.equal(provider('zai', '{}').variants.size, 0);
  const { variants } = provider(
    'openrouter',
    '{ auth: { header: x-own, secret: "env:OPENROUTER_API_KEY" } }',
  );
  const auth = variants.get('openai-chat')?.auth;
  assert.equal(auth?.kind === 'secret' ? auth.header : '', 'x-own');
});

test('new providers need no more than their name, and generic is nobody', () => {
  assert.equal(provider('openai', '{}').format, 'openai-responses');
  assert.equal(provider('qwen', '{}').format, 'openai-chat');
  assert.equal(provider('google', '{}').format, 'gemini');
  const generic = provider(
    'mine',
    '{ type: generic, base_url: "https://api.openai.com/v1", format: openai-chat }',
  );
  assert.deepEqual([generic.auth.kind, generic.quirks.length, generic.variants.size], ['none', 0, 0]);
});

test('translation is lenient and answers with the name that was asked for, unless told otherwise', () => {
  assert.deepEqual(build({ yaml: '' }).snapshot?.translation, {
    policy: 'lenient',
    answerModel: 'requested',
    reasoningFields: 'reasoning_content',
    keepAlive: 15_000,
  });
  const { snapshot } = build({
    yaml: 'translation: { policy: strict, answer_model: served, keep_alive: 0 }',
  });
  assert.deepEqual(
    [snapshot?.translation.policy, snapshot?.translation.answerModel, snapshot?.translation.keepAlive],
    ['strict', 'served', 0],
  );
});
