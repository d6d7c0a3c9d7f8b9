import type { Alert } from './alert.ts';

/** An alert as it stands in JSON: in a notice, in the admin API and in the state directory. Fields are only ever added. */
export function alertFields(alert: Alert) {
  return {
    id: alert.id,
    rule: alert.rule,
    metric: alert.metric,
    priority: alert.priority,
    message: alert.message,
    value: alert.value ?? null,
    threshold: alert.threshold,
    fired_at: alert.firedAt,
    acknowledged_at: alert.acknowledgedAt ?? null,
    resolved_at: alert.resolvedAt ?? null,
  };
}
