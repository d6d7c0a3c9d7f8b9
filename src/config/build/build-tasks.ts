import { DEFAULT_TASK_SETTINGS, effortsFrom, type TaskSettings } from '../../tasks/task-settings.ts';
import { buildCustomRouter } from './build-custom-router.ts';
import type { SnapshotBuild } from './snapshot-build.ts';

/** When a request counts as which task. Tasks without a route are not looked for. */
export function buildTasks(build: SnapshotBuild): TaskSettings {
  const { order, image, web_search, long_context, think, background, subagent } = build.input.config.tasks;
  const sections = { image, web_search, long_context, think, background, subagent };
  const usual = DEFAULT_TASK_SETTINGS;
  return {
    customRouter: buildCustomRouter(build),
    order: [...new Set(order)].filter((task) => sections[task]?.use !== undefined),
    image: { scope: image?.scope ?? usual.image.scope },
    longContext: { threshold: long_context?.threshold ?? usual.longContext.threshold },
    think: {
      budget: think?.budget ?? usual.think.budget,
      efforts: think?.effort === undefined ? usual.think.efforts : effortsFrom(think.effort),
      phrases: think?.phrases ?? usual.think.phrases,
    },
    background: { maxTokens: background?.max_tokens ?? usual.background.maxTokens },
    webSearchNames: web_search?.names ?? usual.webSearchNames,
  };
}
