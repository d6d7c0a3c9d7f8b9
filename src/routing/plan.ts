import type { RouteSettings, TargetList } from './route-settings.ts';
import type { Client } from '../domain/client.ts';
import type { Decision, RouteRule, SkippedTarget } from '../domain/decision.ts';
import { formatTarget, parseTarget, type Target } from '../domain/target.ts';
import type { Tier } from '../domain/tier.ts';
import { matchModel } from './match-model.ts';
import { tierOfModel } from './tier-of-model.ts';

/** What a decision is made from. `explain` builds the same from a recorded or pasted request. */
export interface PlanInput {
  readonly decisionId: string;
  readonly routes: RouteSettings;
  /** Names of the configured providers: a tag or mapping may name only these. */
  readonly providers: Pick<ReadonlySet<string>, 'has'>;
  readonly model: string;
  readonly client: Pick<Client, 'agentId' | 'agentType'>;
  readonly subagentTag: string | undefined;
}

interface Match {
  readonly rule: RouteRule;
  readonly evidence: string;
  readonly targets: TargetList;
}

/**
 * Facts of a request → ordered targets and the reason for them. Rules in order: subagent tag, subagent type,
 * mapping, tier, default; a forced model or provider then overrides whatever they said.
 */
export function plan(input: PlanInput): Decision {
  const tier = tierOfModel(input.model, input.routes.tierByModel);
  const skipped: SkippedTarget[] = [];
  const match =
    bySubagentTag(input, skipped) ??
    bySubagent(input) ??
    byMapping(input) ??
    byTier(input, tier) ??
    byDefault(input);
  const { rule, evidence, targets } = force(input.routes, match);
  return { id: input.decisionId, rule, evidence, tier, targets, skipped };
}

function bySubagentTag(input: PlanInput, skipped: SkippedTarget[]): Match | undefined {
  if (input.subagentTag === undefined) return undefined;
  const target = parseTarget(input.subagentTag);
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
    evidence: `tag <CCR-SUBAGENT-MODEL> ${formatTarget(target)}`,
    targets: [target],
  };
}

/**
 * A type decides by itself; `*` needs an agent id, because some clients name a type for mere tool follow-ups of
 * their main agent (Copilot's `x-initiator: agent`).
 */
function bySubagent(input: PlanInput): Match | undefined {
  const { agentId, agentType } = input.client;
  const byType = agentType === undefined ? undefined : input.routes.subagents.get(agentType);
  if (byType !== undefined) return { rule: 'subagent', evidence: `agent type ${agentType}`, targets: byType };
  const any = agentId === undefined ? undefined : input.routes.subagents.get('*');
  return any && { rule: 'subagent', evidence: 'request of a subagent', targets: any };
}

function byMapping(input: PlanInput): Match | undefined {
  const mapping = input.routes.mappings.find(({ match }) => matchModel(match, input.model));
  return (
    mapping && {
      rule: 'mapping',
      evidence: `model ${input.model} fits mapping ${mapping.match}`,
      targets: mapping.targets,
    }
  );
}

function byTier(input: PlanInput, tier: Tier | undefined): Match | undefined {
  if (tier === undefined) return undefined;
  return {
    rule: 'tier',
    evidence: `model ${input.model} names tier ${tier}`,
    targets: input.routes.tiers[tier],
  };
}

function byDefault(input: PlanInput): Match {
  return { rule: 'default', evidence: `model ${input.model} names no tier`, targets: input.routes.fallback };
}

/** A forced model or provider holds for all requests, subagents included, and leaves no second target. */
function force(routes: RouteSettings, match: Match): Match {
  const { forced } = routes;
  if (forced === undefined) return match;
  const [first] = match.targets;
  const provider = forced.provider ?? first.provider;
  const keptModel = provider === first.provider ? first.model : undefined; // Another provider's name means nothing here.
  const target: Target = { provider, model: forced.model ?? keptModel };
  return {
    rule: 'forced',
    evidence: `forced to ${formatTarget(target)}; otherwise ${match.evidence}`,
    targets: [target],
  };
}
