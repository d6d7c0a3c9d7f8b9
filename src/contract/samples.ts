import { z } from 'zod';
import { defineEndpoint, LEDGER_PATIENCE_MS } from './endpoint.ts';
import { cursorSchema, dollarsSchema, filterQuery, limitSchema, rangeQuery } from './usage-query.ts';

const text = z.string().nullable();
const count = z.number().nullable();

/** One upstream try. What is unknown is `null`, never zero. */
export const sampleSchema = z.object({
  /** Unix seconds, with fractions. */
  ts: z.number(),
  time: z.iso.datetime(),
  exchange: z.string(),
  attempt: z.string(),
  ordinal: z.number().int(),
  /** The provider. */
  lane: z.string(),
  upstream: text,
  model: text,
  requested_model: text,
  sent_model: text,
  served_model: text,
  tier: text,
  task: text,
  rule: text,
  /** Why this try was made: the rule, or the reason of a further try such as `net_fallback`. */
  decision: text,
  client: z.string(),
  session: text,
  project: text,
  user: text,
  billing: z.string(),
  role: z.string(),
  format: z.string(),
  operation: z.string(),
  credential: z.string(),
  outcome: z.enum(['ok', 'error', 'broken', 'aborted', 'interrupted']),
  status: z.number().int().nullable(),
  error: text,
  h2: z.boolean(),
  ttft_ms: z.number().nullable(),
  total_ms: z.number().nullable(),
  input_tokens: count,
  output_tokens: count,
  cache_read_tokens: count,
  cache_write_5m_tokens: count,
  cache_write_1h_tokens: count,
  reasoning_tokens: count,
  server_tool_calls: count,
  tool_calls: z.number(),
  /** `exact`, `partial`, `estimated` or `none`. */
  usage_quality: z.string(),
  stop_reason: text,
  upstream_request_id: text,
  /** Spent. */
  cost_usd: dollarsSchema,
  /** What the tokens are worth at list price, whoever pays. */
  list_cost_usd: dollarsSchema,
  /** Why a cost is missing or unsure. */
  cost_flags: z.array(z.string()),
  price: text,
});

export type SampleBody = z.infer<typeof sampleSchema>;

export const samplesEndpoint = defineEndpoint({
  method: 'GET',
  path: '/v1/usage/samples',
  patienceMs: LEDGER_PATIENCE_MS,
  access: 'loopback',
  summary: 'Upstream tries with tokens, times and costs, oldest first, page by page.',
  statuses: [200],
  query: z.strictObject({
    ...rangeQuery,
    ...filterQuery,
    limit: limitSchema(5_000),
    cursor: cursorSchema,
  }),
  response: z.object({
    samples: z.array(sampleSchema),
    /** The `cursor` of the next page; `null` on the last. */
    next: z.string().nullable(),
  }),
});
