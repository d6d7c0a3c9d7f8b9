import type { ConfigSnapshot } from '../../config/snapshot.ts';
import type { RoutedBy } from '../../custom-router/custom-router.ts';
import type { RouterConfig } from '../../custom-router/protocol.ts';
import { formatShapedTarget } from '../../domain/model-suffix.ts';
import type { Target } from '../../domain/target.ts';
import { TASKS } from '../../domain/task.ts';

/** The script of a configuration, with the routes it may name; `undefined` where there is none. */
export function routedBy(snapshot: ConfigSnapshot): RoutedBy | undefined {
  const settings = snapshot.tasks.customRouter;
  return settings && { settings, config: routerConfig(snapshot) };
}

/** Every route's first target as text; a task without a route is an empty text, as the predecessor had it. */
function routerConfig({ routes, tasks, providers }: ConfigSnapshot): RouterConfig {
  const { tiers, fallback } = routes;
  const byTask = TASKS.map((task) => [task, textOf(routes.tasks.get(task)?.[0])] as const);
  return {
    default: textOf(fallback[0]),
    ...Object.fromEntries(byTask),
    long_context_threshold: tasks.longContext.threshold,
    tiers: {
      haiku: textOf(tiers.haiku[0]),
      sonnet: textOf(tiers.sonnet[0]),
      opus: textOf(tiers.opus[0]),
    },
    providers: [...providers.keys()],
  };
}

function textOf(target: Target | undefined): string {
  return target === undefined ? '' : formatShapedTarget(target);
}
