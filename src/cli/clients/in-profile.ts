import type { GatewayForClient } from '../../connect/client-setup.ts';
import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-code.ts';
import { statusOf, type FoundGateway } from '../find-gateway.ts';
import { TIER_MODELS } from './gateway-for-client.ts';

/**
 * The gateway as a client sees it whose requests are all routed by one profile. Model names are those that say their
 * tier themselves: a name of the profile in use may mean something else in this one.
 * @throws CommandError when the gateway has no such profile
 */
export async function inProfile(
  view: GatewayForClient,
  profile: string | undefined,
  gateway: FoundGateway,
): Promise<GatewayForClient> {
  if (profile === undefined) return view;
  const { profiles } = (await statusOf(gateway)).configuration;
  if (!profiles.includes(profile))
    throw new CommandError({
      exitCode: EXIT.usage,
      what: `the gateway on ${gateway.url} has no profile ${profile}`,
      why: profiles.length === 0 ? undefined : `It has ${profiles.join(', ')}.`,
      next: 'switchyard profile list',
    });
  const { opus, sonnet, haiku } = view.tiers;
  const tiers = {
    opus: { ...opus, model: TIER_MODELS.opus, named: false },
    sonnet: { ...sonnet, model: TIER_MODELS.sonnet, named: false },
    haiku: { ...haiku, model: TIER_MODELS.haiku, named: false },
  };
  return { ...view, tiers, url: `${view.url}/p/${profile}` };
}
