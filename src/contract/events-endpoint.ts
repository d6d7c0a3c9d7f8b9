import { z } from 'zod';
import { defineEndpoint, type TextStream } from './endpoint.ts';
import { EVENT_TYPES } from './events.ts';

const typesSchema = z
  .string()
  .max(1_000)
  .transform((text) => text.split(',').filter((name) => name !== ''))
  .pipe(z.array(z.enum(EVENT_TYPES)))
  .transform((types) => (types.length === 0 ? undefined : new Set(types)));

/**
 * Server-sent events: `id`, `event` (the type) and `data` (the event as JSON). A `Last-Event-ID` header resumes as
 * `after` does. Lines that begin with a colon are signs of life.
 */
export const eventsEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/events',
  access: 'loopback',
  summary: 'What happens in the gateway while it happens, as server-sent events, of all types or of some.',
  statuses: [200],
  streams: ['text/event-stream'],
  query: z.strictObject({
    /** Separated by commas: `exchange.ended,breaker.changed`. */
    types: typesSchema.optional(),
    /** Id of the last event that is known: what came after it is sent first, as far as it is kept. */
    after: z.string().max(100).optional(),
  }),
  response: z.custom<TextStream>(),
});
