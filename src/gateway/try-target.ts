import { GatewayError, toGatewayError } from '../domain/errors.ts';
import type { Provider } from '../domain/provider.ts';
import type { Target } from '../domain/target.ts';
import { askBreaker, takeRoom } from './attempt/admit.ts';
import { attempt } from './attempt/attempt.ts';
import { refuseKey } from './prepare/choose-key.ts';
import { exchangeLog } from './exchange-log.ts';
import { countTokensLocally } from './local/count-tokens.ts';
import type { Gateway } from './gateway.ts';
import type { CancelReason, OpenExchange } from './open-exchange.ts';
import { pauseExchange } from './attempt/pause-exchange.ts';
import { limitFieldKey, withLimitField } from './prepare/limit-field.ts';
import { prepare, type PreparedRequest } from './prepare/prepare.ts';

/** What became of one target. */
export type TargetEnd =
  /** The client has its answer, or is gone. */
  | { readonly kind: 'settled'; readonly served: boolean }
  /** Another target may take over. */
  | {
      readonly kind: 'go-on';
      readonly error: GatewayError;
      /** Targets that were asked along with this one. */
      readonly carried?: readonly Target[];
    }
  | { readonly kind: 'give-up'; readonly error: GatewayError };

export interface TargetTry {
  readonly target: Target;
  readonly targetsLeft: number;
  /** Why the target before this one did not serve. */
  readonly lastError: GatewayError | undefined;
}

const SETTLED: TargetEnd = { kind: 'settled', served: false };

/**
 * One target, with one key after the other where it has several: room at the provider, leave of its breaker, a first try, and at most one more where a fresh socket or
 * a short wait may cure what went wrong.
 */
export async function tryTarget(
  gateway: Gateway,
  exchange: OpenExchange,
  each: TargetTry,
): Promise<TargetEnd> {
  if (countTokensLocally(gateway, exchange, each.target)) return SETTLED;
  for (;;) {
    const end = await tryKey(gateway, exchange, each);
    if (end.kind !== 'next-key') return end;
  }
}

/** What became of a target with one of its keys. */
type KeyEnd = TargetEnd | { readonly kind: 'next-key' };

async function tryKey(
  gateway: Gateway,
  exchange: OpenExchange,
  { target, targetsLeft, lastError }: TargetTry,
): Promise<KeyEnd> {
  const wanted = prepareOrPass(gateway, exchange, { target, targetsLeft, lastError });
  if (wanted instanceof GatewayError) return { kind: 'go-on', error: wanted };
  const admission = await takeRoom(gateway, exchange, wanted, targetsLeft);
  if (admission.kind === 'cancelled') return cancelled(admission.reason);
  if (admission.kind === 'refused') return { kind: 'go-on', error: admission.error };
  try {
    const prepared =
      admission.key === wanted.provider ? wanted : withKey(gateway, exchange, target, admission.key);
    return await attemptTwice(gateway, exchange, prepared, targetsLeft);
  } finally {
    admission.room.leave();
  }
}

/** Made anew for the key that has room. */
function withKey(gateway: Gateway, exchange: OpenExchange, target: Target, key: Provider): PreparedRequest {
  exchange.roomAt = key;
  try {
    return prepare(gateway, exchange, target);
  } finally {
    exchange.roomAt = undefined;
  }
}

async function attemptTwice(
  gateway: Gateway,
  exchange: OpenExchange,
  first: PreparedRequest,
  targetsLeft: number,
): Promise<KeyEnd> {
  let prepared = first;
  for (let retried = false; ; retried = true) {
    if (exchange.answer.gone) return SETTLED;
    const limited = withinDeadline(gateway, exchange, prepared);
    if (limited === undefined) return { kind: 'give-up', error: outOfTime(prepared) };
    const pass = askBreaker(gateway, prepared, targetsLeft);
    if (pass === undefined) return { kind: 'go-on', error: leftAlone(prepared) };
    const end = await attempt({ gateway, exchange, prepared: limited, pass, retried, targetsLeft });
    if (end.kind === 'delivered') {
      if (end.served) rememberLimitField(gateway, prepared);
      return { kind: 'settled', served: end.served };
    }
    if (end.kind === 'cancelled') return cancelled(end.reason);
    const { verdict, error } = end;
    if (verdict.kind === 'surface') return { kind: 'give-up', error };
    if (verdict.kind === 'next-target') return { kind: 'go-on', error, carried: prepared.carried ?? [] };
    if (verdict.kind === 'next-key') {
      refuseKey(gateway, exchange, prepared);
      return { kind: 'next-key' };
    }
    if (verdict.kind === 'wait') {
      const pause = await pauseExchange(exchange, verdict.milliseconds);
      if (pause.kind === 'cancelled') return cancelled(pause.reason);
      continue;
    }
    if (verdict.kind === 'retry-renamed') {
      prepared = withLimitField(prepared, verdict.field);
      continue;
    }
    prepared = onFreshSocket(prepared, verdict.kind === 'retry-http1');
  }
}

/** A target that cannot be asked at all, for want of a key or of a common format, does not stop the others. */
function prepareOrPass(
  gateway: Gateway,
  exchange: OpenExchange,
  { target, targetsLeft, lastError }: TargetTry,
): PreparedRequest | GatewayError {
  try {
    return prepare(gateway, exchange, target);
  } catch (thrown) {
    const error = toGatewayError(thrown);
    const isLast = targetsLeft === 0 && lastError === undefined;
    if (isLast || error.row.blame === 'gateway') throw thrown;
    exchangeLog(gateway, exchange).warn({ provider: target.provider }, `[Route] ${error.message}`);
    // What a target before this one said tells the client more than that this one may not be asked.
    return lastError ?? error;
  }
}

/** A name that worked where the other was refused is the one for this target. */
function rememberLimitField({ traffic }: Gateway, { provider, sentModel, renamedTo }: PreparedRequest): void {
  if (renamedTo !== undefined) traffic.limitFields.set(limitFieldKey(provider, sentModel ?? ''), renamedTo);
}

/** No try gets more time than the exchange has left. */
function withinDeadline(
  { clock }: Gateway,
  { inbound }: OpenExchange,
  prepared: PreparedRequest,
): PreparedRequest | undefined {
  const { upstream, provider, timeout } = prepared;
  const total = upstream.stream ? provider.clocks.totalStream : provider.clocks.totalWhole;
  if (total === 0 && timeout === undefined) return prepared;
  const left = total === 0 ? Infinity : inbound.startedAt + total - clock.monotonic();
  const limitMs = Math.min(left, timeout ?? Infinity);
  if (limitMs <= 0) return undefined;
  return { ...prepared, upstream: { ...upstream, limitMs } };
}

function cancelled(reason: CancelReason): TargetEnd {
  if (reason === 'client-gone') return SETTLED;
  const error = new GatewayError('draining', 'The gateway is shutting down.', { retryAfter: 1 });
  return { kind: 'give-up', error };
}

function leftAlone({ provider, sentModel }: PreparedRequest): GatewayError {
  const text = `${provider.name}/${sentModel ?? ''} is being left alone after failures.`;
  return new GatewayError('upstream_overloaded', text, { retryAfter: 5 });
}

function outOfTime({ provider }: PreparedRequest): GatewayError {
  const text = `There is no time left to ask ${provider.name}: the whole answer would take longer than its total clock.`;
  return new GatewayError('upstream_total_timeout', text);
}

function onFreshSocket(prepared: PreparedRequest, forceHttp1: boolean): PreparedRequest {
  const upstream = {
    ...prepared.upstream,
    freshSocket: true,
    forceHttp1: forceHttp1 || prepared.upstream.forceHttp1,
  };
  return { ...prepared, upstream };
}
