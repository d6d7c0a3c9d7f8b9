import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { EventSink } from '../../contract/events.ts';
import type { Ledger } from '../../domain/ledger.ts';
import type { Clock } from '../../lib/clock.ts';
import { createIdSource } from '../../lib/ids.ts';
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
}

/** The alerts as they are and will be configured. */
export function openAlerts(input: OpenAlertsInput): Alerts {
  const { configuration, traffic, ledger, clock, addresses } = input;
  const alerts = new Alerts({
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
