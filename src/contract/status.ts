import { z } from 'zod';
import { defineEndpoint } from './endpoint.ts';
import { quotaSchema } from './guard.ts';
import { modeSchema } from './mode.ts';
import { STATUS_SCHEMA } from './status-version.ts';
import { statsSchema } from './stats.ts';
import { tracingStatusSchema } from './tracing.ts';

export const targetSummarySchema = z.object({
  provider: z.string(),
  /** The model asked for upstream; `null` keeps the requested name. */
  model: z.string().nullable(),
  /** Scheme, host and port. Never carries a path, a user or a key. */
  origin: z.string(),
  format: z.string(),
  /** Whose credential goes upstream. */
  credential: z.enum(['caller', 'gateway', 'none']),
  /** The helper service it is reached through; `origin` is then that of the service. */
  via: z.string().nullable(),
});

const tierSummarySchema = z.object({
  /** Ordered: the first is asked, the rest take over. */
  targets: z.array(targetSummarySchema),
  /**
   * A model name that is safe to put into a client's settings for this tier: asking for it reaches this tier
   * and no other. `null` when the tier keeps the client's own names.
   */
  client_model: z.string().nullable(),
  /** Tokens the model of the first target takes; `null` where nobody knows, or the client's own name is kept. */
  context_window: z.number().int().nullable(),
});

/** The part of a configuration that two gateways can be compared by. */
const configurationSummarySchema = z.object({
  /** Hash of the effective configuration. */
  version: z.string(),
  /** The file it was read from; `null`: there is none, and defaults, environment and flags hold. */
  path: z.string().nullable(),
  warnings: z.array(z.string()),
  /** The profile in use. */
  profile: z.string().nullable(),
  /** Profiles that a path /p/NAME may name. */
  profiles: z.array(z.string()),
  tiers: z.object({ opus: tierSummarySchema, sonnet: tierSummarySchema, haiku: tierSummarySchema }),
  /** Where model names of no tier go. */
  fallback: z.array(targetSummarySchema),
  /** Set when `--model` or `--target-url` sends every request to one place. */
  forced: z.object({ provider: z.string().nullable(), model: z.string().nullable() }).nullable(),
});

/** How the configuration follows its files. */
const reloadSchema = z.object({
  /** When it was last swapped, milliseconds since the Unix epoch; `null` while the one of the start is in force. */
  applied_at: z.number().nullable(),
  /** Settings whose new values wait for a restart. */
  needs_restart: z.array(z.string()),
  /** How many versions of the files were refused since the start. */
  refusals: z.number().int().nonnegative(),
  /** Set while the files hold something that cannot be served; what was in force before still is. */
  refused: z.object({ at: z.number(), reasons: z.array(z.string()) }).nullable(),
});

const addressSchema = z.object({
  address: z.string(),
  port: z.number().int(),
  url: z.string(),
});

/** How the book of requests and costs fares. */
const ledgerSummarySchema = z.object({
  state: z.enum(['off', 'starting', 'ready', 'failing', 'refused', 'closed']),
  /** Why it is not ready; empty when it is. */
  reason: z.string(),
  /** Recorded and not yet in the database. */
  lag_rows: z.number().int().nonnegative(),
  /** Lost since start: neither disk nor memory could take them. */
  dropped_rows: z.number().int().nonnegative(),
  /** The usage log; `null` when none is written. */
  usage_log: z.string().nullable(),
});

const statusSchema = z.object({
  schema: z.literal(STATUS_SCHEMA),
  service: z.literal('switchyard'),
  version: z.string(),
  pid: z.number().int(),
  /** Milliseconds since the Unix epoch. */
  started_at: z.number(),
  uptime_ms: z.number(),
  /** `draining` takes no new requests and ends with the running ones. */
  state: z.enum(['serving', 'draining']),
  addresses: z.array(addressSchema),
  /** The URL for clients when a helper service stands before the gateway; `null`: the gateway's own. */
  front_door: z.string().nullable(),
  configuration: configurationSummarySchema,
  reload: reloadSchema,
  mode: modeSchema,
  /** Requests being answered at this moment. */
  in_flight: z.number().int().nonnegative(),
  stats: statsSchema,
  /** Windows of Claude subscriptions, one entry an account that was seen. */
  quota: z.array(quotaSchema),
  /** Providers that are not asked for now, by hand. */
  paused: z.array(z.string()),
  /** Targets that are left alone at this moment. */
  left_alone: z.number().int().nonnegative(),
  ledger: ledgerSummarySchema,
  tracing: tracingStatusSchema,
});

export type TargetSummary = z.infer<typeof targetSummarySchema>;
export type TierSummary = z.infer<typeof tierSummarySchema>;
export type ConfigurationSummary = z.infer<typeof configurationSummarySchema>;
export type Status = z.infer<typeof statusSchema>;

export const statusEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/status',
  access: 'loopback',
  summary: 'What runs, since when, where it listens, with which configuration, and what it is doing.',
  statuses: [200],
  response: statusSchema,
});
