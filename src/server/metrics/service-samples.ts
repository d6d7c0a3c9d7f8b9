import type { EntryReport } from '../../chain/service-report.ts';
import type { Samples } from '../../telemetry/metrics/samples.ts';
import type { Tracing } from '../../telemetry/tracing/tracing.ts';

/** Helper services that are looked after, and what became of the spans. */
export function serviceSamples(
  reports: readonly EntryReport[],
  tracing: Pick<Tracing, 'status'>,
): Pick<Samples, 'chainEntries' | 'chainRestarts' | 'spans' | 'spansWaiting'> {
  const { exported, dropped, failed, waiting } = tracing.status();
  const watched = reports.filter(({ enabled }) => enabled);
  return {
    chainEntries: watched.map(({ id, health }) => [
      { entry: id },
      health === 'healthy' || health === 'passive' ? 1 : 0,
    ]),
    chainRestarts: watched.map(({ id, restarts }) => [{ entry: id }, restarts]),
    spans: [
      [{ outcome: 'exported' }, exported],
      [{ outcome: 'dropped' }, dropped],
      [{ outcome: 'failed' }, failed],
    ],
    spansWaiting: [[{}, waiting]],
  };
}
