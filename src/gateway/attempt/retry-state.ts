import type { AttemptOutcome } from '../../domain/attempt.ts';
import type { RetryState } from '../../guard/retry-policy.ts';
import type { AttemptInput } from './attempt-end.ts';
import { fractionOf } from '../../lib/fraction-of.ts';
import { isToBeSpared } from '../decide/used-up-window.ts';
import { keysLeft } from '../prepare/choose-key.ts';

/** Where an exchange stands while a try is being judged, that try included. */
export function retryState({ gateway, exchange, prepared, retried, targetsLeft }: AttemptInput): RetryState {
  const { attempts, snapshot } = exchange;
  return {
    maybeBilled: attempts.filter(({ outcome }) => mayHaveBilled(outcome)).length + 1,
    tries: attempts.length + 1,
    retried,
    targetsLeft,
    keysLeft: keysLeft(gateway, exchange, prepared),
    spared: () => isToBeSpared(gateway, exchange),
    spread: fractionOf(exchange.inbound.id),
    settings: snapshot.guard.retry,
    spend: () => gateway.traffic.budget.spend(gateway.clock.monotonic()),
  };
}

/** Refusals are free: only work that was or may have been done is billed. */
function mayHaveBilled(outcome: AttemptOutcome): boolean {
  if (outcome.kind === 'failed') return outcome.sent === 'maybe-sent';
  if (outcome.kind !== 'answered') return true;
  const { status } = outcome;
  return status < 400 || (status >= 500 && status !== 503 && status !== 529);
}
