import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatTarget } from '../../domain/target.ts';
import { build } from '../config.test-data.ts';
import type { ConfigSnapshot } from '../snapshot.ts';

function valid(variables: Readonly<Record<string, string>>, yaml = ''): ConfigSnapshot {
  const { snapshot, texts } = build({ variables: { OPENROUTER_API_KEY: 'o', ...variables }, yaml });
  assert.ok(snapshot, texts.join('\n'));
  return snapshot;
}

test('models of the slots are models of OpenRouter, slashes and suffixes included, with their cascades', () => {
  const { routes, providers } = valid({
    BIG_MODEL: 'minimax/minimax-m2.5:free',
    BIG_CASCADE: 'z-ai/glm-5, qwen/qwen3-coder:free',
    SMALL_MODEL: 'stepfun/step-3.5-flash:free',
  });
  assert.deepEqual(routes.tiers.opus.map(formatTarget), [
    'openrouter/minimax/minimax-m2.5:free',
    'openrouter/z-ai/glm-5',
    'openrouter/qwen/qwen3-coder:free',
  ]);
  assert.deepEqual(routes.tiers.haiku.map(formatTarget), ['openrouter/stepfun/step-3.5-flash:free']);
  assert.deepEqual(routes.tiers.sonnet.map(formatTarget), ['anthropic']);
  assert.equal(providers.get('openrouter')?.origin, 'https://openrouter.ai');
});

test('ROUTER_DEFAULT stands for the big model alone, and MODEL_CASCADE=false for no cascade', () => {
  const { routes } = valid({
    ROUTER_DEFAULT: 'a/b',
    BIG_MODEL: 'c/d',
    BIG_CASCADE: 'e/f',
    MIDDLE_MODEL: 'g/h',
    MODEL_CASCADE: 'false',
  });
  assert.deepEqual(routes.tiers.opus.map(formatTarget), ['openrouter/a/b']);
  assert.deepEqual(routes.tiers.sonnet.map(formatTarget), ['openrouter/g/h']);
});

test('a slot with an endpoint of its own has a provider of its own, with its key', () => {
  const { routes, providers } = valid({
    MIDDLE_MODEL: 'qwen3',
    MIDDLE_ENDPOINT: 'https://llm.example/v1',
    MIDDLE_API_KEY: 'k',
  });
  assert.deepEqual(routes.tiers.sonnet.map(formatTarget), ['middle-endpoint/qwen3']);
  const provider = providers.get('middle-endpoint');
  assert.deepEqual([provider?.origin, provider?.format], ['https://llm.example', 'openai-chat']);
  assert.ok(provider?.auth.kind === 'secret' && provider.auth.secret.reveal() === 'k');
});

test('the slots of the router are tasks', () => {
  const { routes, tasks } = valid({
    ROUTER_IMAGE: 'qwen/vl',
    ROUTER_THINK: 'deepseek/r',
    ROUTER_BACKGROUND: 'x/small',
    ROUTER_WEB_SEARCH: 'p/sonar',
    ROUTER_LONG_CONTEXT: 'minimax/m',
    ROUTER_LONG_CONTEXT_THRESHOLD: '90000',
  });
  assert.deepEqual(tasks.order, ['image', 'web_search', 'long_context', 'think', 'background']);
  assert.equal(tasks.longContext.threshold, 90_000);
  assert.deepEqual(routes.tasks.get('web_search')?.map(formatTarget), ['openrouter/p/sonar']);
});

test('a wrong threshold names its variable', () => {
  const { texts } = build({
    variables: { ROUTER_LONG_CONTEXT: 'a/b', ROUTER_LONG_CONTEXT_THRESHOLD: 'many' },
  });
  assert.match(
    texts.join('\n'),
    /^ROUTER_LONG_CONTEXT_THRESHOLD: tasks\.long_context\.threshold must be a whole number/m,
  );
});

test('ROUTER_CUSTOM_PATH is a script whose names are models of OpenRouter', () => {
  const { tasks } = valid({ ROUTER_CUSTOM_PATH: '/x.py' });
  const { path, provider, deadline, request } = tasks.customRouter ?? {};
  assert.deepEqual([path, provider, deadline, request], ['/x.py', 'openrouter', 50, 'reduced']);
});

test('a script that is not there is told, and the rules decide without it', () => {
  const { snapshot } = build({ yaml: 'tasks: { custom_router: missing.ts }' });
  assert.equal(snapshot?.tasks.customRouter, undefined);
  assert.match(snapshot?.warnings.join() ?? '', /tasks\.custom_router has no effect: it was not read/);
});

test('breaker variables keep their meaning, and a long timeout lifts the limit', () => {
  const { guard } = valid({
    CB_FAILURE_THRESHOLD: '3',
    CB_SUCCESS_THRESHOLD: '1',
    CB_TIMEOUT_SECONDS: '600',
  });
  const { consecutive, successes, open, openMax } = guard.breakers;
  assert.deepEqual([consecutive, successes, open, openMax], [3, 1, 600_000, 600_000]);
  assert.equal(valid({ CB_TIMEOUT_SECONDS: '60' }).guard.breakers.openMax, 300_000);
  assert.match(
    build({ variables: { CB_FAILURE_THRESHOLD: 'x' } }).texts.join(),
    /CB_FAILURE_THRESHOLD: breakers\.consecutive must be a whole number/,
  );
  assert.match(valid({ CB_STATE_FILE: 'x' }).warnings.join(), /switchyard breakers import FILE/);
});

test('CCP_NET_FALLBACK names the passthrough provider; the file may name another that exists', () => {
  assert.equal(valid({}).routes.netFallback, undefined);
  assert.equal(valid({ CCP_NET_FALLBACK: '1' }).routes.netFallback, 'anthropic');
  assert.equal(valid({ CCP_NET_FALLBACK: '0' }).routes.netFallback, undefined);
  assert.equal(valid({}, 'net_fallback: anthropic').routes.netFallback, 'anthropic');
  assert.match(
    build({ yaml: 'net_fallback: nobody' }).texts.join(),
    /net_fallback names a provider that is not/,
  );
});

test('with none of the variables the numbers of a breaker are the documented ones', () => {
  assert.deepEqual(valid({}).guard, {
    breakers: {
      consecutive: 5,
      ratio: 0.5,
      minimum: 10,
      window: 30_000,
      open: 15_000,
      openMax: 300_000,
      successes: 2,
    },
    retry: { attempts: 3, wait: 10_000, hold: 240_000, budget: 0.2 },
    quotaAt: 1,
  });
});

test('routes with a pick, tasks, limits and windows come from the file', () => {
  const yaml = `
providers: { openrouter: { limits: { concurrent: 4 }, models: { "a/b": { context_window: 9000 } } } }
tiers: { haiku: { use: [openrouter/a/b, anthropic], pick: weighted, weights: [3, 1] } }
mappings: [{ match: x, use: { use: [openrouter/c, anthropic], pick: sticky } }]
quota: { at: 0.95, offload: { opus: openrouter/z } }
tasks: { order: [think, image], image: openrouter/i, think: { use: openrouter/t, effort: high, phrases: [Ponder] } }
`;
  const { routes, tasks, providers, guard } = valid({}, yaml);
  assert.deepEqual(
    [...routes.picks],
    [
      ['tiers.haiku', { kind: 'weighted', weights: [3, 1] }],
      ['mappings[0]', { kind: 'sticky' }],
    ],
  );
  assert.deepEqual(tasks.order, ['think', 'image']);
  assert.deepEqual([[...tasks.think.efforts], tasks.think.phrases], [['high', 'xhigh', 'max'], ['ponder']]);
  assert.deepEqual(providers.get('openrouter')?.limits, {
    concurrent: 4,
    perKey: Infinity,
    perClient: 4,
    queue: 8,
    wait: 10_000,
  });
  assert.equal(providers.get('openrouter')?.models.get('a/b')?.contextWindow, 9_000);
  assert.deepEqual(routes.offload.get('opus')?.map(formatTarget), ['openrouter/z']);
  assert.equal(guard.quotaAt, 0.95);
});

for (const [yaml, pattern] of [
  ['tiers: { haiku: { use: anthropic, weights: [1] } }', /weights do not fit/],
  ['tiers: { haiku: { use: [anthropic, anthropic/x], pick: weighted, weights: [1] } }', /weights do not fit/],
  ['tasks: { image: nobody/x }', /tasks\.image names a provider that is not configured/],
  ['quota: { offload: { opus: nobody/x } }', /quota\.offload\.opus names a provider/],
  ['quota: { at: 2 }', /must be from 0 to 1/],
  ['tasks: { order: [thinking] }', /tasks\.order\[0\] must be one of/],
  ['tasks: { long_context: { use: anthropic, threshold: 0 } }', /threshold must be at least 1/],
  ['tasks: { image: { us: anthropic } }', /Did you mean "use"/],
  ['providers: { anthropic: { limits: { concurrent: 0 } } }', /concurrent must be at least 1/],
] as const) {
  test(`refused: ${yaml}`, () => assert.match(build({ yaml }).texts.join('\n'), pattern));
}

test('REASONING_* shape every route of the variables, a slot has words of its own, and an ending counts most', () => {
  const { routes } = valid({
    BIG_MODEL: 'a/big',
    BIG_CASCADE: 'a/second:low',
    BIG_MODEL_REASONING: '8k',
    MIDDLE_MODEL: 'a/middle',
    SMALL_MODEL: 'a/small',
    SMALL_MODEL_REASONING: 'NONE',
    ROUTER_THINK: 'a/thinks',
    REASONING_EFFORT: 'High',
    REASONING_MAX_TOKENS: '4000',
    REASONING_EXCLUDE: 'true',
  });
  const hidden = { hideThinking: true } as const;
  const shapes = [...Object.values(routes.tiers), routes.tasks.get('think') ?? []]
    .flat()
    .map(({ model, shape }) => [model, shape]);
  assert.deepEqual(Object.fromEntries(shapes), {
    'a/big': { thinkingTokens: 8_192, ...hidden },
    'a/second': { thinkingTokens: 8_192, effort: 'low', ...hidden },
    'a/middle': { effort: 'high', thinkingTokens: 4_000, ...hidden },
    'a/small': { effort: 'none', ...hidden },
    'a/thinks': { effort: 'high', thinkingTokens: 4_000, ...hidden },
  });
});

test('routes of the file are none of REASONING_*’s business, and a wrong effort names its variable', () => {
  const yaml = 'tiers: { opus: openrouter/x }\nproviders: { openrouter: }';
  assert.equal(valid({ REASONING_EFFORT: 'high' }, yaml).routes.tiers.opus[0].shape, undefined);
  const { texts } = build({ variables: { BIG_MODEL: 'a/b', REASONING_EFFORT: 'harder' } });
  assert.match(texts.join('\n'), /^REASONING_EFFORT: tiers\.opus.*effort/m);
});
