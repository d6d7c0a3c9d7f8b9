import type { ConfigSnapshot } from '../../config/snapshot.ts';
import type { ExchangeRecord } from '../../domain/exchange.ts';
import type { ConfigurationReading } from '../../gateway/configuration/configuration-files.ts';
import type { GatewayLog, MachineLogin } from '../../gateway/gateway.ts';
import type { Secret } from '../../lib/secret.ts';

/** What a gateway is built from. */
export interface ComposeInput {
  /** The configuration of the start; later ones come through {@link RunningGateway.configuration}. */
  readonly snapshot: ConfigSnapshot;
  /** The file the configuration was read from, if any. */
  readonly configPath: string | undefined;
  /** How it is read again. Left out, the configuration of the start stays, and no file is watched. */
  readonly source?: ConfigurationReading;
  readonly version: string;
  readonly adminToken: Secret;
  /** Where ledger and usage log are kept unless the configuration says otherwise. */
  readonly stateDirectory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: GatewayLog;
  /** Each gets every finished exchange once. One that throws is logged and loses that record only. */
  readonly recorders: readonly ((record: ExchangeRecord) => void)[];
  /** Claude Code's login on this machine; used only where the configuration asks for it. */
  readonly claudeLogin: MachineLogin;
  /** Called when the admin API asks the gateway to stop. */
  readonly onStopRequested: () => void;
}
