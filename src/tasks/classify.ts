import type { RecognisedTask, Task } from '../domain/task.ts';
import { background } from './background.ts';
import type { TaskClues, TaskDetector } from './detector.ts';
import { image } from './image.ts';
import { longContext } from './long-context.ts';
import { subagent } from './subagent.ts';
import type { TaskSettings } from './task-settings.ts';
import { think } from './think.ts';
import { webSearch } from './web-search.ts';

const DETECTORS: Readonly<Record<Task, TaskDetector>> = {
  image,
  web_search: webSearch,
  long_context: longContext,
  think,
  background,
  subagent,
};

/**
 * Everything a request could be taken for, in the configured order, so that the first is what it is. Lazy: who
 * takes the first pays for no more.
 */
export function* classify(clues: TaskClues, settings: TaskSettings): Generator<RecognisedTask, void> {
  for (const task of settings.order) {
    const evidence = DETECTORS[task](clues, settings);
    if (evidence !== undefined) yield { task, evidence };
  }
}
