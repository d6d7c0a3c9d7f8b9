import type { RequestShape } from '../domain/request-shape.ts';
import type { Target } from '../domain/target.ts';
import type { Task } from '../domain/task.ts';
import type { Tier } from '../domain/tier.ts';

export type TargetList = readonly [Target, ...Target[]];

export interface RouteSettings {
  readonly tiers: Readonly<Record<Tier, TargetList>>;
  /** Where names that belong to no tier go. */
  readonly fallback: TargetList;
  /** Exact model names that decide a tier (`glm-4.7` → haiku), from the predecessors' environment. */
  readonly tierByModel: ReadonlyMap<string, Tier>;
  /** The first that fits decides. */
  readonly mappings: readonly ModelMapping[];
  /** All requests go here, subagents included. */
  readonly forced: ForcedRoute | undefined;
  /** Claude Code agent types and their targets; the key `*` stands for every subagent. */
  readonly subagents: ReadonlyMap<string, TargetList>;
  /** Kinds of work that have a route of their own. */
  readonly tasks: ReadonlyMap<Task, TargetList>;
  /** Where tiers go while the window of the caller's subscription is used up. */
  readonly offload: ReadonlyMap<Tier, TargetList>;
  /** The provider that is asked under the requested name when the network to all targets fails. */
  readonly netFallback: string | undefined;
  /** Providers whose model names are taken as they stand, endings such as `:high` included. */
  readonly literalModels?: ReadonlySet<string>;
  /** How a route chooses among its targets, by the route's name (`tiers.haiku`); the others ask them in order. */
  readonly picks: ReadonlyMap<string, TargetPick>;
}

/** How a route chooses the target it asks first. The others take over in their order. */
export type TargetPick =
  /** The first that is ready. */
  | { readonly kind: 'priority' }
  /** As priority, but a session stays where it is until that target cools down or its prompt cache is cold. */
  | { readonly kind: 'sticky' }
  /** By lot, drawn from the id of the exchange; one weight a target. */
  | { readonly kind: 'weighted'; readonly weights: readonly number[] }
  /** The one with the fewest requests under way. */
  | { readonly kind: 'least-busy' }
  /** By the list price of the prompt; those without a known price last. */
  | { readonly kind: 'cheapest' };

export interface ModelMapping {
  /** A model name, `*` standing for any run of characters. */
  readonly match: string;
  /** As decisions name it, `mappings[2]`: its place in the file, where that is not its place here. */
  readonly route?: string;
  readonly targets: TargetList;
}

export interface ForcedRoute {
  /** Provider to use instead of the routed one, when set. */
  readonly provider: string | undefined;
  readonly model: string | undefined;
  /** How that model is asked, where one is named. */
  readonly shape?: RequestShape;
}
