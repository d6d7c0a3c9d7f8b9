import type { TracingSummary } from '../contract/tracing.ts';
import type { Paint } from '../telemetry/paint.ts';
import { printable } from '../telemetry/printable.ts';

const MAX_REASON_LENGTH = 400;

/** Where spans go and how many arrived, as lines for a person. */
export function formatTracing(tracing: TracingSummary, paint: Paint): string[] {
  const { enabled, switched, endpoint, protocol, service_name: service, spans } = tracing;
  const since = switched ? ' (switched; a restart goes back to the configuration)' : '';
  if (!enabled) return [`tracing is off${since}`];
  const isWell = tracing.state === 'ready' || tracing.state === 'starting';
  const state = paint(isWell ? 'green' : 'yellow', tracing.state);
  const content = tracing.content ? 'with messages' : 'without messages';
  return [
    `tracing is on${since}: ${state}`,
    `  to       ${printable(endpoint)} (${protocol}) as ${printable(service)}`,
    `  shows    ${tracing.conventions}, ${content}, ${Math.round(tracing.sampler_ratio * 100)} % of requests`,
    `  spans    ${spans.exported} taken, ${spans.waiting} waiting, ${spans.dropped} dropped, ${spans.failed} failed`,
    ...(tracing.reason === '' ? [] : [`  ${paint('yellow', printable(tracing.reason, MAX_REASON_LENGTH))}`]),
  ];
}

/** For the status: nothing while there is nothing to know. */
export function tracingInOneLine({ enabled, switched, state, endpoint }: TracingSummary): string | undefined {
  if (!enabled && !switched) return undefined;
  const since = switched ? ', switched until the next start' : '';
  return enabled ? `on${since}, ${state}, to ${printable(endpoint)}` : `off${since}`;
}
