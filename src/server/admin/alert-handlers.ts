import type { AlertBody, AlertsBody } from '../../contract/alerts.ts';
import type { EndpointHandlers } from '../../contract/endpoints.ts';
import { GatewayError } from '../../domain/errors.ts';
import { alertFields } from '../../telemetry/alerts/alert-fields.ts';
import type { Alert } from '../../telemetry/alerts/alert.ts';
import type { Alerts } from '../../telemetry/alerts/alerts.ts';

type AlertEndpoint = 'alerts' | 'acknowledgeAlert' | 'resolveAlert' | 'testAlerts';

/** The part of the admin API about alerts. */
export function createAlertHandlers(alerts: Alerts): Pick<EndpointHandlers<unknown>, AlertEndpoint> {
  return {
    alerts: () => ({ status: 200, body: alertsBody(alerts) }),
    acknowledgeAlert: (_, { parameters: { id } }) => found(alerts.acknowledge(id), id),
    resolveAlert: (_, { parameters: { id } }) => found(alerts.resolve(id), id),
    testAlerts: async (_, { body }) => {
      const tests = await alerts.test(body.channel);
      if (tests === undefined) throw new GatewayError('bad_query', `There is no channel ${body.channel}.`);
      const channels = tests.map(({ channel, failure }) => ({
        channel,
        told: failure === undefined,
        failure: failure ?? null,
      }));
      return { status: 200, body: { channels } };
    },
  };
}

function found(alert: Alert | undefined, id: string): { status: number; body: AlertBody } {
  if (alert !== undefined) return { status: 200, body: alertBody(alert) };
  throw new GatewayError('bad_query', `There is no alert ${id.slice(0, 100)}.`);
}

function alertsBody({ list, rules, channels }: Alerts): AlertsBody {
  return {
    alerts: list.map(alertBody),
    rules: rules.map(({ rule, state, reading }) => ({
      name: rule.name,
      metric: rule.metric,
      threshold: rule.above,
      window_ms: rule.windowMs,
      priority: rule.priority,
      state,
      value: reading?.value ?? null,
      evidence: reading?.evidence ?? null,
    })),
    channels: [...channels].map(([name, { type }]) => ({ name, type })),
  };
}

function alertBody(alert: Alert): AlertBody {
  return { ...alertFields(alert), state: stateOf(alert) };
}

function stateOf({ resolvedAt, acknowledgedAt }: Alert): AlertBody['state'] {
  if (resolvedAt !== undefined) return 'resolved';
  return acknowledgedAt === undefined ? 'open' : 'acknowledged';
}
