import type { CopyPlan, Decision, SkippedTarget } from '../domain/decision.ts';
import type { Mode } from '../domain/mode.ts';
import { formatTarget, type Target } from '../domain/target.ts';

export interface ModeInput {
  readonly mode: Exclude<Mode, 'target'>;
  /** What the routes say. */
  readonly routed: Decision;
  /** The provider that answers in their place. */
  readonly passthrough: string;
}

/** In the modes compare and anthropic-only the passthrough provider answers, under the requested name. */
export function applyMode({ mode, routed, passthrough }: ModeInput): Decision {
  const { id, tier, task } = routed;
  const instead = formatTarget(routed.targets[0]);
  return {
    id,
    rule: mode,
    evidence: `mode ${mode}: ${passthrough} answers; the routes say ${instead}, because ${routed.evidence}`,
    tier,
    task,
    targets: [{ provider: passthrough, model: undefined }],
    skipped: [],
  };
}

export interface CopyInput {
  readonly targets: readonly Target[];
  /** Targets the routes have passed over already. */
  readonly skipped: readonly SkippedTarget[];
  /** Why a target may not get a copy, if so. */
  readonly obstacle: (target: Target) => string | undefined;
}

/** Where a copy goes: the first target that may get one, and why those before it may not. */
export function planCopy({ targets, skipped, obstacle }: CopyInput): CopyPlan {
  const passedOver = [...skipped];
  for (const target of targets) {
    const reason = obstacle(target);
    if (reason === undefined) return { target, skipped: passedOver };
    passedOver.push({ target, reason });
  }
  return { target: undefined, skipped: passedOver };
}
