import type { EntryReport } from '../../chain/service-report.ts';
import type { Alerts } from '../../telemetry/alerts/alerts.ts';
import type { Samples } from '../../telemetry/metrics/samples.ts';
import type { Tracing } from '../../telemetry/tracing/tracing.ts';

export interface ServiceSources {
  readonly chain: { reports(): readonly EntryReport[] };
  readonly tracing: Pick<Tracing, 'status'>;
  readonly alerts: Pick<Alerts, 'rules'>;
}

/** Helper services that are looked after, alert rules, and what became of the spans. */
export function serviceSamples({
  chain,
  tracing,
  alerts,
}: ServiceSources): Pick<Samples, 'chainEntries' | 'chainRestarts' | 'alerts' | 'spans' | 'spansWaiting'> {
  const { exported, dropped, failed, waiting } = tracing.status();
  const watched = chain.reports().filter(({ enabled }) => enabled);
  return {
    chainEntries: watched.map(({ id, health }) => [
      { entry: id },
      health === 'healthy' || health === 'passive' ? 1 : 0,
    ]),
    chainRestarts: watched.map(({ id, restarts }) => [{ entry: id }, restarts]),
    alerts: alerts.rules.map(({ rule: { name, priority }, state }) => [
      { rule: name, priority },
      state === 'firing' ? 1 : 0,
    ]),
    spans: [
      [{ outcome: 'exported' }, exported],
      [{ outcome: 'dropped' }, dropped],
      [{ outcome: 'failed' }, failed],
    ],
    spansWaiting: [[{}, waiting]],
  };
}
