import { z } from 'zod';
import { defineEndpoint } from './endpoint.ts';

/** How one helper service fares. */
const chainEntrySchema = z.object({
  id: z.string(),
  name: z.string(),
  side: z.enum(['before', 'after']),
  type: z.enum(['http', 'cli_wrapper']),
  enabled: z.boolean(),
  /** `null` for a wrapper, which has no port. */
  url: z.string().nullable(),
  /** `passive` is never asked; `unchecked` is disabled or was stopped. */
  health: z.enum(['unchecked', 'checking', 'healthy', 'unreachable', 'passive']),
  /** `external`: somebody else runs it. `waiting`: it ended and is started again. `failed`: it was given up. */
  service: z.enum(['external', 'stopped', 'starting', 'running', 'waiting', 'failed']),
  /** What is the matter, as the rest of a sentence; empty when nothing is. */
  reason: z.string(),
  pid: z.number().int().nullable(),
  /** Milliseconds since the Unix epoch. */
  started_at: z.number().nullable(),
  /** How often it ended by itself since the gateway runs. */
  restarts: z.number().int().nonnegative(),
  checks_passed: z.number().int().nonnegative(),
  checks_failed: z.number().int().nonnegative(),
  /** How long its last healthy answer took. */
  health_ms: z.number().nullable(),
  /** Where what it prints is kept. */
  log: z.string().nullable(),
});

const chainSchema = z.object({
  /** Where the chain is written; `null`: there is no file. */
  file: z.string().nullable(),
  /** The URL for clients: of the first enabled entry before the gateway, or the gateway's own. */
  front_door: z.string(),
  gateway_url: z.string(),
  autostart: z.boolean(),
  entries: z.array(chainEntrySchema),
});

export type Chain = z.infer<typeof chainSchema>;
export type ChainEntryStatus = z.infer<typeof chainEntrySchema>;

export const chainEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/chain',
  access: 'loopback',
  summary: 'The helper services around the gateway, in order, and how each of them fares.',
  statuses: [200],
  response: chainSchema,
});

export const chainUpEndpoint = defineEndpoint({
  method: 'POST',
  path: '/api/chain/up',
  access: 'token',
  summary: 'Begins to start every enabled helper service, from the far end of the chain; answers at once.',
  statuses: [202],
  response: chainSchema,
});

export const chainDownEndpoint = defineEndpoint({
  method: 'POST',
  path: '/api/chain/down',
  access: 'token',
  summary: 'Begins to stop every helper service, from the near end of the chain; answers at once.',
  statuses: [202],
  response: chainSchema,
});

export const chainActionEndpoint = defineEndpoint({
  method: 'POST',
  path: '/api/chain/{id}/{action}',
  access: 'token',
  summary: 'Begins to start, stop or restart one helper service; answers at once.',
  statuses: [202],
  parameters: z.strictObject({ id: z.string(), action: z.enum(['start', 'stop', 'restart']) }),
  response: chainSchema,
});

export const chainLogEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/chain/{id}/log',
  access: 'token',
  summary: 'The last lines that a helper service printed.',
  statuses: [200],
  parameters: z.strictObject({ id: z.string() }),
  query: z.strictObject({ lines: z.coerce.number().int().min(1).max(1_000).default(100) }),
  response: z.object({ lines: z.array(z.string()) }),
});
