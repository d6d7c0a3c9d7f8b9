import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build } from '../config.test-data.ts';

function routesOf(yaml: string) {
  const { snapshot, texts } = build({ yaml, variables: { OPENROUTER_API_KEY: 'o' } });
  assert.ok(snapshot !== undefined, texts.join('\n'));
  return snapshot.routes;
}

test('endings of model names ask for thinking, and those of OpenRouter stay', () => {
  const { tiers } = routesOf(`
providers: { openrouter: }
tiers:
  opus: ["openrouter/openai/o4:high", "openrouter/z-ai/glm:free:8k", "openrouter/x:free"]
`);
  assert.deepEqual(tiers.opus, [
    { provider: 'openrouter', model: 'openai/o4', shape: { effort: 'high' } },
    { provider: 'openrouter', model: 'z-ai/glm:free', shape: { thinkingTokens: 8_192 } },
    { provider: 'openrouter', model: 'x:free' },
  ]);
});

test('a provider may keep its endings', () => {
  const { fallback, literalModels } = routesOf(`
providers: { ollama: { model_suffixes: false } }
default: "ollama/phi3:medium"
`);
  assert.deepEqual(fallback, [{ provider: 'ollama', model: 'phi3:medium' }]);
  assert.deepEqual([...(literalModels ?? [])], ['ollama']);
});

test('a route has a shape, and what stands at a target counts more', () => {
  const { tasks, forced } = routesOf(`
providers: { openrouter: }
tasks:
  think:
    use: ["openrouter/a:low", openrouter/b]
    shape: { effort: high, hide_thinking: true, max_tokens: 32000, min_tokens: 1024, timeout: 2m }
force: { model: "m:4k" }
`);
  const shape = { effort: 'high', hideThinking: true, maxTokens: 32_000, minTokens: 1_024, timeout: 120_000 };
  assert.deepEqual(
    tasks.get('think')?.map((target) => target.shape),
    [{ ...shape, effort: 'low' }, shape],
  );
  assert.deepEqual(forced, { provider: undefined, model: 'm', shape: { thinkingTokens: 4_096 } });
});

test('limits that contradict each other are a mistake', () => {
  const { texts } = build({ yaml: 'default: { use: anthropic, shape: { max_tokens: 5, min_tokens: 9 } }' });
  assert.match(texts.join('\n'), /default\.shape\.min_tokens is more than max_tokens/);
});

test('OpenRouter gets its own routing unless that is switched off; others only when told', () => {
  const openRouterOf = (yaml: string, name = 'openrouter') => {
    const { snapshot } = build({ yaml, variables: { OPENROUTER_API_KEY: 'o' } });
    return snapshot?.providers.get(name)?.openRouter;
  };
  const provider = (by: string) => ({ provider: { sort: { by, partition: 'none' } } });
  assert.deepEqual(openRouterOf('providers: { openrouter: }'), {
    models: 3,
    members: provider('throughput'),
  });
  assert.equal(openRouterOf('providers: { openrouter: { openrouter: false } }'), undefined);
  assert.deepEqual(openRouterOf('providers: { openrouter: { openrouter: { sort: price, models: 0 } } }'), {
    models: 0,
    members: provider('price'),
  });
  assert.deepEqual(openRouterOf('providers: { openrouter: { openrouter: { sort: none } } }')?.members, {});
  assert.equal(openRouterOf('providers: { zai: }', 'zai'), undefined);
});
