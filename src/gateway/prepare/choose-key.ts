import { placeOf } from '../../domain/provider-place.ts';
import type { Provider } from '../../domain/provider.ts';
import { fractionOf } from '../../lib/fraction-of.ts';
import { accountOf, ownerOf, targetKeyOf } from './account.ts';
import type { Gateway } from '../gateway.ts';
import { keysOf } from './key-ring.ts';
import type { OpenExchange } from '../open-exchange.ts';
import type { PreparedRequest } from './prepare.ts';
import { sessionOf } from '../decide/route-state.ts';

/**
 * The provider with the key that this request is sent with: where keys take turns, the one of its session or the next
 * one, else the first; then the first that is ready and has room.
 */
export function chooseKey(
  gateway: Gateway,
  exchange: OpenExchange,
  { provider, model }: { readonly provider: Provider; readonly model: string },
): Provider {
  const keys = keysOf(provider);
  if (keys.length === 1) return provider;
  const { roomAt } = exchange;
  if (roomAt !== undefined && keys.includes(roomAt)) return roomAt;
  const first = firstPlace(gateway, exchange, provider, keys.length);
  const inTurn = [...keys.slice(first), ...keys.slice(0, first)];
  const open = inTurn.filter((key) => exchange.refusedKeys?.has(key) !== true);
  const ready = open.filter((key) => isReady(gateway, { key, model }));
  return ready.find((key) => hasRoom(gateway, key)) ?? ready[0] ?? open[0] ?? provider;
}

/** The chosen key and, where another may serve as well should that one be full, the others: all that are ready. */
export function servingKeys(
  gateway: Gateway,
  exchange: OpenExchange,
  { provider, sentModel: model = '' }: PreparedRequest,
): readonly [Provider, ...Provider[]] {
  const others = keysOf(provider).filter(
    (key) => key !== provider && exchange.refusedKeys?.has(key) !== true && isReady(gateway, { key, model }),
  );
  return [provider, ...others];
}

/** How many other keys could take a request over that this one was refused with. */
export function keysLeft(gateway: Gateway, exchange: OpenExchange, prepared: PreparedRequest): number {
  return servingKeys(gateway, exchange, prepared).length - 1;
}

/** A key that was refused is not tried again in the same exchange, whatever its cool-down. */
export function refuseKey(gateway: Gateway, exchange: OpenExchange, { provider }: PreparedRequest): void {
  exchange.refusedKeys = new Set([...(exchange.refusedKeys ?? []), provider]);
  const keys = keysOf(provider);
  const hint = provider.auth.kind === 'secret' ? provider.auth.secret.hint() : '';
  const place = `key ${keys.indexOf(provider) + 1} of ${keys.length} (${hint})`;
  gateway.log.info(
    { exchange: exchange.inbound.id, provider: provider.name },
    `[Key] ${provider.name}: ${place} was refused; the next one takes over.`,
  );
}

/** A session keeps its key, because prompts are cached by account. */
function firstPlace({ traffic }: Gateway, exchange: OpenExchange, provider: Provider, count: number): number {
  const { auth } = provider;
  if (auth.kind !== 'secret' || auth.ring?.rotate !== 'in-turn') return 0;
  const session = sessionOf(exchange);
  if (session !== undefined) return Math.floor(fractionOf(session) * count);
  const turn = traffic.turns.get(provider.name) ?? 0;
  traffic.turns.set(provider.name, turn + 1);
  return turn % count;
}

function hasRoom({ traffic }: Gateway, key: Provider): boolean {
  return traffic.limiters.get(placeOf(key))?.hasRoomFor(ownerOf(key)) ?? true;
}

function isReady(
  { traffic, clock }: Gateway,
  { key, model }: { readonly key: Provider; readonly model: string },
): boolean {
  if (traffic.targets.isQuiet) return true;
  const target = targetKeyOf(key, model);
  return traffic.targets.obstacle(target, accountOf(key, undefined), clock.monotonic()) === undefined;
}
