import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exampleProvider } from '../../../test/support/example-provider.ts';
import { exampleSnapshot } from '../../../test/support/in-process-gateway.ts';
import { listModels, modelsAreOurs } from './list-models.ts';

const provider = exampleProvider({ name: 'zai' });
const target = [{ provider: 'zai', model: 'glm-4.7' }] as const;
const snapshot = exampleSnapshot({
  providers: [provider],
  routes: {
    mappings: [
      { match: 'coder', targets: target },
      { match: 'gpt-*', targets: target },
    ],
  },
});

test('each caller gets the list in the shape it expects', () => {
  const anthropic = listModels(snapshot, 'anthropic-messages');
  assert.ok('has_more' in anthropic);
  assert.deepEqual(
    anthropic.data.map(({ id, type }) => [id, type]),
    [['coder', 'model']],
  );
  const openAi = listModels(snapshot, 'openai-chat');
  assert.ok('object' in openAi);
  assert.deepEqual(openAi.data, [{ id: 'coder', object: 'model', created: 0, owned_by: 'zai' }]);
  const gemini = listModels(snapshot, 'gemini');
  assert.ok('models' in gemini);
  assert.deepEqual(
    gemini.models.map(({ name }) => name),
    ['models/coder'],
  );
});

test('a plain pass-through leaves the list to the provider', () => {
  assert.equal(modelsAreOurs(exampleSnapshot({ providers: [provider] })), false);
  assert.equal(modelsAreOurs(snapshot), true);
});
