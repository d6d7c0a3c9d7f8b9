import type { ConfigSnapshot } from '../config/snapshot.ts';
import type { Format } from '../domain/format.ts';
import type { Provider } from '../domain/provider.ts';
import { formatTarget } from '../domain/target.ts';
import { TIERS } from '../domain/tier.ts';

/** A model name a client may ask for, and where it leads. */
interface AskedModel {
  readonly name: string;
  readonly targets: readonly string[];
}

/** A model of a configured provider whose limits are known. */
interface ProviderModel {
  readonly target: string;
  /** The formats it is asked in; a client of one of them is passed through, every other is translated. */
  readonly formats: readonly Format[];
  /** Tokens, prompt and output together. */
  readonly context: number | null;
  readonly output: number | null;
}

export interface ModelOverview {
  readonly asked: readonly AskedModel[];
  readonly models: readonly ProviderModel[];
}

export function modelOverview({ routes, providers }: ConfigSnapshot): ModelOverview {
  const byTier = TIERS.map((tier) => ({ name: `*${tier}*`, targets: routes.tiers[tier].map(formatTarget) }));
  const byMapping = routes.mappings.map(({ match, targets }) => ({
    name: match,
    targets: targets.map(formatTarget),
  }));
  const others = { name: '*', targets: routes.fallback.map(formatTarget) };
  return { asked: [...byMapping, ...byTier, others], models: [...providers.values()].flatMap(modelsOf) };
}

/** A provider nothing is known of stands with its name alone: any model can be asked of it. */
function modelsOf(provider: Provider): readonly ProviderModel[] {
  const known = provider.quirks.filter(
    ({ models, quirks }) => !models.includes('*') && quirks.contextTokens !== undefined,
  );
  const formats = [provider.format, ...provider.variants.keys()];
  if (known.length === 0) return [{ target: `${provider.name}/*`, formats, context: null, output: null }];
  return known.map(({ models, quirks }) => ({
    target: `${provider.name}/${models}`,
    formats,
    context: quirks.contextTokens ?? null,
    output: quirks.outputTokens ?? null,
  }));
}

export function formatModels({ asked, models }: ModelOverview): readonly string[] {
  const nameWidth = widest(asked.map(({ name }) => name));
  const targetWidth = widest(models.map(({ target }) => target));
  return [
    'asked for',
    ...asked.map(({ name, targets }) => `  ${name.padEnd(nameWidth)}  → ${targets.join(', ')}`),
    'known models',
    ...models.map(({ target, formats, context, output }) => {
      const limits = context === null ? '' : `  ${context} tokens${output === null ? '' : `, ${output} out`}`;
      return `  ${target.padEnd(targetWidth)}  ${formats.join(', ')}${limits}`;
    }),
  ];
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => text.length));
}
