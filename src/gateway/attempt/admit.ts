import { GatewayError } from '../../domain/errors.ts';
import { keyText } from '../../guard/target-key.ts';
import type { Pass } from '../../guard/target-registry.ts';
import { placeOf } from '../../domain/provider-place.ts';
import type { Provider, ProviderLimits } from '../../domain/provider.ts';
import type { Accounts, Guest } from '../../guard/limits/guest.ts';
import type { Limiter } from '../../guard/limits/limiter.ts';
import { accountOf, targetKeyOf } from '../prepare/account.ts';
import { servingKeys } from '../prepare/choose-key.ts';
import type { Gateway } from '../gateway.ts';
import type { CancelReason, OpenExchange } from '../open-exchange.ts';
import { pauseExchange } from './pause-exchange.ts';
import type { PreparedRequest } from '../prepare/prepare.ts';

/** Whether a prepared request may go to its target now. */
export type Admission =
  | { readonly kind: 'admitted'; readonly room: Room; readonly key: Provider }
  | { readonly kind: 'refused'; readonly error: GatewayError }
  | { readonly kind: 'cancelled'; readonly reason: CancelReason };

/** Room at a provider, taken. */
interface Room {
  /** Gives it back; once. */
  leave(): void;
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
  const key = targetKeyOf(prepared.provider, prepared.sentModel);
  const pass = gateway.traffic.targets.admit(key, gateway.clock.monotonic());
  return pass ?? (targetsLeft === 0 ? { key, kind: 'pass' } : undefined);
}

/** Room at the provider, with the key the request was prepared for or another one: at once, or after a wait where no other target is left. */
export async function takeRoom(
  gateway: Gateway,
  exchange: OpenExchange,
  prepared: PreparedRequest,
  targetsLeft: number,
): Promise<Admission> {
  const counted = countLoad(gateway, exchange, prepared);
  const { limits } = prepared.provider;
  const limiter = limits && gateway.traffic.limiters.get(placeOf(prepared.provider));
  if (limits === undefined || limiter === undefined || exchange.kind.operation !== 'generate')
    return { kind: 'admitted', room: counted, key: prepared.provider };
  const guest = guestOf(exchange);
  const { accounts, keyOf } = chargeable(gateway, exchange, prepared);
  const line = { limiter, guest, accounts };
  const entered =
    limiter.tryEnter(guest, accounts) ??
    (targetsLeft > 0 ? NO_ROOM : await queueUp(exchange, line, limits.wait));
  if (typeof entered === 'string') {
    const leave = (): void => (counted.leave(), limiter.leave(guest, entered));
    return { kind: 'admitted', room: { leave }, key: keyOf(entered) };
  }
  counted.leave();
  if (entered.kind === 'cancelled') return entered;
  const retryAfter = Math.max(1, Math.ceil(limits.wait / 1000));
  const text = fullInWords(prepared.provider, limits, limiter);
  return { kind: 'refused', error: new GatewayError('provider_busy', text, { retryAfter }) };
}

/** Nobody can choose whose turn it is: the owner is the client key that was shown, whatever a request says of itself. */
function guestOf({ inbound: { client, labels, clientKey = '' } }: OpenExchange): Guest {
  return { owner: clientKey, client: client.session ?? labels.user ?? '' };
}

interface Chargeable {
  readonly accounts: Accounts;
  /** The provider with the key that is charged to this account. */
  readonly keyOf: (account: string) => Provider;
}

/** The accounts whose room will do, with their keys; only where accounts are limited does it matter which. */
function chargeable(gateway: Gateway, exchange: OpenExchange, prepared: PreparedRequest): Chargeable {
  const { provider } = prepared;
  const { credential } = exchange.inbound;
  const own = accountOf(provider, credential);
  if (provider.limits?.perKey === Infinity) return { accounts: [own], keyOf: () => provider };
  const [, ...others] = servingKeys(gateway, exchange, prepared);
  const keys = new Map(others.map((key) => [accountOf(key, credential), key]));
  return { accounts: [own, ...keys.keys()], keyOf: (account) => keys.get(account) ?? provider };
}

function fullInWords({ name }: Provider, { concurrent, perKey }: ProviderLimits, limiter: Limiter): string {
  const { busy, waiting } = limiter;
  if (busy < concurrent && perKey < Infinity)
    return `${name} already gets as many requests at once as one account may have (${perKey}), and ${waiting} wait.`;
  return `${name} already gets ${busy} requests at once, and ${waiting} wait.`;
}

interface Line {
  readonly limiter: Limiter;
  readonly guest: Guest;
  readonly accounts: Accounts;
}

const NO_ROOM = { kind: 'full' } as const;

/** @returns the account room was found at in time, that there was none, or why nobody waits for it any more */
async function queueUp(
  exchange: OpenExchange,
  { limiter, guest, accounts }: Line,
  wait: number,
): Promise<string | typeof NO_ROOM | Extract<Admission, { kind: 'cancelled' }>> {
  let entered: string | undefined;
  let wake = (): void => undefined;
  const ticket = limiter.queue(guest, accounts, (account) => {
    entered = account;
    wake();
  });
  if (ticket === undefined) return NO_ROOM;
  const end = await pauseExchange(exchange, wait, (now) => (wake = now));
  if (entered === undefined) ticket.giveUp();
  if (end.kind === 'over') return entered ?? NO_ROOM;
  if (entered !== undefined) limiter.leave(guest, entered);
  return end;
}

const NO_ROOM_NEEDED: Room = { leave: () => undefined };

/** Only while some route picks the least busy target does anybody ask for the load. */
function countLoad({ traffic }: Gateway, { snapshot }: OpenExchange, prepared: PreparedRequest): Room {
  if (snapshot.routes.picks.size === 0) return NO_ROOM_NEEDED;
  const key = keyText(targetKeyOf(prepared.provider, prepared.sentModel));
  traffic.load.set(key, (traffic.load.get(key) ?? 0) + 1);
  return {
    leave: () => {
      const left = (traffic.load.get(key) ?? 1) - 1;
      if (left > 0) traffic.load.set(key, left);
      else traffic.load.delete(key);
    },
  };
}
