import type { RouteSettings, TargetList } from './route-settings.ts';

/** The targets of every route there is. */
export function routeLists(routes: RouteSettings): readonly TargetList[] {
  return [
    ...Object.values(routes.tiers),
    routes.fallback,
    ...routes.mappings.map(({ targets }) => targets),
    ...routes.subagents.values(),
    ...routes.tasks.values(),
    ...routes.offload.values(),
  ];
}
