import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { ConfigSnapshot } from '../../config/snapshot.ts';
import type { EventSink } from '../../contract/events.ts';
import type { Ledger } from '../../domain/ledger.ts';
import type { Clock } from '../../lib/clock.ts';
import { createIdSource } from '../../lib/ids.ts';
import { StateFile } from '../../store/state-file.ts';
import { Alerts } from '../../telemetry/alerts/alerts.ts';
import type { CurrentConfiguration } from '../configuration/current-configuration.ts';
import type { GatewayLog } from '../gateway.ts';
import type { Traffic } from '../memory/traffic.ts';

export interface OpenAlertsInput {
  readonly configuration: CurrentConfiguration;
  readonly traffic: Traffic;
  readonly ledger: Pick<Ledger, 'query' | 'settle'>;
  readonly events: EventSink;
  readonly log: GatewayLog;
  readonly clock: Clock;
  readonly addresses: () => readonly { readonly url: string }[];
  readonly snapshot: ConfigSnapshot;
  readonly stateDirectory: string;
}

/** The alerts as they are and will be configured, with what the last run left of them. */
export function openAlerts(input: OpenAlertsInput): Alerts {
  const { configuration, traffic, ledger, clock, addresses } = input;
  const saved: StateFile = new StateFile({
    path: join(input.stateDirectory, `alerts-${input.snapshot.server.listen[0]?.port ?? 0}.json`),
    read: () => alerts.text(),
    onError: (error) => input.log.warn({ error }, '[Alert] The state of alerts cannot be saved.'),
  });
  const alerts: Alerts = new Alerts({
    settings: configuration.snapshot().alerts,
    clock,
    events: input.events,
    log: input.log,
    newId: createIdSource(clock, randomBytes),
    source: () => `${hostname()} ${addresses()[0]?.url ?? ''}`.trim(),
    usage: async (query) => {
      await ledger.settle();
      return ledger.query('usage', query);
    },
    exchanges: async (query) => {
      await ledger.settle();
      return ledger.query('exchanges', query);
    },
    saved,
    openTargets: () =>
      traffic.targets
        .list(clock.monotonic())
        .filter(({ state }) => state === 'open')
        .map(({ key }) => `${key.provider}/${key.model}`),
    quotas: () => traffic.quota.list(),
  });
  configuration.onSnapshot(({ after }) => alerts.configure(after.alerts));
  return alerts;
}
