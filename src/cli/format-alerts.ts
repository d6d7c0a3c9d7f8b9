import type { AlertsBody } from '../contract/alerts.ts';
import { formatDuration } from '../telemetry/format-quantity.ts';
import type { Color, Paint } from '../telemetry/paint.ts';
import { printable } from '../telemetry/printable.ts';

const MAX_MESSAGE_LENGTH = 400;

const STATE_COLORS: Readonly<Record<AlertsBody['alerts'][number]['state'], Color>> = {
  open: 'red',
  acknowledged: 'yellow',
  resolved: 'dim',
};

/** Alerts with their ids, then what is watched and who is told. */
export function formatAlerts({ alerts, rules, channels }: AlertsBody, paint: Paint, now: number): string[] {
  if (rules.length === 0 && alerts.length === 0)
    return ['nothing is watched: add alerts.rules to the configuration'];
  const told = channels.map(({ name, type }) => `${printable(name)} (${type})`).join(', ');
  return [
    ...(alerts.length === 0 ? ['no alerts'] : alerts.flatMap((alert) => formatAlert(alert, paint, now))),
    '',
    ...rules.map(({ name, state, evidence }) => {
      const seen = evidence === null ? 'not looked at yet' : printable(evidence, MAX_MESSAGE_LENGTH);
      return `rule     ${printable(name)}: ${state}; ${seen}`;
    }),
    `told     ${told === '' ? 'nobody but this list' : told}`,
  ];
}

/** What it is on one line, why on the next: both have room in a narrow terminal. */
function formatAlert(alert: AlertsBody['alerts'][number], paint: Paint, now: number): string[] {
  const ago = formatDuration(Math.max(0, now - alert.fired_at));
  const state = paint(STATE_COLORS[alert.state], alert.state.padEnd(12));
  const message = printable(alert.message, MAX_MESSAGE_LENGTH);
  return [
    `${alert.id}  ${state} ${alert.priority.padEnd(8)} ${printable(alert.rule)}  ${ago} ago`,
    `  ${message}`,
  ];
}
