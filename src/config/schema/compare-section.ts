import { z } from 'zod';
import { field } from './field.ts';
import { byteSizeSchema, durationSchema, targetListSchema } from './scalars.ts';

export const compareSchema = z.strictObject({
  use: field(targetListSchema, {
    meaning:
      "Where the copies go: the first of these that has a credential of the gateway's own, or needs none, and is ready. Left out: where the request itself would go in mode target.",
    example: 'zai/glm-4.7',
  }),
  sample: field(z.number().min(0, 'must be from 0 to 1').max(1, 'must be from 0 to 1'), {
    meaning: 'The share of requests that are copied.',
    default: 1,
    example: 0.1,
  }),
  max_concurrent: field(z.int({ error: 'must be a whole number' }).min(1, 'must be at least 1'), {
    meaning:
      'How many copies may be under way at once. While there are as many, requests are not copied. Variable: CC_TARGET__MAX_CONCURRENT.',
    default: 50,
  }),
  timeout: field(durationSchema, {
    meaning: 'How long a copy may take as a whole. Variable: CC_TARGET__TIMEOUT_SECS.',
    default: '300s',
  }),
  dollars_per_day: field(z.number().min(0, 'must not be negative'), {
    meaning:
      'What the copies of one day (UTC) may cost. Once it is spent, nothing is copied until the next day; copies that are under way are finished. Answers whose price is not known count nothing. Left out: no limit.',
    example: 2.5,
  }),
  keep_days: field(z.int({ error: 'must be a whole number' }).min(0, 'must not be negative'), {
    meaning: 'How many days compared answers are kept; 0 keeps them. The newest 100 000 are kept at most.',
    default: 30,
  }),
  answer_bytes: field(byteSizeSchema, {
    meaning:
      'How long an answer may be, as it comes over the wire, to be compared and kept. A copy that gets a longer one is broken off.',
    default: '2MiB',
  }),
  cancel_with_client: field(z.boolean(), {
    meaning: 'Whether a copy is broken off when the client goes away before it has its own answer.',
    default: false,
  }),
});
