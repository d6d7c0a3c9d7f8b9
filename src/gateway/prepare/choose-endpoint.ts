import { EFFORTS } from '../../domain/conversation.ts';
import type { Format } from '../../domain/format.ts';
import type { Provider } from '../../domain/provider.ts';
import type { RequestShape } from '../../domain/request-shape.ts';
import type { EffortDialect, TargetQuirks } from '../../domain/target-quirks.ts';
import { baseQuirks } from '../../providers/base-quirks.ts';
import { matchModel } from '../../routing/match-model.ts';

/** The endpoint of a provider for a model: the one the model is asked at, else the one of the client's own format; through a chain entry where the model passes one. */
export function chooseEndpoint(provider: Provider, clientFormat: Format, model: string): Provider {
  const chosen = ofFormat(provider, clientFormat, model);
  if (chosen.detours.length === 0) return chosen;
  const detour = chosen.detours.find(({ modelPrefixes }) =>
    modelPrefixes.some((prefix) => model.startsWith(prefix)),
  );
  return detour?.provider ?? chosen;
}

function ofFormat(provider: Provider, clientFormat: Format, model: string): Provider {
  const { variants } = provider;
  if (variants.size === 0) return provider;
  const rule = provider.formatRules.find(({ models }) => matchModel(models, model));
  const wanted = rule?.format ?? clientFormat;
  return variants.get(wanted) ?? provider;
}

/**
 * What a model at a provider takes: the least its format demands, corrected by everything known.
 * @param shape how its route wants it asked
 */
export function quirksOf(
  { format, quirks }: Provider,
  model: string,
  shape: RequestShape = {},
): TargetQuirks {
  const rules = quirks.filter((rule) => matchModel(rule.models, model) && (rule.format ?? format) === format);
  const known = rules.reduce<TargetQuirks>((all, rule) => ({ ...all, ...rule.quirks }), baseQuirks(format));
  const isUnknown = known.effort.kind === 'none' && rules.every((rule) => rule.quirks.effort === undefined);
  return format === 'openai-chat' && isUnknown && asksForThinking(shape)
    ? { ...known, effort: USUAL_EFFORT }
    : known;
}

/** As OpenAI has it: whoever asks for an effort in a route knows its target better than the gateway does. */
const USUAL_EFFORT: EffortDialect = { kind: 'effort', levels: EFFORTS, off: 'none' };

function asksForThinking({ effort, thinkingTokens }: RequestShape): boolean {
  return effort !== undefined || thinkingTokens !== undefined;
}
