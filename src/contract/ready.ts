import { z } from 'zod';
import { defineEndpoint } from './endpoint.ts';

const readySchema = z.object({
  ready: z.boolean(),
  /** Why not, in a sentence, when `ready` is false. */
  reason: z.string().optional(),
});

export const readyEndpoint = defineEndpoint({
  method: 'GET',
  path: '/ready',
  access: 'public',
  summary: 'Whether new requests are taken: 200 when they are, 503 while draining.',
  statuses: [200, 503],
  response: readySchema,
});
