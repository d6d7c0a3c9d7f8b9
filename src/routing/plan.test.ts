import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatTarget } from '../domain/target.ts';
import { plan, type PlanInput } from './plan.ts';
import type { RouteSettings } from './route-settings.ts';
import type { RouteState } from './route-state.ts';
import { tierOfModel } from './tier-of-model.ts';

const routes: RouteSettings = {
  tiers: {
    haiku: [
      { provider: 'zai', model: 'glm-4.7' },
      { provider: 'anthropic', model: undefined },
    ],
    sonnet: [{ provider: 'anthropic', model: undefined }],
    opus: [{ provider: 'anthropic', model: undefined }],
  },
  fallback: [{ provider: 'anthropic', model: undefined }],
  tierByModel: new Map(),
  mappings: [{ match: 'coder-*', targets: [{ provider: 'zai', model: 'glm-4.7' }] }],
  forced: undefined,
  subagents: new Map([['Explore', [{ provider: 'zai', model: 'glm-4.5-air' }]]]),
  tasks: new Map(),
  offload: new Map(),
  netFallback: undefined,
  picks: new Map(),
};

/** A moment in which nothing is known of any target. */
const quiet: RouteState = {
  obstacle: () => undefined,
  load: () => 0,
  contextWindow: () => undefined,
  lacksTools: () => false,
  price: () => undefined,
  warmTarget: () => undefined,
};

function decide(changes: Partial<PlanInput>): ReturnType<typeof plan> {
  const model = changes.model ?? 'claude-sonnet-5-5';
  return plan({
    decisionId: 'd1',
    routes,
    providers: new Set(['anthropic', 'zai']),
    model,
    tier: tierOfModel(model, (changes.routes ?? routes).tierByModel),
    client: { agentId: undefined, agentType: undefined },
    subagentTag: undefined,
    task: undefined,
    promptTokens: undefined,
    usedUp: undefined,
    state: quiet,
    ...changes,
  });
}

function targetsOf(changes: Partial<PlanInput>): string[] {
  return decide(changes).targets.map(formatTarget);
}

test('a tier goes to its targets in order', () => {
  const decision = decide({ model: 'claude-haiku-4-5-20251001' });
  assert.equal(decision.rule, 'tier');
  assert.equal(decision.tier, 'haiku');
  assert.deepEqual(decision.targets.map(formatTarget), ['zai/glm-4.7', 'anthropic']);
  assert.equal(decision.evidence, 'model claude-haiku-4-5-20251001 names tier haiku');
});

test('a name of no tier goes the default way', () => {
  const decision = decide({ model: 'claude-fable-5-2' });
  assert.equal(decision.rule, 'default');
  assert.deepEqual(decision.targets.map(formatTarget), ['anthropic']);
});

test('a mapping comes before the tier', () => {
  assert.deepEqual(targetsOf({ model: 'coder-model' }), ['zai/glm-4.7']);
});

test('a subagent goes to the target of its type, and to the tier when its type has none', () => {
  assert.deepEqual(targetsOf({ client: { agentId: 'a1', agentType: 'Explore' } }), ['zai/glm-4.5-air']);
  assert.deepEqual(targetsOf({ client: { agentId: 'a1', agentType: 'general-purpose' } }), ['anthropic']);
});

test('the key * stands for every subagent', () => {
  const all = { ...routes, subagents: new Map([['*', routes.tiers.haiku]]) };
  assert.deepEqual(targetsOf({ routes: all, client: { agentId: 'a1', agentType: undefined } }), [
    'zai/glm-4.7',
    'anthropic',
  ]);
  assert.deepEqual(targetsOf({ routes: all }), ['anthropic'], 'the main agent is no subagent');
  const followUp = { agentId: undefined, agentType: 'agent' };
  assert.deepEqual(
    targetsOf({ routes: all, client: followUp }),
    ['anthropic'],
    'nor is a type without an id',
  );
});

test('a subagent tag with a known provider decides', () => {
  const decision = decide({ subagentTag: 'zai/glm-5' });
  assert.equal(decision.rule, 'subagent-tag');
  assert.deepEqual(decision.targets.map(formatTarget), ['zai/glm-5']);
});

test('a subagent tag may write a comma, as the router did whose tag it is', () => {
  const decision = decide({ subagentTag: 'zai,glm-5:high' });
  assert.deepEqual(decision.targets, [{ provider: 'zai', model: 'glm-5', shape: { effort: 'high' } }]);
});

test('a subagent tag with an unknown provider is reported and falls through', () => {
  const decision = decide({ subagentTag: 'nowhere/model' });
  assert.equal(decision.rule, 'tier');
  assert.deepEqual(
    decision.skipped.map((skip) => skip.reason),
    ['the subagent tag names no configured provider: "nowhere/model"'],
  );
});

test('a forced model holds for every request, subagents included', () => {
  const forced = { ...routes, forced: { provider: undefined, model: 'glm-5-fp8' } };
  assert.deepEqual(targetsOf({ routes: forced }), ['anthropic/glm-5-fp8']);
  assert.deepEqual(targetsOf({ routes: forced, client: { agentId: 'a', agentType: 'Explore' } }), [
    'zai/glm-5-fp8',
  ]);
  assert.deepEqual(targetsOf({ routes: forced, subagentTag: 'zai/glm-5' }), ['zai/glm-5-fp8']);
});

test('a forced provider leaves no second target', () => {
  const forced = { ...routes, forced: { provider: 'zai', model: undefined } };
  assert.deepEqual(targetsOf({ routes: forced, model: 'claude-haiku-4-5' }), ['zai/glm-4.7']);
  const other = { ...routes, forced: { provider: 'anthropic', model: undefined } };
  assert.deepEqual(
    targetsOf({ routes: other, model: 'claude-haiku-4-5' }),
    ['anthropic'],
    'zai’s name is not asked there',
  );
});
