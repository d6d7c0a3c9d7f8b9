import type { Tier } from '../../domain/tier.ts';
import { subscriptionOf } from '../prepare/account.ts';
import type { Gateway } from '../gateway.ts';
import type { OpenExchange } from '../open-exchange.ts';
import type { DecisionSubject } from './route-state.ts';

/** The used-up window of the subscription this tier runs on, in words; looked for only where it would matter. */
export function usedUpWindow(
  { traffic, clock }: Gateway,
  { snapshot, inbound }: Pick<DecisionSubject, 'snapshot' | 'inbound'>,
  tier: Tier | undefined,
): string | undefined {
  const { offload, tiers } = snapshot.routes;
  if (tier === undefined || !offload.has(tier) || traffic.quota.isEmpty) return undefined;
  const provider = snapshot.providers.get(tiers[tier][0].provider);
  if (provider === undefined) return undefined;
  const account = subscriptionOf(provider, inbound.credential);
  const window = traffic.quota.usedUp(account, snapshot.guard.quotaAt, clock.now(), tier);
  if (window?.resetAt === undefined) return undefined;
  const until = new Date(window.resetAt).toISOString().slice(0, 16).replace('T', ' ');
  return `the ${window.name} window of the subscription is used up until ${until} UTC`;
}

/**
 * Whether a request that went the way of its tier would go elsewhere by now, because its provider has just told that
 * the window is used up.
 */
export function isToBeSpared(gateway: Gateway, exchange: OpenExchange): boolean {
  const { decision } = exchange;
  return decision?.rule === 'tier' && usedUpWindow(gateway, exchange, decision.tier) !== undefined;
}
