import type { Tier } from '../domain/tier.ts';
import type { ForcedRoute, ModelMapping, RouteSettings, TargetList } from '../routing/route-settings.ts';
import { didYouMean } from './did-you-mean.ts';
import type { KeyPath } from './key-path.ts';
import type { PassthroughSettings } from './snapshot.ts';
import type { SnapshotBuild } from './snapshot-build.ts';

/** The routing part of the snapshot. Every provider a route names must be there. */
export function buildRoutes(build: SnapshotBuild): RouteSettings {
  const { config } = build.input;
  const { haiku, sonnet, opus } = config.tiers;
  const tiers: Record<Tier, TargetList> = { opus, sonnet, haiku };
  for (const [tier, targets] of Object.entries(tiers)) requireProviders(build, ['tiers', tier], targets);
  requireProviders(build, ['default'], config.default);
  return {
    tiers,
    fallback: config.default,
    tierByModel: new Map(Object.entries(config.model_tiers)),
    mappings: buildMappings(build),
    forced: buildForced(build),
    subagents: buildSubagents(build),
  };
}

export function buildPassthrough(build: SnapshotBuild): PassthroughSettings {
  const { passthrough } = build.input.config;
  requireProvider(build, ['passthrough', 'provider'], passthrough.provider);
  return passthrough;
}

function buildMappings(build: SnapshotBuild): readonly ModelMapping[] {
  return build.input.config.mappings.map(({ match, use }, index) => {
    requireProviders(build, ['mappings', index, 'use'], use);
    return { match, targets: use };
  });
}

function buildForced(build: SnapshotBuild): ForcedRoute | undefined {
  const { force } = build.input.config;
  if (force?.provider === undefined && force?.model === undefined) return undefined;
  if (force.provider !== undefined) requireProvider(build, ['force', 'provider'], force.provider);
  return { provider: force.provider, model: force.model };
}

function buildSubagents(build: SnapshotBuild): ReadonlyMap<string, TargetList> {
  const { subagents } = build.input.config;
  const routes = new Map<string, TargetList>();
  for (const [type, targets] of Object.entries(subagents?.types ?? {})) {
    requireProviders(build, ['subagents', 'types', type], targets);
    routes.set(type, targets);
  }
  if (subagents?.default !== undefined) {
    requireProviders(build, ['subagents', 'default'], subagents.default);
    routes.set('*', subagents.default);
  }
  return routes;
}

function requireProviders(build: SnapshotBuild, path: KeyPath, targets: TargetList): void {
  targets.forEach(({ provider }, index) => {
    requireProvider(build, targets.length === 1 ? path : [...path, index], provider);
  });
}

function requireProvider(build: SnapshotBuild, path: KeyPath, name: string): void {
  const { providers } = build.input.config;
  if (Object.hasOwn(providers, name)) return;
  const known = Object.keys(providers);
  const near = didYouMean(name, known);
  const hint = near === undefined ? `Configured are: ${known.join(', ')}.` : `Did you mean "${near}"?`;
  build.error(path, 'names a provider that is not configured', hint);
}
