import { z } from 'zod';
import { defineEndpoint } from './endpoint.ts';

const shutdownSchema = z.object({
  stopping: z.literal(true),
  /** Requests that are still being answered; the process ends after them, or when the drain clock runs out. */
  in_flight: z.number().int().nonnegative(),
});

export const shutdownEndpoint = defineEndpoint({
  method: 'POST',
  path: '/api/shutdown',
  access: 'token',
  summary: 'Stops the gateway: takes no new requests, finishes the running ones, ends.',
  statuses: [202],
  response: shutdownSchema,
});
