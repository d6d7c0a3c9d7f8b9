import { workspaceIn } from '../clients/workspace.ts';
import { GatewayError, toGatewayError } from '../domain/errors.ts';
import type { Decision } from '../domain/decision.ts';
import type { Target } from '../domain/target.ts';
import { copyForComparison } from './compare/copy-for-comparison.ts';
import { conclude } from './conclude.ts';
import { askCustomRouter, isRoutedByScript } from './decide/ask-custom-router.ts';
import { decide, inspect } from './decide/decide.ts';
import { isToBeSpared } from './decide/used-up-window.ts';
import { tellStarted } from './events/exchange-events.ts';
import { exchangeLog } from './exchange-log.ts';
import type { Gateway } from './gateway.ts';
import { MAX_HOPS } from './prepare/prepare.ts';
import { refuse } from './answer/refuse.ts';
import { rememberDecision, rememberServed } from './memory/remember.ts';
import type { OpenExchange } from './open-exchange.ts';
import { showsWorkspace } from '../telemetry/live-line.ts';
import { tryTarget } from './try-target.ts';

/**
 * The whole life of an exchange: inspect, decide, then target by target prepare and try, until one answer is
 * delivered; whatever happens, one record. (It was received and identified in `server/`.)
 */
export async function runExchange(gateway: Gateway, exchange: OpenExchange): Promise<void> {
  try {
    guardAgainstLoops(gateway, exchange);
    exchange.facts = inspect(exchange);
    if (showsWorkspace(exchange.snapshot.terminal))
      exchange.workspace = workspaceIn(exchange.inbound.body, exchange.inbound.client.name);
    // In mode compare it is asked where the copy goes, when the answer has begun: no answer waits for it.
    if (exchange.mode === 'target' && isRoutedByScript(exchange))
      exchange.custom = await askCustomRouter(gateway, exchange);
    exchange.decision = decide(gateway, exchange);
    rememberDecision(gateway, exchange, exchange.decision);
    tellStarted(gateway, exchange);
    copyForComparison(gateway, exchange);
    await walkTargets(gateway, exchange, exchange.decision);
  } catch (thrown) {
    const error = toGatewayError(thrown);
    if (error.code === 'internal')
      exchangeLog(gateway, exchange).error({ error: error.cause }, error.message);
    refuse(exchange, error);
  } finally {
    conclude(gateway, exchange);
  }
}

/** The one loop over targets. Nothing in it runs after the first byte has reached the client. */
async function walkTargets(gateway: Gateway, exchange: OpenExchange, decision: Decision): Promise<void> {
  let targets: readonly Target[] = decision.targets;
  let lastError: GatewayError | undefined;
  for (let [target] = targets; target !== undefined; [target] = targets) {
    targets = targets.slice(1);
    const end = await tryTarget(gateway, exchange, { target, targetsLeft: targets.length, lastError });
    if (end.kind === 'settled') {
      if (end.served) rememberServed(gateway, exchange, target);
      return;
    }
    lastError = end.error;
    if (end.kind === 'give-up') break;
    targets = carriedLast(targets, end.carried);
    const spared = targets.length === 0 ? decideAnew(gateway, exchange) : undefined;
    if (spared !== undefined) return walkTargets(gateway, exchange, spared);
  }
  const rescue = networkRescue(exchange, decision);
  if (rescue !== undefined) {
    const end = await tryTarget(gateway, exchange, { target: rescue, targetsLeft: 0, lastError });
    if (end.kind === 'settled') return;
    lastError = end.error;
  }
  throw lastError ?? new GatewayError('internal', 'A decision without targets reached the gateway.');
}

/**
 * The way of a request whose own refusal told that the window of its subscription is used up: the one that all later
 * requests of its tier go. Only once, because its rule is another then.
 */
function decideAnew(gateway: Gateway, exchange: OpenExchange): Decision | undefined {
  if (!isToBeSpared(gateway, exchange)) return undefined;
  const decision = decide(gateway, exchange);
  if (decision.rule !== 'quota') return undefined;
  exchange.decision = decision;
  return decision;
}

/** Targets that OpenRouter has just asked by itself are asked again only when nobody else is left. */
function carriedLast(targets: readonly Target[], carried: readonly Target[] = []): readonly Target[] {
  if (carried.length === 0) return targets;
  const others = targets.filter((target) => !carried.includes(target));
  return [...others, ...carried.filter((target) => targets.includes(target))];
}

/** Where the network to every target failed, and only there, the configured provider may step in. */
function networkRescue({ attempts }: OpenExchange, { netFallback }: Decision): Target | undefined {
  const failed = attempts.length > 0 && attempts.every(({ outcome }) => outcome.kind === 'failed');
  return failed ? netFallback : undefined;
}

function guardAgainstLoops(gateway: Gateway, exchange: OpenExchange): void {
  const { hops } = exchange.inbound;
  if (!hops.includes(gateway.instanceId) && hops.length < MAX_HOPS) return;
  throw new GatewayError('loop_detected', 'This request has already passed this gateway.');
}
