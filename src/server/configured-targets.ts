import { formatTarget, type Target } from '../domain/target.ts';
import type { RouteSettings } from '../routing/route-settings.ts';

/** Every target that some route names, each once. */
export function configuredTargets(routes: RouteSettings): readonly Target[] {
  const lists = [
    ...Object.values(routes.tiers),
    routes.fallback,
    ...routes.mappings.map(({ targets }) => targets),
    ...routes.subagents.values(),
    ...routes.tasks.values(),
    ...routes.offload.values(),
  ];
  return [...new Map(lists.flat().map((target) => [formatTarget(target), target])).values()];
}
