import { ROUTE_SLOTS, type RouteSlot } from '../../config/edit/route-slots.ts';
import type { KeyPath } from '../../config/layers/key-path.ts';
import type { ConfigSnapshot } from '../../config/snapshot.ts';
import { formatShapedTarget } from '../../domain/model-suffix.ts';
import type { Target } from '../../domain/target.ts';
import { isTier } from '../../domain/tier.ts';
import type { RouteSettings } from '../../routing/route-settings.ts';

/** One route, as `routes list` shows it. */
export interface RouteRow {
  /** What can be set by `routes set`, or the route's name in decisions: `mappings[0]`, `subagents.default`. */
  readonly slot: string;
  /** Of a mapping: the names that go there. */
  readonly match?: string;
  readonly targets: readonly string[];
  /** How the first target is chosen, where it is not simply the first. */
  readonly pick?: string;
  /** Where it is written. */
  readonly path: KeyPath;
}

/** Every route that is in effect, and the slots that have none. */
export function routeRows({ routes }: ConfigSnapshot): readonly RouteRow[] {
  const row = (route: string, path: KeyPath, targets: readonly Target[]): RouteRow => {
    const pick = routes.picks.get(route)?.kind;
    return {
      slot: route,
      path,
      targets: targets.map(formatShapedTarget),
      ...(pick === undefined ? {} : { pick }),
    };
  };
  return [
    ...ROUTE_SLOTS.map((slot) => {
      const path = pathOf(slot);
      return { ...row(path.join('.'), path, targetsOf(routes, slot)), slot };
    }),
    ...[...routes.subagents].map(([type, targets]) => {
      const path = type === '*' ? ['subagents', 'default'] : ['subagents', 'types', type];
      return row(path.join('.'), path, targets);
    }),
    ...routes.mappings.map(({ match, route, targets }, index) => {
      const name = route ?? `mappings[${index}]`;
      const place = Number(/\d+/.exec(name)?.[0] ?? index);
      return { ...row(name, ['mappings', place], targets), match };
    }),
    ...[...routes.offload].map(([tier, targets]) => {
      const path = ['quota', 'offload', tier];
      return row(path.join('.'), path, targets);
    }),
  ];
}

/** Where a slot stands in the configuration. */
export function pathOf(slot: RouteSlot): readonly string[] {
  if (slot === 'default') return ['default'];
  return isTier(slot) ? ['tiers', slot] : ['tasks', slot];
}

function targetsOf(routes: RouteSettings, slot: RouteSlot): readonly Target[] {
  if (slot === 'default') return routes.fallback;
  return isTier(slot) ? routes.tiers[slot] : (routes.tasks.get(slot) ?? []);
}
