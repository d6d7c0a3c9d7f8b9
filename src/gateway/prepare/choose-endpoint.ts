import type { Format } from '../../domain/format.ts';
import type { Provider } from '../../domain/provider.ts';
import type { TargetQuirks } from '../../domain/target-quirks.ts';
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

/** What a model at a provider takes: the least its format demands, corrected by everything known. */
export function quirksOf({ format, quirks }: Provider, model: string): TargetQuirks {
  return quirks
    .filter((rule) => matchModel(rule.models, model) && (rule.format ?? format) === format)
    .reduce<TargetQuirks>((known, rule) => ({ ...known, ...rule.quirks }), baseQuirks(format));
}
