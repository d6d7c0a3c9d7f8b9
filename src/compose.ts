import { randomBytes } from 'node:crypto';
import type { ConfigSnapshot } from './config/snapshot.ts';
import type { Status } from './contract/status.ts';
import { openCaptures } from './gateway/capture/open-captures.ts';
import { openAlerts } from './gateway/observers/open-alerts.ts';
import { openTracing } from './gateway/observers/open-tracing.ts';
import type { ConfigurationFiles } from './gateway/configuration/configuration-files.ts';
import type { CurrentConfiguration } from './gateway/configuration/current-configuration.ts';
import { CustomRouterFollower } from './gateway/decide/custom-router-follower.ts';
import type { Gateway } from './gateway/gateway.ts';
import type { Secret } from './lib/secret.ts';
import { createStatistics } from './gateway/memory/statistics.ts';
import { glanceAt } from './server/glance.ts';
import type { Glance } from './telemetry/session-status.ts';
import type { AdminInput } from './server/admin/admin-handlers.ts';
import { createProbeHandlers } from './server/admin/probe-handlers.ts';
import { answerProbe } from './server/admin/probes.ts';
import { statusBody } from './server/admin/status-body.ts';
import { Draining } from './server/draining.ts';
import type { ListeningAddress } from './server/edge/addresses.ts';
import { createFront, type Front } from './server/edge/front.ts';
import { createTrafficMetrics } from './server/metrics/traffic-metrics.ts';
import { hostRules } from './server/compose/host-rules.ts';
import { listen, type Listeners, type RequestListener } from './server/edge/listen.ts';
import { shutDown, type ShutdownInput } from './server/shutdown.ts';
import { openChain } from './server/compose/open-chain.ts';
import type { StoreLedger } from './store/ledger.ts';
import { usageLogFile } from './store/open-ledger.ts';
import type { StateFile } from './store/state-file.ts';
import { EventHub } from './telemetry/events/event-hub.ts';
import { createTransport } from './transport/create-transport.ts';
import type { ComposeInput } from './server/compose/compose-input.ts';
import { followConfiguration } from './server/compose/follow-configuration.ts';
import { loadEntry } from './server/compose/load-entry.ts';
import { gatewayOf } from './server/compose/gateway-of.ts';
import { openConfiguration, openFiles } from './server/compose/open-configuration.ts';
import { openLedgerOrExplain } from './server/compose/open-ledger-or-explain.ts';
import { openTraffic } from './server/compose/open-traffic.ts';
import { SYSTEM_CLOCK } from './server/compose/system-clock.ts';

export interface RunningGateway {
  readonly addresses: readonly ListeningAddress[];
  /** The configuration in force; a new one is applied here. */
  readonly configuration: CurrentConfiguration;
  /** What keeps the configuration up with its files; `undefined` when it was not read from any. */
  readonly files: ConfigurationFiles | undefined;
  readonly ledger: StoreLedger;
  readonly events: EventHub;
  /** Loads what the first request would have to wait for. */
  warm(): Promise<void>;
  /** What it says of itself at `/api/status`. */
  status(): Status;
  /** What a status line shows besides its own session. */
  glance(): Glance;
  /** Drains and stops; the same promise however often it is called. */
  stop(): Promise<void>;
  /** Gives up waiting for running exchanges: they end now, with an error. */
  hurry(): void;
}

/** When the gateway does what can wait until it has started. */
const AFTER_START_MS = 1_000;

/**
 * The only place that builds objects: configuration → ledger and transport → gateway → server.
 * @throws Error with Node's code when an address cannot be listened on
 * @throws LedgerInUse when another process writes the same ledger
 */
export async function composeGateway(input: ComposeInput): Promise<RunningGateway> {
  const { environment } = input;
  const configuration = openConfiguration(input);
  const snapshot = configuration.snapshot();
  let listeners: Listeners | undefined;
  const addresses = (): readonly ListeningAddress[] => listeners?.addresses ?? [];

  const statistics = createStatistics();
  const ledger = await openLedgerOrExplain(input);
  const transport = createTransport({ clock: SYSTEM_CLOCK, ownAddresses: addresses, environment });
  const events = new EventHub({ clock: SYSTEM_CLOCK, run: randomBytes(4).toString('hex') });
  const { traffic, saved } = openTraffic(input, events);
  const captures = openCaptures({ ...input, clock: SYSTEM_CLOCK, configuration });
  const customRouter = new CustomRouterFollower({ ...input, clock: SYSTEM_CLOCK, random: Math.random });
  const tracing = openTracing({ ...input, configuration, ledger });
  const metrics = createTrafficMetrics(() => configuration.snapshot());
  const alerts = openAlerts({
    ...input,
    configuration,
    traffic,
    ledger,
    events,
    clock: SYSTEM_CLOCK,
    addresses,
  });
  const observers = { events, captures, tracing, metrics, alerts };
  const parts = { ...observers, configuration, transport, ledger, statistics, traffic, customRouter };
  const gateway = gatewayOf(input, parts);
  const chain = openChain({ ...input, events, addresses });
  const files = openFiles(input, { configuration, events });
  const draining = new Draining();
  const adminInput: AdminInput = {
    gateway,
    chain,
    version: input.version,
    configuration,
    files,
    startedAt: SYSTEM_CLOCK.now(),
    statistics: statistics.totals,
    ledger,
    transport,
    ...observers,
    usageLogFile: usageLogFile(snapshot.accounting, input.stateDirectory),
    addresses,
    isDraining: () => draining.begun,
    hasClaudeLogin: () => input.claudeLogin.available(),
    requestStop: input.onStopRequested,
  };
  const front = openFront(adminInput, draining, input.adminToken);
  listeners = await listenOrClose(snapshot, front.listener, ledger);
  customRouter.follow(snapshot);
  chain.follow(snapshot.chain);
  tracing.current();
  setTimeout(() => void prepareForTraffic(gateway, ledger), AFTER_START_MS).unref();
  followConfiguration(gateway, { transport, ledger, customRouter, chain, listeners });
  files?.start();
  const own = { ...observers, configuration, files, transport, ledger, customRouter, chain, saved };
  const status = () => statusBody(adminInput);
  return runningGateway(gateway, { ...own, status, warm: front.warm, draining, listeners });
}

interface OpenParts extends Omit<ShutdownInput, 'drainMs' | 'active' | 'comparisons'> {
  readonly configuration: CurrentConfiguration;
  readonly files: ConfigurationFiles | undefined;
  readonly ledger: StoreLedger;
  readonly events: EventHub;
  readonly saved: readonly StateFile[];
  readonly status: RunningGateway['status'];
  readonly warm: RunningGateway['warm'];
}

function runningGateway(
  gateway: Gateway,
  { configuration, files, saved, status, warm, ...parts }: OpenParts,
): RunningGateway {
  const { active, comparisons } = gateway;
  let stopped: Promise<void> | undefined;
  return {
    addresses: parts.listeners.addresses,
    configuration,
    files,
    ledger: parts.ledger,
    events: parts.events,
    warm,
    status,
    glance: () => glanceAt(gateway),
    stop: () => {
      files?.close();
      const { drain: drainMs } = configuration.snapshot().server.clocks;
      stopped ??= shutDown({ ...parts, active, comparisons, drainMs }).finally(() =>
        saved.forEach((file) => file.close()),
      );
      return stopped;
    },
    hurry: () => active.cutOffAll(),
  };
}

/** The port answers probes from the first moment; what every other request needs is loaded a little later. */
function openFront(input: AdminInput, draining: Draining, token: Secret): Front {
  const { gateway } = input;
  const probes = createProbeHandlers(input);
  const rules = hostRules(gateway);
  return createFront({
    rules,
    answerProbe: (request, response) => answerProbe(probes, request, response),
    open: async () => {
      const openEntry = await loadEntry();
      return openEntry({ gateway, draining, rules, input, probes, token });
    },
  });
}

async function listenOrClose(
  { server }: ConfigSnapshot,
  listener: RequestListener,
  ledger: StoreLedger,
): Promise<Listeners> {
  return listen(server, listener).catch(async (error: unknown) => {
    await ledger.close();
    throw error;
  });
}

async function prepareForTraffic(gateway: Gateway, ledger: StoreLedger): Promise<void> {
  ledger.resume();
  const { loadAhead } = await import('./gateway/load-ahead.ts');
  loadAhead(gateway.snapshot());
}
