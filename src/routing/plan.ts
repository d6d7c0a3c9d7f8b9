import type { RouteSettings, TargetList } from './route-settings.ts';
import type { CustomRouterAnswer } from '../domain/custom-router.ts';
import type { Client } from '../domain/client.ts';
import type { Decision, RouteRule, SkippedTarget } from '../domain/decision.ts';
import { shortText } from '../lib/short-text.ts';
import { splitModelSuffix } from '../domain/model-suffix.ts';
import { formatTarget, parseTarget, type Target } from '../domain/target.ts';
import type { RecognisedTask } from '../domain/task.ts';
import type { Tier } from '../domain/tier.ts';
import { matchModel } from './match-model.ts';
import { orderTargets } from './order-targets.ts';
import type { RouteState } from './route-state.ts';

/** Evidence repeats what the client sent; it is read by people, and stands in every record. */
const LONGEST_EVIDENCE = 500;

/** What a decision is made from. `explain` builds the same from a recorded or pasted request. */
export interface PlanInput {
  readonly decisionId: string;
  readonly routes: RouteSettings;
  /** Names of the configured providers: a tag or mapping may name only these. */
  readonly providers: Pick<ReadonlySet<string>, 'has'>;
  readonly model: string;
  readonly tier: Tier | undefined;
  readonly client: Pick<Client, 'agentId' | 'agentType'>;
  readonly subagentTag: string | undefined;
  /** What the owner's own script says, where there is one. */
  readonly custom?: CustomRouterAnswer | undefined;
  /** The provider whose models the script names; `undefined`: it names targets. */
  readonly customProvider?: string | undefined;
  /** The first task that was recognised and has a route. */
  readonly task: RecognisedTask | undefined;
  /** Estimated tokens of the prompt; `undefined` when nothing depends on them. */
  readonly promptTokens: number | undefined;
  /** The window of the caller's subscription that is used up, in words. */
  readonly usedUp: string | undefined;
  readonly state: RouteState;
}

interface Match {
  readonly rule: RouteRule;
  readonly route: string;
  readonly evidence: string;
  readonly targets: TargetList;
}

/**
 * Facts of a request → ordered targets and the reason for them. Rules in order: custom router, subagent tag,
 * subagent type, mapping, task, quota, tier, default; a forced model or provider then overrides whatever they said. The table
 * with all of it is in `docs/routing.md`.
 */
export function plan(input: PlanInput): Decision {
  const unknown: SkippedTarget[] = [];
  const match =
    byCustomRouter(input, unknown) ??
    bySubagentTag(input, unknown) ??
    bySubagent(input) ??
    byMapping(input) ??
    byTask(input) ??
    byQuota(input) ??
    byTier(input) ??
    byDefault(input);
  const { rule, route, evidence, targets } = force(input.routes, match);
  const pick = input.routes.picks.get(route) ?? PRIORITY;
  const { state, promptTokens, decisionId } = input;
  const ordered = orderTargets({ pick, route, targets, state, promptTokens, seed: decisionId });
  return {
    id: decisionId,
    rule,
    route,
    evidence: shortText(
      [evidence, ordered.note, failureOf(input)].filter((words) => words !== '').join('; '),
      LONGEST_EVIDENCE,
    ),
    tier: input.tier,
    task: input.task?.task,
    targets: ordered.targets,
    netFallback: netFallback(input.routes, rule, targets),
    skipped: unknown.length === 0 ? ordered.skipped : [...unknown, ...ordered.skipped],
  };
}

/** Rules by which nobody in particular was asked for. */
const RESCUED: ReadonlySet<RouteRule> = new Set(['mapping', 'task', 'quota', 'tier', 'default']);

/** Never the provider that is asked anyway, and never where one target was wanted and no other. */
function netFallback(routes: RouteSettings, rule: RouteRule, targets: TargetList): Target | undefined {
  const provider = routes.netFallback;
  if (provider === undefined || !RESCUED.has(rule)) return undefined;
  return targets.some((target) => target.provider === provider) ? undefined : { provider, model: undefined };
}

const PRIORITY = { kind: 'priority' } as const;

/** Why the script had no say, in words; `''` when it had, or there is none. */
function failureOf({ custom }: PlanInput): string {
  return custom?.kind === 'failed' ? `the custom router was passed over: ${custom.reason}` : '';
}

function byCustomRouter(input: PlanInput, skipped: SkippedTarget[]): Match | undefined {
  const { custom, customProvider, providers } = input;
  if (custom?.kind !== 'target') return undefined;
  const target = customTarget(custom.text, customProvider);
  if (!providers.has(target.provider)) {
    skipped.push({ target, reason: `the custom router names no configured provider: "${custom.text}"` });
    return undefined;
  }
  return {
    rule: 'custom-router',
    route: 'tasks.custom_router',
    evidence: `the custom router says ${formatTarget(target)}`,
    targets: [withoutSuffix(input, target)],
  };
}

/** `provider,model`, as another program's scripts and tags write it, in our form. */
function withSlash(text: string): string {
  return text.replace(/^([^,/]+),\s*/, '$1/');
}

function customTarget(text: string, provider: string | undefined): Target {
  if (provider !== undefined) return { provider, model: text };
  const target = parseTarget(withSlash(text));
  return target ?? { provider: text, model: undefined };
}

/** Endings such as `:high` ask for thinking, as they do in the configuration. */
function withoutSuffix({ routes }: PlanInput, { provider, model }: Target): Target {
  if (model === undefined || routes.literalModels?.has(provider) === true) return { provider, model };
  const split = splitModelSuffix(model);
  return split.model === model ? { provider, model } : { provider, ...split };
}

function bySubagentTag(input: PlanInput, skipped: SkippedTarget[]): Match | undefined {
  if (input.subagentTag === undefined) return undefined;
  const target = parseTarget(withSlash(input.subagentTag));
  if (target === undefined || !input.providers.has(target.provider)) {
    const named = target ?? { provider: input.subagentTag, model: undefined };
    skipped.push({
      target: named,
      reason: `the subagent tag names no configured provider: "${input.subagentTag}"`,
    });
    return undefined;
  }
  return {
    rule: 'subagent-tag',
    route: 'subagent-tag',
    evidence: `tag <CCR-SUBAGENT-MODEL> ${formatTarget(target)}`,
    targets: [withoutSuffix(input, target)],
  };
}

/**
 * A type decides by itself; `*` needs an agent id, because some clients name a type for mere tool follow-ups of
 * their main agent (Copilot's `x-initiator: agent`).
 */
function bySubagent(input: PlanInput): Match | undefined {
  const { agentId, agentType } = input.client;
  const byType = agentType === undefined ? undefined : input.routes.subagents.get(agentType);
  if (byType !== undefined) {
    const route = `subagents.types.${agentType}`;
    return { rule: 'subagent', route, evidence: `agent type ${agentType}`, targets: byType };
  }
  const any = agentId === undefined ? undefined : input.routes.subagents.get('*');
  return (
    any && {
      rule: 'subagent',
      route: 'subagents.default',
      evidence: 'request of a subagent',
      targets: any,
    }
  );
}

function byMapping(input: PlanInput): Match | undefined {
  const index = input.routes.mappings.findIndex(({ match }) => matchModel(match, input.model));
  const mapping = input.routes.mappings[index];
  return (
    mapping && {
      rule: 'mapping',
      route: mapping.route ?? `mappings[${index}]`,
      evidence: `model ${input.model} fits mapping ${mapping.match}`,
      targets: mapping.targets,
    }
  );
}

function byTask({ task, routes }: PlanInput): Match | undefined {
  const targets = task && routes.tasks.get(task.task);
  if (task === undefined || targets === undefined) return undefined;
  return {
    rule: 'task',
    route: `tasks.${task.task}`,
    evidence: `task ${task.task}: ${task.evidence}`,
    targets,
  };
}

/** While a subscription has nothing left, the tiers that are to be spared go elsewhere. */
function byQuota({ usedUp, tier, routes }: PlanInput): Match | undefined {
  const targets = tier && routes.offload.get(tier);
  if (usedUp === undefined || targets === undefined) return undefined;
  return { rule: 'quota', route: `quota.offload.${tier}`, evidence: usedUp, targets };
}

function byTier({ tier, model, routes }: PlanInput): Match | undefined {
  if (tier === undefined) return undefined;
  return {
    rule: 'tier',
    route: `tiers.${tier}`,
    evidence: `model ${model} names tier ${tier}`,
    targets: routes.tiers[tier],
  };
}

function byDefault({ model, routes }: PlanInput): Match {
  return {
    rule: 'default',
    route: 'default',
    evidence: `model ${model} names no tier`,
    targets: routes.fallback,
  };
}

/** A forced model or provider holds for all requests, subagents included, and leaves no second target. */
function force(routes: RouteSettings, match: Match): Match {
  const { forced } = routes;
  if (forced === undefined) return match;
  const [first] = match.targets;
  const provider = forced.provider ?? first.provider;
  const keptModel = provider === first.provider ? first.model : undefined; // Another provider's name means nothing here.
  const keptShape = keptModel === undefined ? undefined : first.shape;
  const shape = forced.model === undefined ? keptShape : forced.shape;
  const target: Target = {
    provider,
    model: forced.model ?? keptModel,
    ...(shape === undefined ? {} : { shape }),
  };
  return {
    rule: 'forced',
    route: 'force',
    evidence: `forced to ${formatTarget(target)}; otherwise ${match.evidence}`,
    targets: [target],
  };
}
