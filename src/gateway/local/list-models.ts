import type { ConfigSnapshot } from '../../config/snapshot.ts';
import { formatTarget } from '../../domain/target.ts';
import { TIERS, type Tier } from '../../domain/tier.ts';
import { tierOfModel } from '../../routing/tier-of-model.ts';

/** A list of models in the shape the caller expects. */
export type ModelList = AnthropicModelList | OpenAiModelList | GeminiModelList;

interface AnthropicModelList {
  readonly data: readonly { type: 'model'; id: string; display_name: string; created_at: string }[];
  readonly has_more: false;
  readonly first_id: string | null;
  readonly last_id: string | null;
}

interface OpenAiModelList {
  readonly object: 'list';
  readonly data: readonly { id: string; object: 'model'; created: number; owned_by: string }[];
}

/** The formats whose clients ask for lists, each in a shape of its own. */
export type ModelListFormat = 'anthropic-messages' | 'openai-chat' | 'gemini';

interface GeminiModelList {
  readonly models: readonly { name: string; displayName: string; supportedGenerationMethods: string[] }[];
}

interface ListedModel {
  readonly id: string;
  readonly displayName: string;
  readonly provider: string;
}

/**
 * Whether the gateway must answer `GET /v1/models` itself: as soon as anything is routed by a name of its own.
 * A plain pass-through leaves the list to the provider.
 */
export function modelsAreOurs(snapshot: ConfigSnapshot): boolean {
  return !snapshot.passthrough.fallback || listedModels(snapshot).length > 0;
}

/**
 * What may be asked for and where it leads, so that a client's model menu shows the truth. Claude Code keeps
 * only ids that begin with "claude", hence the names.
 */
export function listModels(snapshot: ConfigSnapshot, format: ModelListFormat): ModelList {
  const models = listedModels(snapshot);
  if (format === 'openai-chat') {
    const data = models.map(({ id, provider }) => ({
      id,
      object: 'model' as const,
      created: 0,
      owned_by: provider,
    }));
    return { object: 'list', data };
  }
  if (format === 'gemini') {
    const supportedGenerationMethods = ['generateContent', 'streamGenerateContent', 'countTokens'];
    const list = models.map(({ id, displayName }) => ({
      name: `models/${id}`,
      displayName,
      supportedGenerationMethods,
    }));
    return { models: list };
  }
  return {
    data: models.map(({ id, displayName }) => ({
      type: 'model',
      id,
      display_name: displayName,
      created_at: '1970-01-01T00:00:00Z',
    })),
    has_more: false,
    first_id: models[0]?.id ?? null,
    last_id: models.at(-1)?.id ?? null,
  };
}

function listedModels(snapshot: ConfigSnapshot): ListedModel[] {
  const { tiers, mappings } = snapshot.routes;
  const byTier = TIERS.filter((tier) => tiers[tier][0].model !== undefined).map((tier) =>
    tierModel(snapshot, tier),
  );
  const byMapping = mappings
    .filter(({ match }) => !match.includes('*'))
    .map(({ match, targets }) => ({
      id: match,
      displayName: `${match} → ${formatTarget(targets[0])}`,
      provider: targets[0].provider,
    }));
  return [...byTier, ...byMapping];
}

/**
 * A model name that a client may be configured with so that it reaches this tier and its menu shows what really
 * serves: the target's own name where that name decides the tier, else a name that spells the tier out.
 * @returns `undefined` when the tier keeps the client's own names
 */
export function clientModelOf(snapshot: ConfigSnapshot, tier: Tier): string | undefined {
  const { tiers, tierByModel } = snapshot.routes;
  const model = tiers[tier][0].model;
  if (model === undefined) return undefined;
  return tierOfModel(model, tierByModel) === tier ? model : `claude-${tier}`;
}

function tierModel(snapshot: ConfigSnapshot, tier: Tier): ListedModel {
  const [target] = snapshot.routes.tiers[tier];
  return {
    id: `claude-${tier}`,
    displayName: `${tier} → ${formatTarget(target)}`,
    provider: target.provider,
  };
}
