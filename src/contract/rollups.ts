import { z } from 'zod';
import { defineEndpoint, LEDGER_PATIENCE_MS } from './endpoint.ts';
import {
  cursorSchema,
  DIMENSIONS,
  dollarsSchema,
  filterQuery,
  limitSchema,
  rangeQuery,
  type DimensionName,
} from './usage-query.ts';

const countSchema = z.number().nonnegative();

/** Sums over tries. Unknown tokens count nothing; `unpriced` and `inexact` tell how much of the money is sure. */
const usageTotalsSchema = z.object({
  /** Requests of clients. */
  requests: countSchema,
  /** Upstream tries, more where one was repeated. */
  attempts: countSchema,
  failures: countSchema,
  input_tokens: countSchema,
  output_tokens: countSchema,
  cache_read_tokens: countSchema,
  cache_write_5m_tokens: countSchema,
  cache_write_1h_tokens: countSchema,
  reasoning_tokens: countSchema,
  server_tool_calls: countSchema,
  tool_calls: countSchema,
  /** Dollars spent; `null` where the cost of no try is known. */
  cost_usd: dollarsSchema,
  /** Dollars at list price, subscriptions included. */
  list_cost_usd: dollarsSchema,
  /** Tries whose cost is unknown; they are in no sum of money. */
  unpriced: countSchema,
  /** Tries whose cost is partial, estimated or by an assumed price. */
  inexact: countSchema,
  mean_ttft_ms: z.number().nullable(),
  mean_total_ms: z.number().nullable(),
});

export type UsageTotalsBody = z.infer<typeof usageTotalsSchema>;

const rollupSchema = usageTotalsSchema.extend({
  /** Start of the hour or UTC day: Unix seconds. */
  bucket: z.number().int().nullable(),
  time: z.iso.datetime().nullable(),
  /** By the names asked for in `by`. */
  by: z.record(z.string(), z.string().nullable()),
});

/** `model` or `lane,model`. */
const bySchema = z
  .string()
  .transform((names) => names.split(',').filter((name) => name !== ''))
  .refine((names) => names.every(isDimension), `names one or more of ${Object.keys(DIMENSIONS).join(', ')}`)
  .transform((names) => names.filter(isDimension))
  .optional();

function isDimension(name: string): name is DimensionName {
  return Object.hasOwn(DIMENSIONS, name);
}

export const rollupsEndpoint = defineEndpoint({
  method: 'GET',
  path: '/v1/usage/rollups',
  patienceMs: LEDGER_PATIENCE_MS,
  access: 'loopback',
  summary:
    'Tokens, costs and times summed by UTC hour or day, or over the whole range, and by what you like.',
  statuses: [200],
  query: z.strictObject({
    granularity: z.enum(['hour', 'day', 'all']).default('hour'),
    by: bySchema,
    ...rangeQuery,
    ...filterQuery,
    /** Rows of a page, 5,000 by default. */
    limit: limitSchema(100_000),
    cursor: cursorSchema,
  }),
  response: z.object({
    granularity: z.enum(['hour', 'day', 'all']),
    /** By time, then dearest first. */
    rollups: z.array(rollupSchema),
    /** Over everything that matches, not this page alone. */
    total: usageTotalsSchema,
    /** Whether there are more rows: `next` is then the `cursor` to ask for them with. */
    truncated: z.boolean(),
    next: z.string().nullable(),
  }),
});
