/** The first configuration file: what was chosen, and in comments what else there is. Pure. */
import { descriptorByName } from '../../providers/known-providers.ts';
import { TIERS, type Tier } from '../../domain/tier.ts';

export interface FirstConfig {
  /** Known providers, by name. */
  readonly providers: readonly string[];
  /** Target by tier; a tier that is left out stays with Anthropic and the caller's login. */
  readonly tiers: Readonly<Partial<Record<Tier, string>>>;
  /** Variables to take keys from, where it is not the provider's usual one. */
  readonly keys: Readonly<Record<string, string>>;
}

/** Where the first model that is known of a provider is more than background work needs. */
const SMALLER: Readonly<Record<string, string>> = { zai: 'glm-4.7' };

/** A model of a provider that is good for a tier, where one is known. */
export function usualModel(provider: string, tier: Tier): string | undefined {
  const small = tier === 'haiku' ? SMALLER[provider] : undefined;
  return small ?? descriptorByName(provider)?.models[0]?.id;
}

export function firstConfig({ providers, tiers, keys }: FirstConfig): string {
  return [
    '# Switchyard. What is not written here has its default. Every setting is described in docs/generated/config.md,',
    '# and by a gateway that runs: http://127.0.0.1:8082/docs/generated/config.md',
    '# switchyard config check reads this file without side effects and names every mistake.',
    '',
    '# server:',
    '#   listen: localhost:8082',
    '',
    ...providerLines(providers, keys),
    '',
    '# Requested tier → provider/model, or a list: the first that is ready is asked, the others take over.',
    'tiers:',
    ...TIERS.toReversed().map((tier) => tierLine(tier, tiers[tier])),
    '',
    '# Kinds of work with a route of their own:',
    '# tasks:',
    '#   long_context: { use: openrouter/minimax/minimax-m2.5, threshold: 60000 }',
    '',
  ].join('\n');
}

function providerLines(providers: readonly string[], keys: FirstConfig['keys']): string[] {
  if (providers.length === 0)
    return [
      '# A known provider needs no more than its name; its key is read from the environment:',
      '# providers:',
      '#   zai: {}',
    ];
  return [
    '# Keys are written as references (env:NAME, file:PATH), never as values.',
    'providers:',
    ...providers.map((name) => providerLine(name, keys[name])),
  ];
}

function providerLine(name: string, key: string | undefined): string {
  const credential = descriptorByName(name)?.credential;
  if (credential?.kind !== 'secret') return `  ${name}: {}`;
  return `  ${name}: { auth: { secret: env:${key ?? credential.variable} } }`;
}

function tierLine(tier: Tier, target: string | undefined): string {
  if (target === undefined || target === 'anthropic')
    return `  ${tier}: anthropic # the model the client asked for, with its own login`;
  return `  ${tier}: ${JSON.stringify(target)}`;
}
