import { TIERS, type Tier } from '../domain/tier.ts';

/** The predecessors' names for the three tiers. */
const ALIASES: Readonly<Record<string, Tier>> = {
  opus: 'opus',
  big: 'opus',
  sonnet: 'sonnet',
  middle: 'sonnet',
  haiku: 'haiku',
  small: 'haiku',
};

const WORD_BREAK = /[^a-z0-9]+/;

/**
 * The tier a model name stands for: `claude-haiku-4-5-20251001`, `anthropic/claude-opus-4-8[1m]`, `small`.
 * @param tierByModel exact names that decide first, from the configuration (`glm-4.7` → haiku)
 * @returns `undefined` when the name belongs to no tier
 */
export function tierOfModel(model: string, tierByModel: ReadonlyMap<string, Tier>): Tier | undefined {
  const exact = tierByModel.get(model) ?? tierByModel.get(withoutSuffix(model));
  if (exact !== undefined) return exact;
  const name = bareName(model);
  const alias = Object.hasOwn(ALIASES, name) ? ALIASES[name] : undefined;
  if (alias !== undefined) return alias;
  const words = name.split(WORD_BREAK);
  return TIERS.find((tier) => words.includes(tier));
}

/** Claude Code writes `[1m]` behind a model's name to ask for the large context. */
function withoutSuffix(model: string): string {
  return model.endsWith(']') ? model.replace(/\[[^\]]*\]$/, '') : model;
}

function bareName(model: string): string {
  const name = withoutSuffix(model).toLowerCase();
  return name.slice(name.lastIndexOf('/') + 1);
}
