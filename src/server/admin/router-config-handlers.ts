/** Routes by kind of work in the shape that the predecessors' tools know. */
import { routeChange, thresholdChange, type RouteSlot } from '../../config/edit/route-slots.ts';
import { changeValues, type ConfigChange } from '../../config/edit/config-change.ts';
import type { RawObject } from '../../config/layers/raw-value.ts';
import type { ConfigSnapshot } from '../../config/snapshot.ts';
import type { EndpointHandlers } from '../../contract/endpoints.ts';
import type { RouterConfigBody, RouterConfigGiven } from '../../contract/router-config.ts';
import { GatewayError } from '../../domain/errors.ts';
import { formatShapedTarget } from '../../domain/model-suffix.ts';
import type { Target } from '../../domain/target.ts';
import { changeFile, requireFiles, type ConfigHandlerInput } from './config-handlers.ts';

const SLOTS = [
  'default',
  'background',
  'think',
  'long_context',
  'web_search',
  'image',
] as const satisfies RouteSlot[];

export function createRouterConfigHandlers({
  configuration,
  files,
}: ConfigHandlerInput): Pick<EndpointHandlers<unknown>, 'routerConfig' | 'changeRouterConfig'> {
  const describe = (): RouterConfigBody => ({
    ...routesOf(configuration.snapshot()),
    etag: requireFiles(files).read().etag,
  });
  return {
    routerConfig: () => ({ status: 200, body: describe() }),
    changeRouterConfig: async (_, { body }) => {
      const open = requireFiles(files);
      const { custom_router_path: path = null } = body;
      if (path !== null && path !== describe().custom_router_path)
        throw new GatewayError('config_read_only', 'custom_router_path cannot be changed over HTTP.');
      await changeFile(open, changesOf(body, open.read().values ?? {}), body.etag);
      return { status: 200, body: describe() };
    },
  };
}

function changesOf(given: RouterConfigGiven, values: RawObject): readonly ConfigChange[] {
  const routes = SLOTS.flatMap((slot) => {
    const targets = given[slot];
    return targets === undefined ? [] : [routeChange(values, slot, targetsOf(targets))];
  });
  const { long_context_threshold: tokens } = given;
  if (tokens === undefined) return routes;
  // The route first: what it makes of the file decides where the threshold goes.
  const after = routes.reduce(changeValues, values);
  return [...routes, thresholdChange(after, tokens)];
}

function targetsOf(given: string | readonly string[] | null): readonly string[] {
  const words = typeof given === 'string' ? given.split(',') : (given ?? []);
  return words.map((word) => word.trim()).filter((word) => word !== '');
}

function routesOf({ routes, tasks }: ConfigSnapshot): Omit<RouterConfigBody, 'etag'> {
  const task = (name: Exclude<(typeof SLOTS)[number], 'default'>) => textOf(routes.tasks.get(name) ?? []);
  return {
    default: textOf(routes.fallback),
    background: task('background'),
    think: task('think'),
    long_context: task('long_context'),
    long_context_threshold: tasks.longContext.threshold,
    web_search: task('web_search'),
    image: task('image'),
    custom_router_path: tasks.customRouter?.path ?? '',
  };
}

function textOf(targets: readonly Target[]): string {
  return targets.map(formatShapedTarget).join(', ');
}
