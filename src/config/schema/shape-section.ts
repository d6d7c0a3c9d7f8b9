import { z } from 'zod';
import { field } from './field.ts';
import { durationSchema } from './scalars.ts';

const tokensSchema = z.int({ error: 'must be a whole number of tokens' }).min(1, 'must be at least 1');

/** How a target is asked in another way than the client wrote. */
export const shapeSchema = z.strictObject({
  effort: field(z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']), {
    meaning:
      'How hard the model thinks, whatever the client asked for; none switches thinking off. Short: provider/model:high.',
    example: 'high',
  }),
  thinking_tokens: field(tokensSchema, {
    meaning: 'Tokens to think for, where the model takes a number. Short: provider/model:8k.',
    example: 8_192,
  }),
  hide_thinking: field(z.boolean(), {
    meaning: 'Whether the model thinks without showing it, where its provider can do that.',
    default: false,
  }),
  max_tokens: field(tokensSchema, {
    meaning: 'The most output tokens; larger limits are lowered to it, and missing ones set.',
    example: 32_000,
  }),
  min_tokens: field(tokensSchema, {
    meaning: 'Smaller limits of output tokens are raised to it.',
    example: 1_024,
  }),
  timeout: field(durationSchema, {
    meaning: 'The longest one try may take, from sending to the end of the answer.',
    example: '120s',
  }),
});

export type ShapeSection = z.output<typeof shapeSchema>;
