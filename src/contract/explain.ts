import { z } from 'zod';
import { MODES } from '../domain/mode.ts';
import { defineEndpoint } from './endpoint.ts';

const targetSchema = z.object({ provider: z.string(), model: z.string().nullable() });

/** A request as a client would send it. Nothing of it is sent anywhere. */
const explainRequestSchema = z.strictObject({
  method: z.string().default('POST'),
  /** With its query, if it has one. */
  path: z.string().default('/v1/messages'),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.unknown(),
});

/** By the names of the configuration. */
const shapeSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

const explanationSchema = z.object({
  rule: z.string(),
  /** The route in the configuration: `tiers.haiku`, `tasks.image`. */
  route: z.string().nullable(),
  evidence: z.string(),
  tier: z.string().nullable(),
  task: z.string().nullable(),
  client: z.string(),
  /** Who answers: `target`, `compare`, `anthropic-only`. */
  mode: z.enum(MODES),
  /** Ordered: the first would be asked now; none where the gateway would refuse, and `skipped` says why. */
  targets: z.array(targetSchema),
  /** How the first target would be asked in another way than the client wrote; `null`: in none. */
  shape: shapeSchema.nullable(),
  /** Asked only when the network to all targets fails. */
  net_fallback: targetSchema.nullable(),
  skipped: z.array(z.object({ target: targetSchema, reason: z.string() })),
  /** In mode compare: who would get a copy (`target` is `null`: nobody), and who comes first and gets none. */
  copy: z
    .object({
      target: targetSchema.nullable(),
      /** The share of requests that are copied at all. */
      sample: z.number(),
      skipped: z.array(z.object({ target: targetSchema, reason: z.string() })),
    })
    .nullable(),
  /** Everything else the request could have been taken for; only tasks that have a route are looked for. */
  other_tasks: z.array(z.object({ task: z.string(), evidence: z.string() })),
  /** Estimated; `null` when nothing depends on it. */
  prompt_tokens: z.number().nullable(),
  /** What the gateway would answer by itself, asking nobody: an error code, or `estimate`. */
  answered_here: z.string().nullable(),
});

export type Explanation = z.infer<typeof explanationSchema>;

export const explainEndpoint = defineEndpoint({
  method: 'POST',
  path: '/api/explain',
  access: 'token',
  summary: 'Where a request would go now, and why. Asks no provider and changes nothing.',
  statuses: [200],
  body: explainRequestSchema,
  response: explanationSchema,
});
