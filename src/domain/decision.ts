import type { Target } from './target.ts';
import type { Task } from './task.ts';
import type { Tier } from './tier.ts';

/** Why a request goes where it goes. Live traffic and `explain` share it. */
export interface Decision {
  readonly id: string;
  /** Which rule matched. */
  readonly rule: RouteRule;
  /** What the rule saw, in words: `model claude-haiku-4-5 names tier haiku`. */
  readonly evidence: string;
  readonly tier: Tier | undefined;
  /** What kind of work it was taken for; looked for only among the tasks that have a route. */
  readonly task?: Task | undefined;
  /** The route in the configuration: `tiers.haiku`, `tasks.image`, `mappings[0]`. */
  readonly route?: string | undefined;
  /** Ordered: the first is asked, the rest take over when it refuses. Never empty. */
  readonly targets: readonly [Target, ...Target[]];
  /** Asked only when the network kept every other target from answering at all. */
  readonly netFallback?: Target | undefined;
  /** Targets the rule named but that are not asked, and why. */
  readonly skipped: readonly SkippedTarget[];
  /** In mode compare: where a copy of the request goes, or why none does. */
  readonly copy?: CopyPlan | undefined;
}

export interface CopyPlan {
  /** `undefined`: nobody gets a copy. */
  readonly target: Target | undefined;
  /** Targets that come first and get none, and why. */
  readonly skipped: readonly SkippedTarget[];
}

export type RouteRule =
  | 'forced'
  | 'custom-router'
  | 'subagent-tag'
  | 'subagent'
  | 'mapping'
  | 'quota'
  | 'task'
  | 'tier'
  | 'default'
  | 'passthrough'
  /** The mode decides, whatever the routes say. */
  | 'compare'
  | 'anthropic-only';

export interface SkippedTarget {
  readonly target: Target;
  readonly reason: string;
}
