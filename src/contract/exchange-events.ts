/** The life of an exchange as events: three at most, told apart by `type` and held together by `exchange`. */
import { z } from 'zod';

const text = z.string().nullable();
const count = z.number().nonnegative();
/** `null` where no try told it. */
const tokens = count.nullable();

const whichExchange = {
  /** Id of the exchange, as in `x-switchyard-exchange`, the ledger and the log. */
  exchange: z.string(),
};

/** What is known once it is decided where a request goes. */
const beginning = {
  format: z.string(),
  operation: z.string(),
  client: z.string(),
  session: text,
  project: text,
  user: text,
  requested_model: text,
  stream: z.boolean(),
  request_bytes: count,
  tier: text,
  task: text,
  rule: text,
  /** Id of the decision. */
  decision: text,
};

export const exchangeStartedSchema = z.object({
  type: z.literal('exchange.started'),
  ...whichExchange,
  ...beginning,
  /** What the rule saw, in words. */
  evidence: z.string(),
  /** Ordered: the first is asked, the rest take over. */
  targets: z.array(z.object({ provider: z.string(), model: text })),
});

/** The first content of an answer has come from the provider. */
export const firstTokenSchema = z.object({
  type: z.literal('exchange.first_token'),
  ...whichExchange,
  /** 0 for the first try. */
  ordinal: z.number().int().nonnegative(),
  provider: z.string(),
  model: text,
  /** From the sending of the upstream request. */
  ttft_ms: count,
});

/** The end, with the figures of all tries; lane, model and times are those of the last one. Costs are in the ledger. */
export const exchangeEndedSchema = z.object({
  type: z.literal('exchange.ended'),
  ...whichExchange,
  ...beginning,
  /** When it was received, seconds since the Unix epoch. */
  ts: z.number(),
  outcome: z.enum(['answered', 'refused', 'broken', 'aborted']),
  status: z.number().int().nullable(),
  error: text,
  total_ms: count,
  ttft_ms: z.number().nullable(),
  response_bytes: count,
  /** The provider asked last. */
  lane: text,
  model: text,
  attempts: count,
  input_tokens: tokens,
  output_tokens: tokens,
  cache_read_tokens: tokens,
  cache_write_5m_tokens: tokens,
  cache_write_1h_tokens: tokens,
  tool_calls: count,
});
