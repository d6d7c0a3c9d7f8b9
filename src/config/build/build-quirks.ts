import type { EffortDialect, QuirkRule, TargetQuirks } from '../../domain/target-quirks.ts';
import type { ProviderDescriptor } from '../../providers/descriptor.ts';
import type { CompleteProvider } from '../schema/config-schema.ts';
import type { WrittenQuirks } from '../schema/quirks-section.ts';

/** What is known of a provider's models, and what the configuration corrects of it; the latter counts. */
export function buildQuirks(
  descriptor: ProviderDescriptor | undefined,
  { quirks }: Pick<CompleteProvider, 'quirks'>,
): readonly QuirkRule[] {
  const limits = (descriptor?.models ?? []).map(({ id, context, output }): QuirkRule => ({
    models: id,
    quirks: { contextTokens: context, outputTokens: output },
  }));
  const { models = {}, ...forAll } = quirks ?? {};
  const written = [
    { models: '*', quirks: quirksOf(forAll) },
    ...Object.entries(models).map(([pattern, entry]) => ({ models: pattern, quirks: quirksOf(entry) })),
  ];
  const known = descriptor?.quirks ?? [];
  return [...limits, ...known, ...written.filter((rule) => Object.keys(rule.quirks).length > 0)];
}

function quirksOf({ effort, ...written }: WrittenQuirks): Partial<TargetQuirks> {
  const fields = Object.entries(written).filter(([, value]) => value !== undefined);
  const renamed = Object.fromEntries(fields.map(([name, value]) => [camelCase(name), value]));
  // The schema's fields are those of TargetQuirks in snake case, with the same values; a test compares them.
  const quirks = renamed as Partial<TargetQuirks>;
  return effort === undefined ? quirks : { ...quirks, effort: dialectOf(effort) };
}

function dialectOf(effort: NonNullable<WrittenQuirks['effort']>): EffortDialect {
  switch (effort) {
    case 'none':
    case 'openrouter':
      return { kind: effort };
    case 'thinking_switch':
      return { kind: 'thinking-switch' };
    case 'enable_thinking':
      return { kind: 'enable-thinking' };
    case 'template_switch':
      return { kind: 'template-switch' };
    default:
      return { kind: 'effort', levels: effort, off: 'omit' };
  }
}

function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
