import { z } from 'zod';
import { defineEndpoint } from './endpoint.ts';

const alertSchema = z.object({
  id: z.string(),
  /** Name of the rule that was broken. */
  rule: z.string(),
  metric: z.string(),
  priority: z.enum(['low', 'normal', 'high', 'critical']),
  /** What is wrong, in one sentence, as it was seen when it was told. */
  message: z.string(),
  /** In the unit of the metric: shares 0 to 1, milliseconds, dollars, counts. */
  value: z.number().nullable(),
  threshold: z.number(),
  state: z.enum(['open', 'acknowledged', 'resolved']),
  /** Milliseconds since the Unix epoch. */
  fired_at: z.number(),
  acknowledged_at: z.number().nullable(),
  resolved_at: z.number().nullable(),
});

const ruleSchema = z.object({
  name: z.string(),
  metric: z.string(),
  threshold: z.number(),
  window_ms: z.number(),
  priority: z.string(),
  /** `pending`: broken, but not for long enough yet. */
  state: z.enum(['quiet', 'pending', 'firing']),
  /** What it saw when it last looked; `null` before, and while it cannot be told. */
  value: z.number().nullable(),
  evidence: z.string().nullable(),
});

export const alertsEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/alerts',
  access: 'loopback',
  summary: 'Alerts of this run, newest first, the rules behind them and who is told.',
  statuses: [200],
  response: z.object({
    alerts: z.array(alertSchema),
    rules: z.array(ruleSchema),
    /** Addresses are secrets and are not shown. */
    channels: z.array(z.object({ name: z.string(), type: z.enum(['webhook', 'slack', 'email']) })),
  }),
});

const whichAlert = z.strictObject({ id: z.string() });

export const acknowledgeAlertEndpoint = defineEndpoint({
  method: 'POST',
  path: '/api/alerts/{id}/acknowledge',
  access: 'token',
  summary: 'Notes that somebody has seen an alert.',
  statuses: [200],
  parameters: whichAlert,
  response: alertSchema,
});

export const resolveAlertEndpoint = defineEndpoint({
  method: 'POST',
  path: '/api/alerts/{id}/resolve',
  access: 'token',
  summary: 'Ends an alert by hand. Should its cause last, it fires again after its cool-down.',
  statuses: [200],
  parameters: whichAlert,
  response: alertSchema,
});

export const testAlertsEndpoint = defineEndpoint({
  method: 'POST',
  path: '/api/alerts/test',
  access: 'token',
  summary: 'Sends a notice of nothing to one channel, or to all, and says what became of it.',
  // A mail server may take its ten seconds to connect, to greet and to answer.
  patienceMs: 40_000,
  statuses: [200],
  body: z.strictObject({ channel: z.string().min(1).optional() }),
  response: z.object({
    channels: z.array(
      z.object({
        channel: z.string(),
        told: z.boolean(),
        /** What went wrong; `null` when it was told. */
        failure: z.string().nullable(),
      }),
    ),
  }),
});

export type AlertBody = z.infer<typeof alertSchema>;
export type AlertsBody = z.infer<typeof alertsEndpoint.response>;
