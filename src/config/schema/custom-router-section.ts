import { z } from 'zod';
import { documented, field } from './field.ts';
import { byteSizeSchema, durationSchema } from './scalars.ts';

const pathSchema = z.string({ error: 'must be the path of a script' }).min(1, 'must not be empty');

const wholeSchema = z.strictObject({
  path: documented(pathSchema, {
    meaning: 'The script; relative to this file. Variable: ROUTER_CUSTOM_PATH.',
    example: 'router.py',
  }),
  deadline: field(durationSchema, {
    meaning: 'How long a request waits for its answer. After that the rules decide.',
    default: '50ms',
  }),
  request: field(z.enum(['reduced', 'full']), {
    meaning:
      'What the script sees: model, sizes, flags, names of tools, task, tier and the newest user text (reduced), or the whole request besides (full).',
    default: 'reduced',
  }),
  provider: field(z.string().min(1, 'must not be empty'), {
    meaning:
      'The provider whose models the script names. Left out: it names targets, provider/model. ROUTER_CUSTOM_PATH sets it to openrouter.',
    example: 'openrouter',
  }),
  memory: field(byteSizeSchema, {
    meaning: 'The most memory its process may take. More ends it.',
    default: '256MiB',
  }),
  faults: field(z.int({ error: 'must be a whole number' }).min(1, 'must be at least 1'), {
    meaning: 'Faults in a row (late, thrown, no name) after which it is left alone.',
    default: 5,
  }),
  cool_down: field(durationSchema, {
    meaning: 'How long it is left alone the first time; twice as long after each try that fails.',
    default: '30s',
  }),
});

/** A path alone means a script with everything else as usual. */
export const customRouterSchema = z.union(
  [pathSchema.transform((path): z.output<typeof wholeSchema> => ({ path })), wholeSchema],
  { error: 'must be the path of a script, or a mapping with path' },
);
