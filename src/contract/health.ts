import { z } from 'zod';
import { defineEndpoint } from './endpoint.ts';

/**
 * How one tier is set up. Only facts that hold are present, so that scripts written for the predecessors can
 * test a key for its presence.
 */
const tierHealthSchema = z.object({
  /** The model the tier is sent to; absent when the requested name is kept. */
  model: z.string().optional(),
  /** The tier has a provider with a credential of its own. */
  provider_set: z.literal(true).optional(),
  /** The tier uses the caller's own login or key. */
  uses_oauth: z.literal(true).optional(),
});

export const healthSchema = z.object({
  status: z.enum(['healthy', 'draining']),
  /** Tells a Switchyard apart from anything else that answers on the port. */
  service: z.literal('switchyard'),
  version: z.string(),
  haiku: tierHealthSchema,
  sonnet: tierHealthSchema,
  opus: tierHealthSchema,
  /** Whether a Claude login on this machine can serve; told to loopback callers only. */
  oauth_token_available: z.boolean().optional(),
});

export type TierHealth = z.infer<typeof tierHealthSchema>;
export type Health = z.infer<typeof healthSchema>;

export const healthEndpoint = defineEndpoint({
  method: 'GET',
  path: '/health',
  access: 'public',
  summary: 'Whether the gateway lives, and how its tiers are set up. Answered locally, without a key.',
  statuses: [200],
  response: healthSchema,
});
