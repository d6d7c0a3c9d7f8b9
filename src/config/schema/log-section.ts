import { z } from 'zod';
import { field } from './field.ts';
import { byteSizeSchema } from './scalars.ts';

const countSchema = z
  .int({ error: 'must be a whole number' })
  .min(1, 'must be at least 1')
  .max(100_000, 'must be at most 100000');

export const logSchema = z.strictObject({
  max_bytes: field(byteSizeSchema, {
    meaning: 'A new file is begun above this size, and every day; older ones are compressed.',
    default: '16MiB',
  }),
  keep_days: field(countSchema, { meaning: 'How many days compressed files are kept.', default: 14 }),
  keep_files: field(countSchema, { meaning: 'How many compressed files are kept at most.', default: 30 }),
});
