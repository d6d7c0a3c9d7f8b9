import { TIERS, type Tier } from '../../domain/tier.ts';
import { descriptorByName, descriptorByUrl } from '../../providers/known-providers.ts';
import type { Assignment } from '../layers/layer.ts';
import type { ConfigProblem } from '../problems/problem.ts';
import {
  readVariable,
  sourceOfVariable,
  warning,
  type Environment,
  type Translation,
} from './environment.ts';

/**
 * One provider per tier by environment variables, as claude-code-proxy (Python) reads them:
 * `{HAIKU,SONNET,OPUS}_PROVIDER_BASE_URL` and `_API_KEY`, `ANTHROPIC_DEFAULT_{HAIKU,SONNET,OPUS}_MODEL` and
 * `ANTHROPIC_SMALL_FAST_MODEL`. A tier without a provider stays with Anthropic and the caller's credential.
 */
export function translateTierEnvironment(environment: Environment): Translation {
  // Lowest first: it has the first claim on a name.
  const tiers = TIERS.toReversed().map((tier) => readTier(environment, tier));
  const names = nameProviders(tiers);
  const parts = tiers.map((tier) => translateTier(environment, tier, names.get(tier.tier)));
  const models = translateModelNames(environment, tiers);
  return {
    assignments: [...parts.flatMap((part) => part.assignments), ...models.assignments],
    problems: [...parts.flatMap((part) => part.problems), ...models.problems],
  };
}

interface TierVariables {
  readonly tier: Tier;
  readonly prefix: string;
  readonly baseUrl: string | undefined;
  readonly key: string | undefined;
  readonly model: { readonly name: string; readonly variable: string } | undefined;
}

function readTier(environment: Environment, tier: Tier): TierVariables {
  const upper = tier.toUpperCase();
  const modelVariables = [
    `ANTHROPIC_DEFAULT_${upper}_MODEL`,
    ...(tier === 'haiku' ? ['ANTHROPIC_SMALL_FAST_MODEL'] : []),
  ];
  const variable = modelVariables.find((name) => readVariable(environment, name) !== undefined);
  const name = variable === undefined ? undefined : readVariable(environment, variable);
  return {
    tier,
    prefix: `${upper}_PROVIDER`,
    baseUrl: readVariable(environment, `${upper}_PROVIDER_BASE_URL`),
    key: readVariable(environment, `${upper}_PROVIDER_API_KEY`),
    model: variable === undefined || name === undefined ? undefined : { name, variable },
  };
}

/**
 * A provider is named after the known host it is (`zai`), else after its tier (`haiku-provider`). Tiers with
 * the same address and key share one. Anthropic with a key never takes the name of the built-in provider:
 * the other tiers' logins would then meet that key.
 */
function nameProviders(tiers: readonly TierVariables[]): ReadonlyMap<Tier, string> {
  const owners = new Map<string, TierVariables>();
  const names = new Map<Tier, string>();
  for (const tier of tiers) {
    if (tier.baseUrl === undefined) continue;
    const known = descriptorByUrl(tier.baseUrl)?.name;
    const wanted = known === undefined || known === 'anthropic' ? `${tier.tier}-provider` : known;
    const twin = [...owners].find(([, owner]) => owner.baseUrl === tier.baseUrl && owner.key === tier.key);
    const name = twin?.[0] ?? (owners.has(wanted) ? `${wanted}-${tier.tier}` : wanted);
    if (twin === undefined) owners.set(name, tier);
    names.set(tier.tier, name);
  }
  return names;
}

function translateTier(environment: Environment, tier: TierVariables, name: string | undefined): Translation {
  const urlSource = sourceOfVariable(environment, `${tier.prefix}_BASE_URL`);
  if (tier.baseUrl === undefined || name === undefined) return withoutProvider(environment, tier);
  const descriptor = descriptorByUrl(tier.baseUrl);
  const target = tier.model === undefined ? name : `${name}/${tier.model.name}`;
  const assignments: Assignment[] = [
    { path: ['providers', name, 'base_url'], value: tier.baseUrl, source: urlSource },
    { path: ['tiers', tier.tier], value: target, source: urlSource },
  ];
  if (descriptor !== undefined && descriptor.name !== name) {
    assignments.push({ path: ['providers', name, 'type'], value: descriptor.name, source: urlSource });
  }
  const variable = `${tier.prefix}_API_KEY`;
  if (tier.key !== undefined) {
    const source = sourceOfVariable(environment, variable);
    assignments.push({ path: ['providers', name, 'auth'], value: { secret: `env:${variable}` }, source });
    return { assignments, problems: [] };
  }
  if (hasOwnKey(environment, descriptor?.name)) return { assignments, problems: [] };
  assignments.push({ path: ['providers', name, 'auth'], value: 'none', source: urlSource });
  const message = `There is no ${variable} for it: requests go there without a credential`;
  return {
    assignments,
    problems: [warning(urlSource, message, 'Set the key if the provider asks for one.')],
  };
}

/** Whether the known provider's own key variable is set, as in ZAI_API_KEY. */
function hasOwnKey(environment: Environment, descriptorName: string | undefined): boolean {
  const credential = descriptorName === undefined ? undefined : descriptorByName(descriptorName)?.credential;
  return credential?.kind === 'secret' && readVariable(environment, credential.variable) !== undefined;
}

function withoutProvider(environment: Environment, tier: TierVariables): Translation {
  if (tier.key === undefined) return { assignments: [], problems: [] };
  const source = sourceOfVariable(environment, `${tier.prefix}_API_KEY`);
  const message = `It has no effect without ${tier.prefix}_BASE_URL`;
  const remedy = `Set ${tier.prefix}_BASE_URL; until then the tier ${tier.tier} goes to Anthropic with the caller's own credential.`;
  return { assignments: [], problems: [warning(source, message, remedy)] };
}

/** Exact model names decide the tier. Where tiers share one, the lower tier has it. */
function translateModelNames(environment: Environment, tiers: readonly TierVariables[]): Translation {
  const owners = new Map<string, Tier>();
  const assignments: Assignment[] = [];
  const problems: ConfigProblem[] = [];
  for (const { tier, model } of tiers) {
    if (model === undefined) continue;
    const source = sourceOfVariable(environment, model.variable);
    const owner = owners.get(model.name);
    if (owner === undefined) {
      owners.set(model.name, tier);
      assignments.push({ path: ['model_tiers', model.name], value: tier, source });
      continue;
    }
    const message = `The tiers ${owner} and ${tier} share the model name ${model.name}: requests for it count as ${owner}`;
    problems.push(warning(source, message, 'Give the tiers different model names to tell them apart.'));
  }
  return { assignments, problems };
}
