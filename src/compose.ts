import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ConfigHistory } from './config-io/history/config-history.ts';
import type { ChainFollower } from './chain/chain-follower.ts';
import type { ConfigSnapshot } from './config/snapshot.ts';
import { reachedProviders } from './config/build/snapshots-of.ts';
import type { EventSink } from './contract/events.ts';
import type { ExchangeRecord } from './domain/exchange.ts';
import { Comparisons } from './gateway/compare/comparisons.ts';
import { openCaptures } from './gateway/capture/open-captures.ts';
import { openAlerts } from './gateway/observers/open-alerts.ts';
import { openTracing } from './gateway/observers/open-tracing.ts';
import { ActiveExchanges } from './gateway/active-exchanges.ts';
import {
  ConfigurationFiles,
  type ConfigurationReading,
} from './gateway/configuration/configuration-files.ts';
import { CurrentConfiguration, type SnapshotChange } from './gateway/configuration/current-configuration.ts';
import { followSnapshot } from './gateway/configuration/follow-snapshot.ts';
import { CustomRouterFollower } from './gateway/decide/custom-router-follower.ts';
import type { Gateway, GatewayLog, MachineLogin } from './gateway/gateway.ts';
import { tellTargetChange } from './gateway/events/target-events.ts';
import { logChange, restoreTargets, targetsAsText } from './gateway/memory/follow-targets.ts';
import { openModes } from './gateway/decide/open-modes.ts';
import { expectsTranslation, loadTranslation } from './gateway/translate/lazy-translation.ts';
import { SignatureMemory } from './gateway/memory/signature-memory.ts';
import { createStatistics, type StatisticsCounter } from './gateway/memory/statistics.ts';
import { loadPrices, picksByPrice } from './gateway/decide/target-price.ts';
import { TokenCalibration } from './gateway/memory/token-calibration.ts';
import { createTraffic, type Traffic } from './gateway/memory/traffic.ts';
import { createIdSource } from './lib/ids.ts';
import type { Clock } from './lib/clock.ts';
import type { Secret } from './lib/secret.ts';
import { glanceAt } from './server/glance.ts';
import type { Glance } from './telemetry/session-status.ts';
import { createAdminHandlers } from './server/admin/admin-handlers.ts';
import { createAdmin } from './server/admin/admin.ts';
import type { ListeningAddress } from './server/edge/addresses.ts';
import { createDataPlane } from './server/data-plane.ts';
import { createEntry } from './server/edge/entry.ts';
import { createTrafficMetrics, type TrafficMetrics } from './server/metrics/traffic-metrics.ts';
import { hostRules } from './server/compose/host-rules.ts';
import { listen, type Listeners } from './server/edge/listen.ts';
import { shutDown, type ShutdownInput } from './server/shutdown.ts';
import { openChain } from './server/compose/open-chain.ts';
import type { StoreLedger } from './store/ledger.ts';
import { openLedger, usageLogFile } from './store/open-ledger.ts';
import { StateFile } from './store/state-file.ts';
import { EventHub } from './telemetry/events/event-hub.ts';
import type { Alerts } from './telemetry/alerts/alerts.ts';
import type { Tracing } from './telemetry/tracing/tracing.ts';
import { createTransport } from './transport/create-transport.ts';

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

export interface RunningGateway {
  readonly addresses: readonly ListeningAddress[];
  /** The configuration in force; a new one is applied here. */
  readonly configuration: CurrentConfiguration;
  /** What keeps the configuration up with its files; `undefined` when it was not read from any. */
  readonly files: ConfigurationFiles | undefined;
  readonly ledger: StoreLedger;
  readonly events: EventHub;
  /** What a status line shows besides its own session. */
  glance(): Glance;
  /** Drains and stops; the same promise however often it is called. */
  stop(): Promise<void>;
  /** Gives up waiting for running exchanges: they end now, with an error. */
  hurry(): void;
}

export const SYSTEM_CLOCK: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

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
  const customRouter = openCustomRouter(input);
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
  const dataPlane = createDataPlane(gateway);
  const handlers = createAdminHandlers({
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
    isDraining: () => dataPlane.draining,
    hasClaudeLogin: () => input.claudeLogin.available(),
    requestStop: input.onStopRequested,
  });
  const admin = createAdmin({ handlers, token: input.adminToken, newId: () => gateway.newId() });
  const entry = createEntry({ gateway, dataPlane, admin, ...hostRules(gateway) });
  listeners = await listenOrClose(snapshot, entry, ledger);
  customRouter.follow(snapshot);
  chain.follow(snapshot.chain);
  tracing.current();
  setTimeout(() => prepareForTraffic(gateway, ledger), AFTER_START_MS).unref();
  followConfiguration(gateway, { transport, ledger, customRouter, chain, listeners });
  files?.start();
  const own = { ...observers, configuration, files, transport, ledger, customRouter, chain, saved };
  return runningGateway(gateway, { ...own, dataPlane, listeners });
}

interface OpenParts extends Omit<ShutdownInput, 'drainMs' | 'active' | 'comparisons'> {
  readonly configuration: CurrentConfiguration;
  readonly files: ConfigurationFiles | undefined;
  readonly ledger: StoreLedger;
  readonly events: EventHub;
  readonly saved: StateFile;
}

function runningGateway(
  gateway: Gateway,
  { configuration, files, saved, ...parts }: OpenParts,
): RunningGateway {
  const { active, comparisons } = gateway;
  let stopped: Promise<void> | undefined;
  return {
    addresses: parts.listeners.addresses,
    configuration,
    files,
    ledger: parts.ledger,
    events: parts.events,
    glance: () => glanceAt(gateway),
    stop: () => {
      files?.close();
      const { drain: drainMs } = configuration.snapshot().server.clocks;
      stopped ??= shutDown({ ...parts, active, comparisons, drainMs }).finally(() => saved.close());
      return stopped;
    },
    hurry: () => active.cutOffAll(),
  };
}

interface ConfiguredParts extends Pick<GatewayParts, 'ledger' | 'customRouter'> {
  readonly transport: ReturnType<typeof createTransport>;
  readonly listeners: Listeners;
  readonly chain: ChainFollower;
}

/** Has everything that outlives a configuration take the next one over. */
function followConfiguration(
  gateway: Gateway,
  { transport, ledger, customRouter, listeners, chain }: ConfiguredParts,
): void {
  gateway.onSnapshot((change) => {
    followSnapshot(gateway.traffic, change, SYSTEM_CLOCK.monotonic());
    transport.keepOnly(reachedProviders(change.after));
    listeners.use(change.after.server);
    usePrices(ledger, change);
    customRouter.follow(change.after);
    chain.follow(change.after.chain);
  });
}

function openCustomRouter({ environment, log }: ComposeInput): CustomRouterFollower {
  return new CustomRouterFollower({ clock: SYSTEM_CLOCK, random: Math.random, environment, log });
}

function openConfiguration({ snapshot, configPath, log }: ComposeInput): CurrentConfiguration {
  return new CurrentConfiguration({
    snapshot,
    path: configPath,
    now: () => SYSTEM_CLOCK.now(),
    onListenerError: (error) =>
      log.error({ error }, '[Config] A part of the gateway did not take the new configuration over.'),
  });
}

function openFiles(
  { source, stateDirectory, log }: ComposeInput,
  { configuration, events }: { configuration: CurrentConfiguration; events: EventSink },
): ConfigurationFiles | undefined {
  if (source === undefined) return undefined;
  const history = new ConfigHistory(stateDirectory, source.loaded.file);
  return new ConfigurationFiles({ ...source, configuration, history, log, events });
}

async function listenOrClose(
  { server }: ConfigSnapshot,
  entry: ReturnType<typeof createEntry>,
  ledger: StoreLedger,
): Promise<Listeners> {
  return listen(server, entry).catch(async (error: unknown) => {
    await ledger.close();
    throw error;
  });
}

function prepareForTraffic(gateway: Gateway, ledger: StoreLedger): void {
  ledger.resume();
  if (expectsTranslation(gateway.snapshot())) loadTranslation();
  if (picksByPrice(gateway.snapshot())) loadPrices(gateway.snapshot());
}

/** New prices make the store's thread read its catalogue again, so it is only told of real ones. */
function usePrices(ledger: StoreLedger, { before, after }: SnapshotChange): void {
  const { prices } = after.accounting;
  if (!isDeepStrictEqual(prices, before.accounting.prices)) ledger.usePrices(prices);
}

/** What is known of targets, taken up where the last run left it and written down as it changes. */
function openTraffic(
  { snapshot, stateDirectory, log }: ComposeInput,
  events: EventSink,
): {
  readonly traffic: Traffic;
  readonly saved: StateFile;
} {
  const traffic = createTraffic({
    snapshot,
    random: Math.random,
    onTargetChange: (change) => {
      logChange(log, change);
      tellTargetChange(events, change);
      saved.changed();
    },
  });
  const saved = new StateFile({
    path: join(stateDirectory, `breakers-${snapshot.server.listen[0]?.port ?? 0}.json`),
    read: () => targetsAsText(traffic.targets, SYSTEM_CLOCK),
    onError: (error) => log.warn({ error }, '[Breaker] The state of breakers cannot be saved.'),
  });
  restoreTargets({ targets: traffic.targets, clock: SYSTEM_CLOCK, log }, saved.load());
  return { traffic, saved };
}

/** A port that is taken says more than a ledger that is: where both are, the port is told. */
async function openLedgerOrExplain({ snapshot, stateDirectory, log }: ComposeInput): Promise<StoreLedger> {
  try {
    return openLedger({
      accounting: snapshot.accounting,
      keepPairDays: snapshot.compare.keepDays,
      stateDirectory,
      clock: SYSTEM_CLOCK,
      log: ({ level, details, message }) => log[level](details, message),
    });
  } catch (error) {
    const probe = await listen(snapshot.server, (_, response) => response.destroy());
    await probe.closeAll();
    throw error;
  }
}

interface GatewayParts extends Pick<Gateway, 'transport' | 'captures'> {
  readonly customRouter: CustomRouterFollower;
  readonly configuration: CurrentConfiguration;
  readonly ledger: StoreLedger;
  readonly statistics: StatisticsCounter;
  readonly traffic: Traffic;
  readonly events: EventHub;
  readonly metrics: TrafficMetrics;
  readonly tracing: Tracing;
  readonly alerts: Alerts;
}

function gatewayOf(input: ComposeInput, parts: GatewayParts): Gateway {
  const { claudeLogin, log, recorders } = input;
  const { configuration, transport, ledger, statistics, traffic, customRouter } = parts;
  const { events, captures, tracing, metrics, alerts } = parts;
  const own = [
    (record: ExchangeRecord) => ledger.record(record),
    statistics.record,
    metrics.counters.record,
    (record: ExchangeRecord) => alerts.record(record),
  ];
  return {
    snapshot: () => configuration.snapshot(),
    onSnapshot: (listener) => configuration.onSnapshot(listener),
    modes: openModes({ configuration, log, events }),
    transport,
    clock: SYSTEM_CLOCK,
    newId: createIdSource(SYSTEM_CLOCK, randomBytes),
    instanceId: randomBytes(8).toString('hex'),
    signatures: new SignatureMemory(),
    traffic,
    calibration: new TokenCalibration(),
    comparisons: new Comparisons({ ledger, clock: SYSTEM_CLOCK, log }),
    claudeLogin,
    active: new ActiveExchanges(),
    captures,
    log,
    customRouter,
    events,
    ledger,
    tracer: () => tracing.current(),
    record: recordWith([...own, ...recorders], log),
    recordShadow: metrics.counters.recordShadow,
    refused: metrics.counters.refused,
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
