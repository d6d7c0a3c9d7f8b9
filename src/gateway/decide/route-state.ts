import type { ModelFacts } from '../../domain/provider.ts';
import type { Target } from '../../domain/target.ts';
import { keyText, type TargetKey } from '../../guard/target-key.ts';
import type { RouteState, TargetObstacle } from '../../routing/route-state.ts';
import { accountOf, targetKeyOf } from '../prepare/account.ts';
import type { Gateway } from '../gateway.ts';
import { keysOf } from '../prepare/key-ring.ts';
import { targetPrice } from './target-price.ts';
import type { OpenExchange } from '../open-exchange.ts';

/** The part of an exchange a decision is made from; `explain` has no more than this. */
export type DecisionSubject = Pick<
  OpenExchange,
  'inbound' | 'kind' | 'format' | 'snapshot' | 'mode' | 'facts' | 'custom'
>;

/** What is remembered of a session belongs to one conversation: a subagent has its own. */
export function sessionOf({ inbound }: Pick<DecisionSubject, 'inbound'>): string | undefined {
  const { session, agentId } = inbound.client;
  return session === undefined || agentId === undefined ? session : `${session} ${agentId}`;
}

/** The moment as a decision about this request sees it. Looks when asked, so that it costs nothing otherwise. */
export function routeState(gateway: Gateway, subject: DecisionSubject): RouteState {
  const { traffic, clock } = gateway;
  return {
    obstacle: (target) => obstacleOf(gateway, subject, target),
    load: (target) => {
      const key = keyOfTarget(subject, target);
      return key === undefined ? 0 : (traffic.load.get(keyText(key)) ?? 0);
    },
    contextWindow: (target) => modelOf(subject, target)?.contextWindow,
    lacksTools: (target) => subject.facts?.offersTools === true && modelOf(subject, target)?.tools === false,
    price: (target, promptTokens, cachedTokens) =>
      targetPrice(subject.snapshot, {
        target,
        requestedModel: subject.facts?.model,
        promptTokens,
        cachedTokens,
        now: clock.now(),
      }),
    warmTarget: (route) => {
      const session = sessionOf(subject);
      return session === undefined
        ? undefined
        : traffic.sessions.warmTarget(session, route, clock.monotonic());
    },
  };
}

function obstacleOf(gateway: Gateway, subject: DecisionSubject, target: Target): TargetObstacle | undefined {
  const { traffic, clock } = gateway;
  if (traffic.paused.size > 0 && traffic.paused.has(target.provider))
    return { reason: `${target.provider} is paused`, readyInMs: Infinity };
  if (traffic.targets.isQuiet) return undefined;
  const provider = subject.snapshot.providers.get(target.provider);
  if (provider === undefined) return undefined;
  const model = target.model ?? subject.facts?.model ?? '';
  const now = clock.monotonic();
  const obstacles = keysOf(provider).map((keyed) => {
    return traffic.targets.obstacle(
      targetKeyOf(keyed, model),
      accountOf(keyed, subject.inbound.credential),
      now,
    );
  });
  // One key that is ready is enough.
  return obstacles.includes(undefined)
    ? undefined
    : obstacles.toSorted((one, other) => (one?.readyInMs ?? 0) - (other?.readyInMs ?? 0))[0];
}

/** What the configuration says of a target's model. */
function modelOf({ snapshot, facts }: DecisionSubject, { provider, model }: Target): ModelFacts | undefined {
  return snapshot.providers.get(provider)?.models.get(model ?? facts?.model ?? '');
}

function keyOfTarget({ snapshot, facts }: DecisionSubject, target: Target): TargetKey | undefined {
  const provider = snapshot.providers.get(target.provider);
  if (provider === undefined) return undefined;
  return targetKeyOf(provider, target.model ?? facts?.model);
}
