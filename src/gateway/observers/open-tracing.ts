import type { Secret } from '../../lib/secret.ts';
import type { StoreLedger } from '../../store/ledger.ts';
import { createAttemptCosts } from '../../telemetry/attempt-costs.ts';
import { Tracing } from '../../telemetry/tracing/tracing.ts';
import type { CurrentConfiguration } from '../configuration/current-configuration.ts';
import type { GatewayLog } from '../gateway.ts';

export interface OpenTracingInput {
  readonly configuration: CurrentConfiguration;
  readonly ledger: Pick<StoreLedger, 'findPrice'>;
  readonly log: GatewayLog;
  readonly version: string;
  readonly adminToken: Secret;
}

/** The traces as they are and will be configured. */
export function openTracing(input: OpenTracingInput): Tracing {
  const { configuration, ledger, log, version, adminToken } = input;
  const costsOf = createAttemptCosts(
    (query) => ledger.findPrice(query),
    () => configuration.snapshot().accounting.prices,
  );
  const settings = () => configuration.snapshot().tracing;
  return new Tracing({ settings, costsOf, log, version, secrets: [adminToken] });
}
