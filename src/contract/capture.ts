import { z } from 'zod';
import { CAPTURE_MODES } from '../domain/capture.ts';
import { defineEndpoint } from './endpoint.ts';

const modeSchema = z.enum(CAPTURE_MODES);
const count = z.number().int().nonnegative();

const captureStateSchema = z.object({
  mode: modeSchema,
  /** Unix seconds: then it is off. */
  until: z.number().nullable(),
  /** Exchanges captured since the start. */
  captured: count,
  keep_days: count,
  max_body_bytes: count,
  max_total_bytes: count,
});

export type CaptureStateBody = z.infer<typeof captureStateSchema>;

export const captureEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/capture',
  access: 'token',
  summary: 'Whether bodies of requests and answers are being kept, and until when.',
  statuses: [200],
  response: captureStateSchema,
});

/** Bodies are other people's words: whoever wants them for longer says so again. */
const LONGEST_MS = 7 * 86_400_000;

export const setCaptureEndpoint = defineEndpoint({
  method: 'PUT',
  path: '/api/capture',
  access: 'token',
  summary: 'Switches the keeping of bodies on, for a time, or off. Not kept over a restart.',
  statuses: [200],
  body: z.strictObject({
    mode: modeSchema,
    /** Milliseconds; as long as capture.for says by default. */
    for_ms: z.number().positive().max(LONGEST_MS, 'is at most seven days').optional(),
  }),
  response: captureStateSchema,
});

const bodySchema = z.object({
  /** Bytes that passed, and bytes of it that are kept. */
  size: count,
  kept: count,
  /** Nothing is missing and nothing was replaced: `text` or `base64` is the body that passed. */
  exact: z.boolean(),
  /** Places in which a secret was replaced by `[redacted]`. */
  redactions: count,
  /** The encoding it travelled in; it is given inflated. */
  inflated_from: z.string().nullable(),
  cut_by: z.enum(['limit', 'memory', 'encoding']).nullable(),
  /** Where it is UTF-8; otherwise `base64` has it. */
  text: z.string().nullable(),
  base64: z.string().nullable(),
});

const messageFields = {
  /** In their order on the wire; credentials replaced. */
  headers: z.array(z.tuple([z.string(), z.string()])),
  /** Place in `bodies`. */
  body: count,
};
const requestSchema = z.object({ method: z.string(), path: z.string(), ...messageFields });
const answerSchema = z.object({ status: z.number().int(), ...messageFields });

const exchangeBodiesSchema = z.object({
  id: z.string(),
  ts: z.number(),
  time: z.iso.datetime(),
  format: z.string(),
  operation: z.string(),
  outcome: z.string(),
  /** As the client sent it. */
  request: requestSchema,
  /** What went to providers and came back. */
  attempts: z.array(
    z.object({
      attempt: z.string(),
      lane: z.string(),
      upstream: z.string(),
      request: requestSchema,
      answer: answerSchema.nullable(),
    }),
  ),
  /** As the client got it. */
  answer: answerSchema.nullable(),
  /** Each once, wherever it passed. */
  bodies: z.array(bodySchema),
});

export type ExchangeBodies = z.infer<typeof exchangeBodiesSchema>;

export const bodiesEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/exchanges/{id}/bodies',
  access: 'token',
  summary: 'The bodies of one request and its answers, if they were captured.',
  statuses: [200],
  parameters: z.strictObject({ id: z.string().min(1).max(128) }),
  response: exchangeBodiesSchema,
});
