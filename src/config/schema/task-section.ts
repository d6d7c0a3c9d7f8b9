import { z } from 'zod';
import { TASKS } from '../../domain/task.ts';
import { EFFORTS } from '../../tasks/task-settings.ts';
import { field } from './field.ts';
import { routeFields } from './route-schema.ts';
import { customRouterSchema } from './custom-router-section.ts';
import { targetListSchema } from './scalars.ts';

const ERROR = 'must be a target such as zai/glm-4.7, a list of them, or a mapping with use';

const wordsSchema = z.array(z.string().min(1, 'must not be empty').toLowerCase());
const tokensSchema = z.int({ error: 'must be a whole number' }).min(1, 'must be at least 1');

/** A task's route, with what else may be said about the task. */
function taskSchema<Shape extends z.ZodRawShape>(shape: Shape) {
  const { use, ...others } = routeFields;
  const whole = z.strictObject({ use: use.optional(), ...others, ...shape });
  // Every key of the whole form may be left out, so that a list of targets alone is one of it.
  const short = targetListSchema.transform((targets) => ({ use: targets }) as z.output<typeof whole>);
  return z.union([short, whole], { error: ERROR });
}

export const tasksSchema = z.strictObject({
  order: field(z.array(z.enum(TASKS)), {
    meaning:
      'In which order tasks are looked for; the first that fits and has a route wins. A task that is not listed is not looked for.',
    default: [...TASKS],
  }),
  custom_router: field(customRouterSchema, {
    localOnly: true,
    meaning:
      'A script of your own that names the target of a request, before every other rule: JavaScript or TypeScript (default export or route), or Python (def route(request, config)). It runs in a process of its own; whatever goes wrong with it, the rules decide. Cannot be set over HTTP. docs/routing.md has its contract.',
    example: 'router.ts',
  }),
  image: field(
    taskSchema({
      scope: field(z.enum(['newest-turn', 'whole-history']), {
        meaning:
          'Where an image counts: after the last answer of the model, tool results included, or anywhere in the conversation. Choose whole-history where the other models cannot read images at all.',
        default: 'newest-turn',
      }),
    }),
    { meaning: 'Where requests with images go.', example: 'openrouter/qwen/qwen2.5-vl-72b-instruct' },
  ),
  web_search: field(
    taskSchema({
      names: field(wordsSchema, {
        meaning:
          'Words in the name of a tool that make it a web search, besides the tools of type web_search of the vendors.',
        default: ['web_search', 'search_web', 'websearch', 'brave', 'exa', 'perplexity'],
      }),
    }),
    { meaning: 'Where requests go whose only tool, or forced tool, is a web search.' },
  ),
  long_context: field(
    taskSchema({
      threshold: field(tokensSchema, {
        meaning:
          'Prompt tokens, system text and tools included, above which a context is long. Estimated, and corrected by what providers count. A session stays until it is below 80 % of it.',
        default: 60_000,
      }),
    }),
    {
      meaning: 'Where long contexts go.',
      example: { use: 'openrouter/minimax/minimax-m2.5', threshold: 60_000 },
    },
  ),
  think: field(
    taskSchema({
      budget: field(tokensSchema, {
        meaning: 'A thinking budget from which a request counts, in tokens.',
        default: 16_384,
      }),
      effort: field(z.enum(EFFORTS), {
        meaning: 'An effort from which a request counts.',
        default: 'xhigh',
      }),
      phrases: field(wordsSchema, {
        meaning: 'Words in the newest system message by which a request counts; case does not matter.',
        default: [
          'plan mode is active',
          'plan mode still active',
          'you are in plan mode',
          'planning mode',
          'think step by step',
          'think carefully',
        ],
      }),
    }),
    { meaning: 'Where requests go that are to be thought through: plan mode, large thinking budgets.' },
  ),
  background: field(
    taskSchema({
      max_tokens: field(tokensSchema, {
        meaning: 'The largest answer of a request without tools that counts as background work.',
        default: 256,
      }),
    }),
    { meaning: 'Where the haiku family and helper requests (titles, probes) go.' },
  ),
  subagent: field(taskSchema({}), {
    meaning:
      'Where subagents go for which nothing else fits. The section subagents comes first, for single types.',
  }),
});
