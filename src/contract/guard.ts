import { z } from 'zod';
import { defineEndpoint } from './endpoint.ts';

/** `gateway-2` is the second key of a provider that has several. */
export const ownerSchema = z.union([
  z.enum(['caller', 'gateway', 'none']),
  z.templateLiteral(['gateway-', z.number().int()]),
]);

/** Where a profile has the provider; `null` at its place in the configuration in use. */
const originSchema = z.string().nullable();

const breakerSchema = z.object({
  provider: z.string(),
  origin: originSchema,
  model: z.string(),
  /** Whose credential the target is reached with. */
  credential: ownerSchema,
  /** `half-open` lets one request try. */
  state: z.enum(['closed', 'open', 'half-open']),
  ready_in_ms: z.number().nonnegative(),
  /** How often it opened without having closed in between. */
  openings: z.number().int().nonnegative(),
});

const cooldownSchema = z.object({
  provider: z.string(),
  origin: originSchema,
  /** `null`: every model of the provider. */
  model: z.string().nullable(),
  /** Whose limit it is: `gateway`, or the hash of a caller's credential. */
  account: z.string(),
  reason: z.string(),
  ready_in_ms: z.number().nonnegative(),
});

const limitSchema = z.object({
  provider: z.string(),
  origin: originSchema,
  /** How many requests at once; `null` where only accounts or clients are limited. */
  concurrent: z.number().int().nullable(),
  /** How many of these may be charged to one account; `null`: all. */
  per_key: z.number().int().nullable(),
  busy: z.number().int().nonnegative(),
  waiting: z.number().int().nonnegative(),
  /** The keys of the provider, and callers' own credentials while they are in use. */
  keys: z.array(z.object({ account: z.string(), busy: z.number().int().nonnegative() })),
});

export const breakersEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/breakers',
  access: 'loopback',
  summary:
    'Targets that are left alone after failures or because they asked for it, and how full limits are.',
  statuses: [200],
  response: z.object({
    breakers: z.array(breakerSchema),
    cooldowns: z.array(cooldownSchema),
    limits: z.array(limitSchema),
  }),
});

const whichTargets = {
  provider: z.string().min(1).optional(),
  model: z.string().min(1).optional(),
};

export const resetBreakersEndpoint = defineEndpoint({
  method: 'POST',
  path: '/api/breakers/reset',
  access: 'token',
  summary: 'Closes breakers and ends cool-downs: all of them, or those of a provider or model.',
  statuses: [200],
  body: z.strictObject(whichTargets),
  response: z.object({ reset: z.number().int().nonnegative() }),
});

export const openBreakerEndpoint = defineEndpoint({
  method: 'POST',
  path: '/api/breakers/open',
  access: 'token',
  summary: 'Leaves a target alone by hand, for a time.',
  statuses: [200],
  body: z.strictObject({
    provider: z.string().min(1),
    model: z.string().min(1),
    /** Milliseconds; at most breakers.open_max. */
    for_ms: z.number().positive().optional(),
  }),
  response: z.object({ opened: z.number().int().nonnegative() }),
});

export const importBreakersEndpoint = defineEndpoint({
  method: 'POST',
  path: '/api/breakers/import',
  access: 'token',
  summary: "Takes over what is still open in a predecessor's circuit_breaker_state.json.",
  statuses: [200],
  body: z.strictObject({ file: z.record(z.string(), z.unknown()) }),
  response: z.object({ opened: z.number().int().nonnegative() }),
});

export const pauseEndpoint = defineEndpoint({
  method: 'PUT',
  path: '/api/providers/{name}/paused',
  access: 'token',
  summary:
    'Stops asking a provider while another target is left, or takes it up again. Not kept over a restart.',
  statuses: [200],
  parameters: z.strictObject({ name: z.string() }),
  body: z.strictObject({ paused: z.boolean() }),
  response: z.object({ paused: z.array(z.string()) }),
});

/** The windows of a Claude subscription, as its last answer told. */
export const quotaSchema = z.object({
  /** The hash of the caller's credential, or the name of a provider with its key: `work gateway`, `work gateway-2`. */
  account: z.string(),
  status: z.string().nullable(),
  windows: z.array(
    z.object({
      name: z.string(),
      status: z.string().nullable(),
      /** 0 to 1; more when it is overdrawn. */
      utilization: z.number().nullable(),
      /** Milliseconds since the Unix epoch. */
      reset_at: z.number().nullable(),
    }),
  ),
  read_at: z.number(),
});

export type Breakers = z.infer<typeof breakersEndpoint.response>;
export type QuotaSummary = z.infer<typeof quotaSchema>;
