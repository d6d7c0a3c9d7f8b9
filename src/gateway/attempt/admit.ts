import { GatewayError } from '../../domain/errors.ts';
import { keyText, type TargetKey } from '../../guard/target-key.ts';
import type { Pass } from '../../guard/target-registry.ts';
import type { Limiter } from '../../guard/limiter.ts';
import { ownerOf } from '../prepare/account.ts';
import type { Gateway } from '../gateway.ts';
import type { CancelReason, OpenExchange } from '../open-exchange.ts';
import { pauseExchange } from './pause-exchange.ts';
import type { PreparedRequest } from '../prepare/prepare.ts';

/** Whether a prepared request may go to its target now. */
export type Admission =
  | { readonly kind: 'admitted'; readonly room: Room }
  | { readonly kind: 'refused'; readonly error: GatewayError }
  | { readonly kind: 'cancelled'; readonly reason: CancelReason };

/** Room at a provider, taken. */
interface Room {
  /** Gives it back; once. */
  leave(): void;
}

/** What a breaker and the load of a target are kept by. */
function targetKeyOf({ provider, sentModel }: PreparedRequest): TargetKey {
  return { provider: provider.name, owner: ownerOf(provider), model: sentModel ?? '' };
}

/**
 * Leave of the target's breaker for one try. The last target is always asked: it can say best itself what is
 * wrong, and saying nothing helps nobody.
 */
export function askBreaker(
  gateway: Gateway,
  prepared: PreparedRequest,
  targetsLeft: number,
): Pass | undefined {
  const key = targetKeyOf(prepared);
  const pass = gateway.traffic.targets.admit(key, gateway.clock.monotonic());
  return pass ?? (targetsLeft === 0 ? { key, kind: 'pass' } : undefined);
}

/** Room at the provider: at once, or after a wait where no other target is left. */
export async function takeRoom(
  gateway: Gateway,
  exchange: OpenExchange,
  prepared: PreparedRequest,
  targetsLeft: number,
): Promise<Admission> {
  const counted = countLoad(gateway, exchange, prepared);
  const { name, limits } = prepared.provider;
  const limiter = gateway.traffic.limiters.get(name);
  if (limits === undefined || limiter === undefined || exchange.kind.operation !== 'generate')
    return { kind: 'admitted', room: counted };
  const client = exchange.inbound.client.session ?? exchange.inbound.labels.user ?? '';
  const entered =
    limiter.tryEnter(client) ||
    (targetsLeft === 0 && (await queueUp(exchange, limiter, { client, wait: limits.wait })));
  if (entered === true) {
    const leave = (): void => (counted.leave(), limiter.leave(client));
    return { kind: 'admitted', room: { leave } };
  }
  counted.leave();
  if (entered !== false) return { kind: 'cancelled', reason: entered };
  const text = `${name} already gets ${limits.concurrent} requests at once, and ${limiter.waiting} wait.`;
  const retryAfter = Math.max(1, Math.ceil(limits.wait / 1000));
  return { kind: 'refused', error: new GatewayError('provider_busy', text, { retryAfter }) };
}

/** @returns whether room was found in time, or why nobody waits for it any more */
async function queueUp(
  exchange: OpenExchange,
  limiter: Limiter,
  { client, wait }: { readonly client: string; readonly wait: number },
): Promise<boolean | CancelReason> {
  let entered = false;
  let wake = (): void => undefined;
  const ticket = limiter.queue(client, () => {
    entered = true;
    wake();
  });
  if (ticket === undefined) return false;
  const end = await pauseExchange(exchange, wait, (now) => (wake = now));
  if (end.kind === 'over') {
    if (!entered) ticket.giveUp();
    return entered;
  }
  if (entered) limiter.leave(client);
  else ticket.giveUp();
  return end.reason;
}

const NO_ROOM_NEEDED: Room = { leave: () => undefined };

/** Only while some route picks the least busy target does anybody ask for the load. */
function countLoad({ traffic }: Gateway, { snapshot }: OpenExchange, prepared: PreparedRequest): Room {
  if (snapshot.routes.picks.size === 0) return NO_ROOM_NEEDED;
  const key = keyText(targetKeyOf(prepared));
  traffic.load.set(key, (traffic.load.get(key) ?? 0) + 1);
  return {
    leave: () => {
      const left = (traffic.load.get(key) ?? 1) - 1;
      if (left > 0) traffic.load.set(key, left);
      else traffic.load.delete(key);
    },
  };
}
