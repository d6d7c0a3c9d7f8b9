import type { Target } from '../domain/target.ts';
import type { Tier } from '../domain/tier.ts';

export type TargetList = readonly [Target, ...Target[]];

export interface RouteSettings {
  readonly tiers: Readonly<Record<Tier, TargetList>>;
  /** Where names that belong to no tier go. */
  readonly fallback: TargetList;
  /** Exact model names that decide a tier (`glm-4.7` → haiku), from the predecessors' environment. */
  readonly tierByModel: ReadonlyMap<string, Tier>;
  readonly mappings: readonly ModelMapping[];
  /** All requests go here, subagents included. */
  readonly forced: ForcedRoute | undefined;
  /** Claude Code agent types and their targets; the key `*` stands for every subagent. */
  readonly subagents: ReadonlyMap<string, TargetList>;
}

export interface ModelMapping {
  /** A model name, `*` standing for any run of characters. */
  readonly match: string;
  readonly targets: TargetList;
}

export interface ForcedRoute {
  /** Provider to use instead of the routed one, when set. */
  readonly provider: string | undefined;
  readonly model: string | undefined;
}
