import { TIERS, type Tier } from '../../domain/tier.ts';
import { TASKS, type Task } from '../../domain/task.ts';
import type {
  ForcedRoute,
  ModelMapping,
  RouteSettings,
  TargetList,
  TargetPick,
} from '../../routing/route-settings.ts';
import { splitModelSuffix } from '../../domain/model-suffix.ts';
import type { Target } from '../../domain/target.ts';
import { buildTarget } from './build-shape.ts';
import { didYouMean } from '../problems/did-you-mean.ts';
import type { KeyPath } from '../layers/key-path.ts';
import type { RouteSection } from '../schema/route-schema.ts';
import type { PassthroughSettings } from '../snapshot.ts';
import type { SnapshotBuild } from './snapshot-build.ts';

/** The routing part of the snapshot. Every provider a route names must be there. */
export function buildRoutes(build: SnapshotBuild): RouteSettings {
  const { config } = build.input;
  const picks = new Map<string, TargetPick>();
  const route = (path: KeyPath, section: RouteSection): TargetList => buildRoute(build, picks, path, section);
  const tier = (name: Tier): TargetList => route(['tiers', name], config.tiers[name]);
  return {
    tiers: { opus: tier('opus'), sonnet: tier('sonnet'), haiku: tier('haiku') },
    fallback: route(['default'], config.default),
    tierByModel: new Map(Object.entries(config.model_tiers)),
    mappings: buildMappings(build, route),
    forced: buildForced(build),
    subagents: buildSubagents(build, route),
    tasks: buildTasks(build, route),
    offload: buildOffload(build, route),
    netFallback: buildNetFallback(build),
    picks,
    literalModels: new Set(
      Object.entries(config.providers).flatMap(([name, { model_suffixes: read }]) =>
        read === false ? name : [],
      ),
    ),
  };
}

/** The name decisions give a route: `tiers.haiku`, `mappings[0]`, `subagents.types.Explore`. */
function nameOf(path: KeyPath): string {
  const [first = '', ...rest] = path.filter((step) => step !== 'use');
  return rest.reduce<string>(
    (name, step) => (typeof step === 'number' ? `${name}[${step}]` : `${name}.${step}`),
    String(first),
  );
}

/** Those that count, in the order in which they are looked through; what is switched off is checked all the same. */
function buildMappings(build: SnapshotBuild, route: RouteBuilder): readonly ModelMapping[] {
  return build.input.config.mappings
    .map(({ match, use, priority = 0, enabled = true }, index) => {
      const path = ['mappings', index, 'use'];
      return { mapping: { match, route: nameOf(path), targets: route(path, use) }, priority, enabled };
    })
    .filter(({ enabled }) => enabled)
    .toSorted((one, other) => other.priority - one.priority)
    .map(({ mapping }) => mapping);
}

type RouteBuilder = (path: KeyPath, section: RouteSection) => TargetList;

/** Checks a route and notes how it picks, under the name that decisions give it. */
function buildRoute(
  build: SnapshotBuild,
  picks: Map<string, TargetPick>,
  path: KeyPath,
  { use: written, pick, weights, shape }: RouteSection,
): TargetList {
  requireProviders(build, path, written);
  const target = (each: Target): Target => buildTarget(build, each, { path, shape });
  const [first, ...others] = written;
  const use: TargetList = [target(first), ...others.map(target)];
  if (weights !== undefined && (pick !== 'weighted' || weights.length !== use.length)) {
    const remedy = 'Write pick: weighted, and one weight a target, or leave the weights out.';
    build.error([...path, 'weights'], 'do not fit the targets of this route', remedy);
  }
  if (pick === undefined || pick === 'priority') return use;
  picks.set(
    nameOf(path),
    pick === 'weighted' ? { kind: pick, weights: weights ?? use.map(() => 1) } : { kind: pick },
  );
  return use;
}

function buildTasks(build: SnapshotBuild, route: RouteBuilder): ReadonlyMap<Task, TargetList> {
  const { tasks } = build.input.config;
  const routes = new Map<Task, TargetList>();
  for (const task of TASKS) {
    const section = tasks[task];
    if (section?.use !== undefined)
      routes.set(task, route(['tasks', task], { ...section, use: section.use }));
  }
  return routes;
}

function buildOffload(build: SnapshotBuild, route: RouteBuilder): ReadonlyMap<Tier, TargetList> {
  const { offload } = build.input.config.quota;
  const routes = new Map<Tier, TargetList>();
  for (const tier of TIERS) {
    const section = offload?.[tier];
    if (section !== undefined) routes.set(tier, route(['quota', 'offload', tier], section));
  }
  return routes;
}

function buildNetFallback(build: SnapshotBuild): string | undefined {
  const { net_fallback: setting, passthrough } = build.input.config;
  if (setting === false) return undefined;
  if (setting === true) return passthrough.provider;
  requireProvider(build, ['net_fallback'], setting);
  return setting;
}

export function buildPassthrough(build: SnapshotBuild): PassthroughSettings {
  const { passthrough } = build.input.config;
  requireProvider(build, ['passthrough', 'provider'], passthrough.provider);
  return passthrough;
}

function buildForced(build: SnapshotBuild): ForcedRoute | undefined {
  const { force } = build.input.config;
  if (force?.provider === undefined && force?.model === undefined) return undefined;
  if (force.provider !== undefined) requireProvider(build, ['force', 'provider'], force.provider);
  if (force.model === undefined) return { provider: force.provider, model: undefined };
  const { model, shape } = splitModelSuffix(force.model);
  return Object.keys(shape).length === 0
    ? { provider: force.provider, model }
    : { provider: force.provider, model, shape };
}

function buildSubagents(build: SnapshotBuild, route: RouteBuilder): ReadonlyMap<string, TargetList> {
  const { subagents } = build.input.config;
  const routes = new Map<string, TargetList>();
  for (const [type, section] of Object.entries(subagents?.types ?? {}))
    routes.set(type, route(['subagents', 'types', type], section));
  if (subagents?.default !== undefined) routes.set('*', route(['subagents', 'default'], subagents.default));
  return routes;
}

export function requireProviders(build: SnapshotBuild, path: KeyPath, targets: TargetList): void {
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
