import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { RouteRule } from '../domain/decision.ts';
import type { Mode } from '../domain/mode.ts';
import { TASKS } from '../domain/task.ts';
import { TIERS } from '../domain/tier.ts';
import { plan, type PlanInput } from './plan.ts';
import type { RouteSettings, TargetList } from './route-settings.ts';

const page = readFileSync(new URL('../../docs/routing.md', import.meta.url), 'utf8');

const to = (model: string): TargetList => [{ provider: 'p', model }];

const ROUTES: RouteSettings = {
  tiers: { opus: to('opus'), sonnet: to('sonnet'), haiku: to('haiku') },
  fallback: to('default'),
  tierByModel: new Map(),
  mappings: [],
  forced: undefined,
  subagents: new Map(),
  tasks: new Map(TASKS.map((task) => [task, to(task)])),
  offload: new Map(),
  netFallback: undefined,
  picks: new Map(),
};

const NOTHING: PlanInput = {
  decisionId: 'd',
  routes: ROUTES,
  providers: new Set(['p']),
  model: 'some-model',
  tier: undefined,
  client: { agentId: undefined, agentType: undefined },
  subagentTag: undefined,
  task: undefined,
  promptTokens: undefined,
  usedUp: undefined,
  state: {
    obstacle: () => undefined,
    load: () => 0,
    contextWindow: () => undefined,
    lacksTools: () => false,
    price: () => undefined,
    warmTarget: () => undefined,
  },
};

/** What makes each rule apply, on top of anything else. */
const APPLY: Readonly<Record<Exclude<RouteRule, 'passthrough' | Mode>, (input: PlanInput) => PlanInput>> = {
  forced: (input) => withRoutes(input, { forced: { provider: undefined, model: 'forced' } }),
  'custom-router': (input) => ({ ...input, custom: { kind: 'target', text: 'p/scripted' } }),
  'subagent-tag': (input) => ({ ...input, subagentTag: 'p/tagged' }),
  subagent: (input) => ({
    ...withRoutes(input, { subagents: new Map([['Explore', to('explore')]]) }),
    client: { agentId: 'a', agentType: 'Explore' },
  }),
  mapping: (input) => withRoutes(input, { mappings: [{ match: '*', targets: to('mapped') }] }),
  task: (input) => ({ ...input, task: { task: 'image', evidence: 'e' } }),
  quota: (input) => ({
    ...withRoutes(input, { offload: new Map([['opus', to('offloaded')]]) }),
    tier: 'opus',
    usedUp: 'used up',
  }),
  tier: (input) => ({ ...input, tier: 'opus' }),
  default: (input) => input,
};

function withRoutes(input: PlanInput, changes: Partial<RouteSettings>): PlanInput {
  return { ...input, routes: { ...input.routes, ...changes } };
}

/** The rules as the page lists them. */
const LISTED = [...page.matchAll(/^\| \d+ \| `([a-z-]+)` \|/gm)].map(
  ([, rule]) => rule as keyof typeof APPLY,
);

test('the page lists every rule once', () => {
  assert.deepEqual([...LISTED].sort(), Object.keys(APPLY).sort());
});

for (const [place, rule] of LISTED.entries()) {
  for (const weaker of LISTED.slice(place + 1)) {
    test(`${rule} comes before ${weaker}, as the page says`, () => {
      const both = APPLY[rule](APPLY[weaker](NOTHING));
      assert.equal(plan(both).rule, rule);
      assert.equal(plan(APPLY[weaker](NOTHING)).rule, weaker);
    });
  }
}

test('the page lists the tasks in the order they are looked for', () => {
  const listed = [...page.matchAll(/^\| `([a-z_]+)` \| /gm)].map(([, task]) => task);
  assert.deepEqual(listed, [...TASKS]);
});

for (const task of TASKS) {
  for (const tier of [...TIERS, undefined]) {
    test(`task ${task} on ${tier ?? 'no tier'} goes the way of the task, and without a route of the tier`, () => {
      const asked: PlanInput = { ...NOTHING, tier, task: { task, evidence: 'e' } };
      assert.equal(plan(asked).targets[0].model, task);
      const without = withRoutes(asked, { tasks: new Map() });
      assert.equal(plan(without).targets[0].model, tier ?? 'default');
      assert.equal(plan(without).route, tier === undefined ? 'default' : `tiers.${tier}`);
    });
  }
}
