import { z } from 'zod';
import { PAIR_GROUPS } from '../domain/pair.ts';
import { defineEndpoint, LEDGER_PATIENCE_MS } from './endpoint.ts';
import { cursorSchema, dollarsSchema, limitSchema, rangeQuery } from './usage-query.ts';

/** Compared answers: A is what the client got, B what the copy got. Texts of prompts are not kept. */

const text = z.string().nullable();
const amount = z.number().nullable();
const count = z.number().int().nonnegative();

const agreementSchema = z.enum(['agree', 'partly', 'differ']);
const judgementSchema = z.enum(['a', 'b', 'tie']);

const sideSchema = z.object({
  lane: z.string(),
  model: text,
  outcome: z.enum(['ok', 'error', 'broken', 'aborted', 'interrupted']),
  status: z.number().int().nullable(),
  error: text,
  ttft_ms: amount,
  total_ms: amount,
  /** All of the prompt, cached or not. */
  prompt_tokens: amount,
  output_tokens: amount,
  cost_usd: dollarsSchema,
  list_cost_usd: dollarsSchema,
});

const pairSchema = z.object({
  /** That of the exchange. */
  id: z.string(),
  ts: z.number(),
  time: z.iso.datetime(),
  client: z.string(),
  session: text,
  project: text,
  user: text,
  tier: text,
  task: text,
  requested_model: text,
  a: sideSchema,
  b: sideSchema,
  /** With tool calls: the same calls; the same tools with other arguments; neither. Without: by wording. `null`: one is not whole. */
  agreement: agreementSchema.nullable(),
  /** How much is worded alike, 0 to 1; `null` when there is no text to compare. */
  text_similarity: z.number().nullable(),
  judgement: judgementSchema.nullable(),
  judged_at: z.number().nullable(),
});

const answerSchema = z.object({
  text: z.string(),
  /** The arguments as JSON with sorted keys, or the free text of a custom tool. */
  calls: z.array(z.object({ tool: z.string(), input: z.string() })),
  stop: z.string(),
});

const diffSchema = z.object({
  agreement: agreementSchema,
  calls: z.array(
    z.object({
      kind: z.enum(['same', 'arguments', 'only-a', 'only-b']),
      tool: z.string(),
      /** Positions among the calls of each answer. */
      a: z.number().int().nullable(),
      b: z.number().int().nullable(),
      /** Where the arguments differ; the first few. */
      paths: z.array(z.string()),
    }),
  ),
  same_order: z.boolean(),
  same_stop: z.boolean(),
  text_similarity: z.number().nullable(),
});

const pairDetailSchema = z.object({
  pair: pairSchema,
  /** `null`: there is no whole answer, or it was longer than compare.answer_bytes. */
  a: answerSchema.nullable(),
  b: answerSchema.nullable(),
  diff: diffSchema.nullable(),
});

const valueSchema = z.string().max(512).optional();

/** Exact values; an empty one asks for what has none. `provider` and `model` are those of B. */
const pairFilterQuery = {
  task: valueSchema,
  tier: valueSchema,
  client: valueSchema,
  session: valueSchema,
  project: valueSchema,
  user: valueSchema,
  provider: valueSchema,
  model: valueSchema,
  agreement: valueSchema,
  judgement: valueSchema,
};

export const pairsEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/pairs',
  patienceMs: LEDGER_PATIENCE_MS,
  access: 'token',
  summary: 'Compared answers, newest first, page by page, without their texts.',
  statuses: [200],
  query: z.strictObject({
    ...rangeQuery,
    ...pairFilterQuery,
    limit: limitSchema(500),
    cursor: cursorSchema,
  }),
  response: z.object({ pairs: z.array(pairSchema), next: z.string().nullable() }),
});

const parameters = z.strictObject({ id: z.string().min(1).max(128) });

export const pairEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/pairs/{id}',
  patienceMs: LEDGER_PATIENCE_MS,
  access: 'token',
  summary: 'Two compared answers in full, and how they differ.',
  statuses: [200],
  parameters,
  response: pairDetailSchema,
});

export const judgePairEndpoint = defineEndpoint({
  method: 'PUT',
  path: '/api/pairs/{id}/judgement',
  patienceMs: LEDGER_PATIENCE_MS,
  access: 'token',
  summary: 'Notes which answer is better: a, b or tie; null takes it back.',
  statuses: [200],
  parameters,
  body: z.strictObject({ judgement: judgementSchema.nullable() }),
  response: z.object({ id: z.string(), judgement: judgementSchema.nullable() }),
});

const sideStatsSchema = z.object({
  /** Sums over the pairs of which both costs are known. */
  cost_usd: z.number(),
  list_cost_usd: z.number(),
  prompt_tokens: count,
  output_tokens: count,
  /** Means over the pairs of which both answers are whole. */
  mean_ttft_ms: amount,
  mean_total_ms: amount,
});

const pairStatsSchema = z.object({
  key: text,
  pairs: count,
  compared: count,
  agree: count,
  partly: count,
  differ: count,
  /** Copies that got no whole answer. */
  b_failed: count,
  mean_text_similarity: z.number().nullable(),
  judged: z.object({ a: count, b: count, tie: count }),
  priced: count,
  a: sideStatsSchema,
  b: sideStatsSchema,
});

export const pairStatsEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/pairs/stats',
  patienceMs: LEDGER_PATIENCE_MS,
  access: 'token',
  summary: 'Agreement, cost and time of compared answers, by task or another name.',
  statuses: [200],
  query: z.strictObject({ ...rangeQuery, ...pairFilterQuery, by: z.enum(PAIR_GROUPS).default('task') }),
  response: z.object({ by: z.enum(PAIR_GROUPS), groups: z.array(pairStatsSchema) }),
});

export type PairBody = z.infer<typeof pairSchema>;
export type PairSideBody = z.infer<typeof sideSchema>;
export type PairDetailBody = z.infer<typeof pairDetailSchema>;
export type PairDiffBody = z.infer<typeof diffSchema>;
export type PairStatsBody = z.infer<typeof pairStatsEndpoint.response>;
export type PairGroupBody = z.infer<typeof pairStatsSchema>;
