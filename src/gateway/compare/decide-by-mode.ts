import type { CopyPlan, Decision } from '../../domain/decision.ts';
import type { Target } from '../../domain/target.ts';
import { applyMode, planCopy } from '../../routing/apply-mode.ts';
import type { Gateway } from '../gateway.ts';
import { routeState, type DecisionSubject } from '../decide/route-state.ts';

/** What the routes say → what the mode makes of it. */
export function decideByMode(gateway: Gateway, subject: DecisionSubject, routed: Decision): Decision {
  const { mode, snapshot, kind } = subject;
  if (mode === 'target') return routed;
  const decision = applyMode({ mode, routed, passthrough: snapshot.passthrough.provider });
  const isCopied = mode === 'compare' && kind.operation === 'generate';
  return isCopied ? { ...decision, copy: copyPlan(gateway, subject, routed) } : decision;
}

function copyPlan(gateway: Gateway, subject: DecisionSubject, { targets, skipped }: Decision): CopyPlan {
  const { passthrough, compare } = subject.snapshot;
  const state = routeState(gateway, subject);
  return planCopy({
    targets: compare.targets ?? targets,
    skipped: compare.targets === undefined ? skipped : [],
    obstacle: (target) =>
      isAnswering(target, passthrough.provider, subject)
        ? 'it gives the answer that would be compared'
        : (credentialObstacle(target, subject) ?? state.obstacle(target)?.reason),
  });
}

function isAnswering({ provider, model }: Target, answering: string, { facts }: DecisionSubject): boolean {
  return provider === answering && (model === undefined || model === facts?.model);
}

/** Nothing a caller shows goes with a copy, so that only what the gateway has itself can pay for it. */
function credentialObstacle({ provider: name }: Target, { snapshot }: DecisionSubject): string | undefined {
  const auth = snapshot.providers.get(name)?.auth;
  if (auth === undefined) return 'it is not configured';
  if (auth.kind === 'caller') return "it takes the caller's own credential, which never goes with a copy";
  return auth.kind === 'missing' ? `its credential (${auth.reference}) is not set` : undefined;
}
