import { z } from 'zod';
import { defineEndpoint, LEDGER_PATIENCE_MS } from './endpoint.ts';
import { sampleSchema } from './samples.ts';
import { cursorSchema, dollarsSchema, filterQuery, limitSchema, rangeQuery } from './usage-query.ts';

const text = z.string().nullable();
const count = z.number().nonnegative();
/** `null` where no try told it. */
const tokens = count.nullable();

/** One request of a client with the figures of all its tries; lane and model are those of the last one. */
const exchangeSummarySchema = z.object({
  id: z.string(),
  ts: z.number(),
  time: z.iso.datetime(),
  outcome: z.string(),
  status: z.number().int().nullable(),
  error: text,
  stream: z.boolean(),
  total_ms: z.number().nullable(),
  ttft_ms: z.number().nullable(),
  request_bytes: count,
  response_bytes: count,
  lane: text,
  model: text,
  requested_model: text,
  tier: text,
  task: text,
  rule: text,
  decision: text,
  client: z.string(),
  session: text,
  project: text,
  user: text,
  format: z.string(),
  operation: z.string(),
  attempts: count,
  input_tokens: tokens,
  output_tokens: tokens,
  cache_read_tokens: tokens,
  cache_write_5m_tokens: tokens,
  cache_write_1h_tokens: tokens,
  tool_calls: count,
  cost_usd: dollarsSchema,
  list_cost_usd: dollarsSchema,
});

export type ExchangeSummaryBody = z.infer<typeof exchangeSummarySchema>;

export const exchangesEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/exchanges',
  patienceMs: LEDGER_PATIENCE_MS,
  access: 'loopback',
  summary: 'Requests of clients, newest first, page by page.',
  statuses: [200],
  query: z.strictObject({ ...rangeQuery, ...filterQuery, limit: limitSchema(500), cursor: cursorSchema }),
  response: z.object({ exchanges: z.array(exchangeSummarySchema), next: z.string().nullable() }),
});

export const recentEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/recent',
  patienceMs: LEDGER_PATIENCE_MS,
  access: 'loopback',
  summary: 'Requests of clients in the order in which they ended: ask again with `after` for what is new.',
  statuses: [200],
  query: z.strictObject({
    after: z
      .string()
      .regex(/^\d{1,15}$/, 'is no place that an answer has given')
      .transform(Number)
      .optional(),
    limit: limitSchema(500),
  }),
  response: z.object({
    exchanges: z.array(exchangeSummarySchema),
    /** The `after` of the next question. */
    last: z.number().int().nonnegative(),
  }),
});

const targetSchema = z.object({ provider: z.string(), model: text });

const exchangeDetailSchema = z.object({
  exchange: exchangeSummarySchema,
  /** What the rule saw, in words. */
  evidence: text,
  client_version: text,
  agent_id: text,
  agent_type: text,
  targets: z.array(targetSchema),
  skipped: z.array(targetSchema.extend({ reason: z.string() })),
  attempts: z.array(sampleSchema),
});

export type ExchangeDetailBody = z.infer<typeof exchangeDetailSchema>;

export const exchangeEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/exchanges/{id}',
  patienceMs: LEDGER_PATIENCE_MS,
  access: 'loopback',
  summary: 'One request of a client: why it went where it went, and each of its tries.',
  statuses: [200],
  parameters: z.strictObject({ id: z.string().min(1).max(128) }),
  response: exchangeDetailSchema,
});
