import { z } from 'zod';
import { defineEndpoint, LEDGER_PATIENCE_MS } from './endpoint.ts';

const countSchema = z.number().int().nonnegative();

/**
 * Counts since the gateway started, of requests that a provider was asked for, as the ledger counts them; copies sent for
 * comparison are not in them.
 */
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
  /** Refused by the gateway or given up by their client before any provider was asked; in none of the other counts. */
  unasked_requests: countSchema,
  /** What translations to providers of other formats left out or changed. */
  translation_warnings: countSchema,
  /** When counting began: milliseconds since the Unix epoch. */
  since: z.number(),
});

export type Stats = z.infer<typeof statsSchema>;

/** From the ledger. */
const allTimeSchema = z.object({
  total_requests: countSchema,
  input_tokens: countSchema,
  output_tokens: countSchema,
  tool_calls: countSchema,
  cache_read_tokens: countSchema,
  cache_write_tokens: countSchema,
  /** Dollars spent, and dollars at list price; `null` where the cost of no try is known. */
  cost_usd: z.number().nullable(),
  list_cost_usd: z.number().nullable(),
  /** Tries whose cost is unknown and in neither sum. */
  unpriced: countSchema,
});

export type AllTime = z.infer<typeof allTimeSchema>;

const statsWithLedgerSchema = statsSchema.extend({
  /** Dollars spent since the gateway started, and at list price; `null` while the ledger cannot be asked. */
  cost_usd: z.number().nullable(),
  list_cost_usd: z.number().nullable(),
  /** Tries since the start whose cost is unknown and in neither sum. */
  unpriced: countSchema.nullable(),
  all_time: allTimeSchema.nullable(),
});

export type StatsWithLedger = z.infer<typeof statsWithLedgerSchema>;

export const statsEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/stats',
  patienceMs: LEDGER_PATIENCE_MS,
  access: 'loopback',
  summary: 'Requests, tokens, tool calls and costs since the gateway started, and of all time.',
  statuses: [200],
  response: statsWithLedgerSchema,
});
