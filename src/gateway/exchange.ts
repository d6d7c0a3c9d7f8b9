import { GatewayError, toGatewayError } from '../domain/errors.ts';
import type { Decision } from '../domain/decision.ts';
import type { Target } from '../domain/target.ts';
import { attempt } from './attempt.ts';
import { countTokensLocally } from './count-tokens.ts';
import { decide, inspect } from './decide.ts';
import type { Gateway } from './gateway.ts';
import { MAX_HOPS, prepare, type PreparedRequest } from './prepare.ts';
import { refuse } from './refuse.ts';
import { closeExchange, type OpenExchange } from './open-exchange.ts';

/**
 * The whole life of an exchange: inspect, decide, then target by target prepare and try, until one answer is
 * delivered; whatever happens, one record. (It was received and identified in `server/`.)
 */
export async function runExchange(gateway: Gateway, exchange: OpenExchange): Promise<void> {
  try {
    guardAgainstLoops(gateway, exchange);
    exchange.facts = inspect(exchange);
    exchange.decision = decide(gateway, exchange);
    const local = countTokensLocally(gateway, exchange);
    if (!local) await walkTargets(gateway, exchange, exchange.decision);
  } catch (thrown) {
    const error = toGatewayError(thrown);
    if (error.code === 'internal')
      gateway.log.error({ exchange: exchange.inbound.id, error: error.cause }, error.message);
    refuse(exchange, error);
  } finally {
    gateway.record(closeExchange(exchange, gateway.clock.monotonic()));
    gateway.calibration.learn(exchange);
  }
}

/** The one loop over targets. Nothing in it runs after the first byte has reached the client. */
async function walkTargets(gateway: Gateway, exchange: OpenExchange, decision: Decision): Promise<void> {
  const targets = [...decision.targets];
  let lastError: GatewayError | undefined;
  for (let target = targets.shift(); target !== undefined; target = targets.shift()) {
    const end = await tryTarget(gateway, exchange, { target, targetsLeft: targets.length, lastError });
    if (end.kind === 'settled') return;
    lastError = end.error;
    if (end.kind === 'give-up') break;
  }
  throw lastError ?? new GatewayError('internal', 'A decision without targets reached the gateway.');
}

type TargetEnd =
  | { readonly kind: 'settled' }
  | { readonly kind: 'go-on'; readonly error: GatewayError }
  | { readonly kind: 'give-up'; readonly error: GatewayError };

interface TargetTry {
  readonly target: Target;
  readonly targetsLeft: number;
  /** Why the target before this one did not serve. */
  readonly lastError: GatewayError | undefined;
}

/** One target: a first try, and at most one more where a fresh socket may cure what went wrong. */
async function tryTarget(
  gateway: Gateway,
  exchange: OpenExchange,
  { target, targetsLeft, lastError }: TargetTry,
): Promise<TargetEnd> {
  let prepared: PreparedRequest;
  try {
    prepared = prepare(gateway, exchange, target);
  } catch (thrown) {
    // What a target before this one said tells the client more than that this one may not be asked.
    if (lastError === undefined) throw thrown;
    const { message } = toGatewayError(thrown);
    gateway.log.warn({ exchange: exchange.inbound.id, provider: target.provider }, `[Route] ${message}`);
    return { kind: 'go-on', error: lastError };
  }
  for (let retried = false; ; retried = true) {
    if (exchange.answer.gone) return { kind: 'settled' };
    const end = await attempt({ gateway, exchange, prepared, retry: { retried, targetsLeft } });
    if (end.kind === 'delivered') return { kind: 'settled' };
    if (end.kind === 'cancelled') return cancelled(end.reason);
    const { verdict, error } = end;
    if (verdict.kind === 'surface') return { kind: 'give-up', error };
    if (verdict.kind === 'next-target') return { kind: 'go-on', error };
    prepared = onFreshSocket(prepared, verdict.kind === 'retry-http1');
  }
}

function cancelled(reason: 'client-gone' | 'shutdown'): TargetEnd {
  if (reason === 'client-gone') return { kind: 'settled' };
  const error = new GatewayError('draining', 'The gateway is shutting down.', { retryAfter: 1 });
  return { kind: 'give-up', error };
}

function onFreshSocket(prepared: PreparedRequest, forceHttp1: boolean): PreparedRequest {
  const upstream = {
    ...prepared.upstream,
    freshSocket: true,
    forceHttp1: forceHttp1 || prepared.upstream.forceHttp1,
  };
  return { ...prepared, upstream };
}

function guardAgainstLoops(gateway: Gateway, exchange: OpenExchange): void {
  const { hops } = exchange.inbound;
  if (!hops.includes(gateway.instanceId) && hops.length < MAX_HOPS) return;
  throw new GatewayError('loop_detected', 'This request has already passed this gateway.');
}
