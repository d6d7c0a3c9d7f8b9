import type { OpenRouterRouting } from '../../domain/provider.ts';
import type { ProviderDescriptor } from '../../providers/descriptor.ts';
import type { CompleteProvider } from '../schema/config-schema.ts';

const MOST_MODELS = 3;

/** What requests to OpenRouter carry besides; `undefined` for everybody else, unless the configuration says so. */
export function buildOpenRouter(
  descriptor: ProviderDescriptor | undefined,
  { openrouter: section }: CompleteProvider,
): OpenRouterRouting | undefined {
  if (section === false) return undefined;
  if (section === undefined && descriptor?.name !== 'openrouter') return undefined;
  const { models = MOST_MODELS, sort = 'throughput', partition = 'none' } = section ?? {};
  return {
    models,
    members: sort === 'none' ? {} : { provider: { sort: { by: sort, partition } } },
  };
}
