import { randomBytes } from 'node:crypto';
import type { ConfigSnapshot } from './config/snapshot.ts';
import type { ExchangeRecord } from './domain/exchange.ts';
import { ActiveExchanges } from './gateway/active-exchanges.ts';
import type { Gateway, GatewayLog, MachineLogin } from './gateway/gateway.ts';
import { SignatureMemory } from './gateway/signature-memory.ts';
import { createStatistics } from './gateway/statistics.ts';
import { TokenCalibration } from './gateway/token-calibration.ts';
import { createIdSource } from './lib/ids.ts';
import type { Clock } from './lib/clock.ts';
import type { Secret } from './lib/secret.ts';
import { createAdminHandlers } from './server/admin-handlers.ts';
import { createAdmin } from './server/admin.ts';
import { allowedHosts, type ListeningAddress } from './server/addresses.ts';
import { createDataPlane } from './server/data-plane.ts';
import { createEntry } from './server/entry.ts';
import { listen, type Listeners } from './server/listen.ts';
import { shutDown } from './server/shutdown.ts';
import { createTransport } from './transport/create-transport.ts';

/** What a gateway is built from. */
export interface ComposeInput {
  readonly snapshot: ConfigSnapshot;
  /** The file the configuration was read from, if any. */
  readonly configPath: string | undefined;
  readonly version: string;
  readonly adminToken: Secret;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: GatewayLog;
  /** Each gets every finished exchange once. One that throws is logged and loses that record only. */
  readonly recorders: readonly ((record: ExchangeRecord) => void)[];
  /** Claude Code's login on this machine; used only where the configuration asks for it. */
  readonly claudeLogin: MachineLogin;
  /** Called when the admin API asks the gateway to stop. */
  readonly onStopRequested: () => void;
}

export interface RunningGateway {
  readonly addresses: readonly ListeningAddress[];
  readonly snapshot: ConfigSnapshot;
  /** Drains and stops; the same promise however often it is called. */
  stop(): Promise<void>;
  /** Gives up waiting for running exchanges: they end now, with an error. */
  hurry(): void;
}

export const SYSTEM_CLOCK: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

/**
 * The only place that builds objects: configuration → transport → gateway → server.
 * @throws Error with Node's code when an address cannot be listened on
 */
export async function composeGateway(input: ComposeInput): Promise<RunningGateway> {
  const { snapshot } = input;
  let listeners: Listeners | undefined;
  let stopped: Promise<void> | undefined;
  const addresses = (): readonly ListeningAddress[] => listeners?.addresses ?? [];

  const statistics = createStatistics();
  const transport = createTransport({
    clock: SYSTEM_CLOCK,
    ownAddresses: addresses,
    environment: input.environment,
  });
  const gateway: Gateway = {
    snapshot: () => snapshot,
    transport,
    clock: SYSTEM_CLOCK,
    newId: createIdSource(SYSTEM_CLOCK, randomBytes),
    instanceId: randomBytes(8).toString('hex'),
    signatures: new SignatureMemory(),
    calibration: new TokenCalibration(),
    claudeLogin: input.claudeLogin,
    active: new ActiveExchanges(),
    log: input.log,
    record: recordWith([statistics.record, ...input.recorders], input.log),
  };
  const dataPlane = createDataPlane(gateway);
  const handlers = createAdminHandlers({
    gateway,
    version: input.version,
    configPath: input.configPath,
    startedAt: SYSTEM_CLOCK.now(),
    statistics: statistics.totals,
    addresses,
    isDraining: () => dataPlane.draining,
    hasClaudeLogin: () => input.claudeLogin.available(),
    requestStop: input.onStopRequested,
  });
  const hosts = hostRules(snapshot);
  const admin = createAdmin(handlers, input.adminToken);
  const entry = createEntry({ gateway, dataPlane, admin, ...hosts });
  listeners = await listen(snapshot.server, entry);

  const running = listeners;
  return {
    addresses: running.addresses,
    snapshot,
    stop: () => {
      const drainMs = snapshot.server.clocks.drain;
      stopped ??= shutDown({ dataPlane, active: gateway.active, listeners: running, transport, drainMs });
      return stopped;
    },
    hurry: () => gateway.active.cutOffAll(),
  };
}

function recordWith(recorders: ComposeInput['recorders'], log: GatewayLog): (record: ExchangeRecord) => void {
  return (record) => {
    for (const recorder of recorders) {
      try {
        recorder(record);
      } catch (error) {
        log.error({ exchange: record.id, error }, 'A recorder failed; the exchange itself is not affected.');
      }
    }
  };
}

/** An allowed host with a port (`localhost:9000`) names a forwarded port and stands for itself alone. */
function hostRules({
  server,
}: ConfigSnapshot): Pick<Parameters<typeof createEntry>[0], 'allowedHosts' | 'allowedAuthorities'> {
  const withPort = server.allowedHosts.filter((host) => /:\d+$/.test(host));
  const withoutPort = server.allowedHosts.filter((host) => !withPort.includes(host));
  const listening = server.listen.map(({ host }) => host);
  const hosts = allowedHosts(listening, withoutPort);
  const authorities = new Set(withPort.map((host) => host.toLowerCase()));
  return { allowedHosts: () => hosts, allowedAuthorities: () => authorities };
}
