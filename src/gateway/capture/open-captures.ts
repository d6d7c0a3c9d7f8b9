import { join } from 'node:path';
import type { Clock } from '../../lib/clock.ts';
import type { Secret } from '../../lib/secret.ts';
import { CaptureStore } from '../../store/capture/capture-store.ts';
import { ledgerDirectory } from '../../store/open-ledger.ts';
import type { CurrentConfiguration } from '../configuration/current-configuration.ts';
import type { GatewayLog } from '../gateway.ts';
import { Captures, type CaptureState } from './captures.ts';

export interface OpenCapturesInput {
  readonly configuration: CurrentConfiguration;
  readonly stateDirectory: string;
  readonly adminToken: Secret;
  readonly clock: Clock;
  readonly log: GatewayLog;
}

/** The capture of bodies as it is and will be configured. It lies beside the ledger; without one, nowhere. */
export function openCaptures(input: OpenCapturesInput): Captures {
  const { configuration, stateDirectory, adminToken, clock, log } = input;
  const { accounting } = configuration.snapshot();
  const store = new CaptureStore({
    directory: join(ledgerDirectory(accounting, stateDirectory), 'captures'),
    keeping: accounting.capture,
    now: () => clock.now(),
    onError: (reason) =>
      log.warn({ reason }, '[Capture] Bodies cannot be kept; the traffic is not affected.'),
  });
  const captures = new Captures({
    settings: accounting.capture,
    clock,
    adminToken,
    store: accounting.store.enabled ? store : undefined,
    onChange: (state) => logChange(log, state),
  });
  captures.start();
  configuration.onSnapshot(({ after }) => captures.configure(after.accounting.capture));
  return captures;
}

function logChange(log: GatewayLog, { mode, until }: CaptureState): void {
  if (until === undefined) return log.info({}, '[Capture] Bodies are no longer kept.');
  const what = mode === 'errors' ? 'The bodies of failed requests' : 'The bodies of all requests';
  log.warn({ until: new Date(until).toISOString() }, `[Capture] ${what} and their answers are kept for now.`);
}
