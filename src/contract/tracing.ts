import { z } from 'zod';
import { defineEndpoint } from './endpoint.ts';

export const tracingStatusSchema = z.object({
  /** Whether spans are sent. */
  enabled: z.boolean(),
  /** Whether that was switched since the start; a restart goes back to the configuration. */
  switched: z.boolean(),
  /** `failing`: the collector takes nothing at the moment; `unavailable`: nothing can be sent with this configuration. */
  state: z.enum(['off', 'starting', 'ready', 'failing', 'unavailable']),
  /** Why spans do not arrive; empty when they do. */
  reason: z.string(),
  /** Where spans go; without user, password and query. */
  endpoint: z.string(),
  protocol: z.enum(['http/protobuf', 'grpc']),
  service_name: z.string(),
  conventions: z.enum(['openinference', 'genai', 'both']),
  /** Whether messages and tool calls are shown. */
  content: z.boolean(),
  /** The share of requests that are traced, unless their callers have decided. */
  sampler_ratio: z.number(),
  /** Spans since the start. `dropped`: too many were waiting; `failed`: not taken by the collector. */
  spans: z.object({
    exported: z.number().int().nonnegative(),
    dropped: z.number().int().nonnegative(),
    failed: z.number().int().nonnegative(),
    waiting: z.number().int().nonnegative(),
  }),
});

export type TracingSummary = z.infer<typeof tracingStatusSchema>;

export const tracingEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/tracing',
  access: 'loopback',
  summary: 'Whether requests are traced, where their spans go, and how many arrived.',
  statuses: [200],
  response: tracingStatusSchema,
});

export const switchTracingEndpoint = defineEndpoint({
  method: 'PUT',
  path: '/api/tracing',
  access: 'loopback',
  summary: 'Switches tracing on or off until the next start.',
  statuses: [200],
  body: z.strictObject({ enabled: z.boolean() }),
  response: tracingStatusSchema,
});
