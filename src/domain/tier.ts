/** The three sizes of model a client asks for by name. */
export type Tier = 'opus' | 'sonnet' | 'haiku';

/** Highest first. Where two tiers could claim one model name, the lower one wins. */
export const TIERS = ['opus', 'sonnet', 'haiku'] as const;

export function isTier(name: string): name is Tier {
  return TIERS.some((tier) => tier === name);
}
