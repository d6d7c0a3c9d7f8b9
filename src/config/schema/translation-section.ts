import { z } from 'zod';
import { field } from './field.ts';
import { durationSchema } from './scalars.ts';

export const translationSchema = z.strictObject({
  policy: field(z.enum(['lenient', 'strict']), {
    meaning:
      'What happens to what the provider has no counterpart for: it is left out with a warning (lenient: header x-switchyard-warnings, statistics, record), or the request is refused with 400 (strict).',
    default: 'lenient',
  }),
  answer_model: field(z.enum(['requested', 'served']), {
    meaning:
      'The model name in a translated answer: the one the client asked for, or the one the provider says it answered with.',
    default: 'requested',
  }),
  reasoning_fields: field(z.enum(['reasoning_content', 'reasoning', 'both']), {
    meaning:
      'In which fields clients of openai-chat are shown reasoning. Both doubles it for clients that read both.',
    default: 'reasoning_content',
  }),
  keep_alive: field(durationSchema, {
    meaning:
      'After so much silence a client that waits for a translated stream gets a sign of life of its own format. 0 is never.',
    default: '15s',
  }),
});
