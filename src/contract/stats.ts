import { z } from 'zod';
import { defineEndpoint } from './endpoint.ts';

const countSchema = z.number().int().nonnegative();

/** Counts since the gateway started, of what clients were answered; copies sent for comparison are not in them. */
export const statsSchema = z.object({
  total_requests: countSchema,
  input_tokens: countSchema,
  output_tokens: countSchema,
  tool_calls: countSchema,
  cache_read_tokens: countSchema,
  cache_write_tokens: countSchema,
  /** Answered with a status of 400 or above, refused, or broken off by a provider. */
  failed_requests: countSchema,
  /** The client went away before the answer was complete. */
  aborted_requests: countSchema,
  /** What translations to providers of other formats left out or changed. */
  translation_warnings: countSchema,
  /** When counting began: milliseconds since the Unix epoch. */
  since: z.number(),
});

export type Stats = z.infer<typeof statsSchema>;

export const statsEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/stats',
  access: 'loopback',
  summary: 'Requests, tokens and tool calls since the gateway started.',
  statuses: [200],
  response: statsSchema,
});
