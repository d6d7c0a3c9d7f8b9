import { formatTarget, type Target } from '../../domain/target.ts';
import { routeLists } from '../../routing/route-lists.ts';
import type { RouteSettings } from '../../routing/route-settings.ts';

/** Every target that some route names, each once. */
export function configuredTargets(routes: RouteSettings): readonly Target[] {
  const targets = routeLists(routes).flat();
  return [...new Map(targets.map((target) => [formatTarget(target), target])).values()];
}
