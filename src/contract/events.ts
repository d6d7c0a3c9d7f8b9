/**
 * What happens in a gateway while it happens, as one discriminated union: `GET /api/events` sends it, and everything
 * that has something to tell publishes it. Events carry names, figures and reasons; never content, headers or secrets.
 */
import { z } from 'zod';
import { exchangeEndedSchema, exchangeStartedSchema, firstTokenSchema } from './exchange-events.ts';
import { ownerSchema, quotaSchema } from './guard.ts';

const text = z.string().nullable();
const milliseconds = z.number().nonnegative();

const breakerChangedSchema = z.object({
  type: z.literal('breaker.changed'),
  provider: z.string(),
  model: z.string(),
  credential: ownerSchema,
  state: z.enum(['closed', 'open', 'half-open']),
  /** Until it is asked again. */
  ready_in_ms: milliseconds,
  openings: z.number().int().nonnegative(),
});

/** A target asked to be left alone for a time. */
const targetCooledSchema = z.object({
  type: z.literal('target.cooled'),
  provider: z.string(),
  /** `null`: every model of the provider. */
  model: text,
  reason: z.string(),
  /** 0: no longer, because somebody has reset it. */
  for_ms: milliseconds,
});

/** The windows of a subscription, when they are not what they were. */
const quotaChangedSchema = quotaSchema.extend({ type: z.literal('quota.changed') });

const configReloadedSchema = z.object({
  type: z.literal('config.reloaded'),
  /** Hash of the effective configuration, as `/api/status` shows it. */
  version: z.string(),
  previous_version: z.string(),
  /** What asked for it: `file`, `signal`, `api`, `cli`, … */
  cause: z.string(),
  /** Keys whose values differ, such as `tiers.haiku`; never the values. */
  changed: z.array(z.string()),
  /** Keys whose new values hold only after a restart. */
  needs_restart: z.array(z.string()),
});

/** A configuration that was not taken; the old one goes on. */
const configRefusedSchema = z.object({
  type: z.literal('config.refused'),
  version: z.string(),
  cause: z.string(),
  /** One line a problem, in the words of `switchyard config check`. */
  problems: z.array(z.string()),
});

const modeChangedSchema = z.object({
  type: z.literal('mode.changed'),
  mode: z.string(),
  previous_mode: z.string(),
  cause: z.string(),
});

/** Trace export was switched while running. */
const tracingChangedSchema = z.object({
  type: z.literal('tracing.changed'),
  enabled: z.boolean(),
});

/** A helper service before or after the gateway changed its state. */
const chainEntrySchema = z.object({
  type: z.literal('chain.entry'),
  /** Name of the entry. */
  entry: z.string(),
  state: z.string(),
  previous_state: text,
  reason: text,
});

const alertFields = {
  /** Tells one breach from the next of the same rule. */
  alert: z.string(),
  rule: z.string(),
  priority: z.string(),
  /** What is wrong, or was, in one sentence. */
  message: z.string(),
  /** The figure that was measured, and the one it was held against. */
  value: z.number().nullable(),
  threshold: z.number().nullable(),
};

const alertFiredSchema = z.object({ type: z.literal('alert.fired'), ...alertFields });
const alertResolvedSchema = z.object({ type: z.literal('alert.resolved'), ...alertFields });

const providerPausedSchema = z.object({ type: z.literal('provider.paused'), provider: z.string() });
const providerResumedSchema = z.object({ type: z.literal('provider.resumed'), provider: z.string() });

/** The gateway takes no new requests and ends with the running ones. */
const drainingSchema = z.object({
  type: z.literal('gateway.draining'),
  in_flight: z.number().int().nonnegative(),
});

/** Told to one subscriber: here events are missing that it would have got. */
const droppedSchema = z.object({
  type: z.literal('dropped'),
  /** `null` when nobody counted. */
  count: z.number().int().positive().nullable(),
  /** `slow`: it read too slowly; `too_old`: it resumed after what is kept; `restarted`: its place is of another run. */
  reason: z.enum(['slow', 'too_old', 'restarted']),
});

/** What can be published. */
const gatewayEventSchema = z.discriminatedUnion('type', [
  exchangeStartedSchema,
  firstTokenSchema,
  exchangeEndedSchema,
  breakerChangedSchema,
  targetCooledSchema,
  quotaChangedSchema,
  configReloadedSchema,
  configRefusedSchema,
  modeChangedSchema,
  tracingChangedSchema,
  chainEntrySchema,
  alertFiredSchema,
  alertResolvedSchema,
  providerPausedSchema,
  providerResumedSchema,
  drainingSchema,
]);

/** Where and when: the same on every event. */
const stampSchema = z.object({
  /** Unique over restarts; `Last-Event-ID` or `after` resumes behind it. */
  id: z.string(),
  /** Milliseconds since the Unix epoch. */
  at: z.number(),
});

/** An event as it is sent. */
export const liveEventSchema = stampSchema.and(z.union([gatewayEventSchema, droppedSchema]));

export type GatewayEvent = z.infer<typeof gatewayEventSchema>;
export type GatewayEventType = GatewayEvent['type'];
export type DroppedEvent = z.infer<typeof droppedSchema>;
export type LiveEvent = z.infer<typeof stampSchema> & (GatewayEvent | DroppedEvent);

/** Every type that can be asked for; `dropped` comes unasked. */
export const EVENT_TYPES: readonly GatewayEventType[] = gatewayEventSchema.options.map(
  ({ shape }) => shape.type.value,
);

/** Where events are published. Publishing never throws, never waits and is a mere check while nobody listens. */
export interface EventSink {
  /** Whether anybody would get an event. Ask before an event is built on the way of a request. */
  readonly listening: boolean;
  publish(event: GatewayEvent): void;
}
