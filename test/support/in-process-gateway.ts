import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeGateway, type RunningGateway } from '../../src/compose.ts';
import type { ConfigSnapshot } from '../../src/config/snapshot.ts';
import type { AlertSettings } from '../../src/config/build/alert-settings.ts';
import { MODES } from '../../src/domain/mode.ts';
import type { TracingSettings } from '../../src/config/build/tracing-settings.ts';
import type { CaptureSettings } from '../../src/domain/capture.ts';
import type { ExchangeRecord } from '../../src/domain/exchange.ts';
import type { Provider } from '../../src/domain/provider.ts';
import { DEFAULT_GUARD_SETTINGS, type GuardSettings } from '../../src/guard/guard-settings.ts';
import type { MachineLogin } from '../../src/gateway/gateway.ts';
import type { RouteSettings } from '../../src/routing/route-settings.ts';
import { DEFAULT_TASK_SETTINGS, type TaskSettings } from '../../src/tasks/task-settings.ts';
import { Secret } from '../../src/lib/secret.ts';
import { NO_PRICE_SETTINGS, type PriceSettings } from '../../src/pricing/price-book.ts';
import { until } from './until.ts';

/** A gateway in the test's own process: quicker than the program, and its records and log can be looked at. */
export interface InProcessGateway {
  readonly url: string;
  readonly records: readonly ExchangeRecord[];
  readonly logged: readonly LogEntry[];
  readonly running: RunningGateway;
  /** The record of the exchange that ended last, once `count` have ended. */
  record(count?: number): Promise<ExchangeRecord>;
  stop(): Promise<void>;
}

export interface LogEntry {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly details: unknown;
}

export interface SnapshotChanges {
  readonly providers: readonly Provider[];
  readonly routes?: Partial<RouteSettings>;
  readonly tasks?: Partial<TaskSettings>;
  readonly guard?: Partial<GuardSettings>;
  readonly server?: Partial<ConfigSnapshot['server']>;
  readonly mode?: Partial<ConfigSnapshot['mode']>;
  readonly compare?: Partial<ConfigSnapshot['compare']>;
  readonly chain?: Partial<ConfigSnapshot['chain']>;
  readonly passthrough?: Partial<ConfigSnapshot['passthrough']>;
  /** Where breakers are kept over a restart; by default a folder that goes with the gateway. */
  readonly state?: string;
  readonly translation?: Partial<ConfigSnapshot['translation']>;
  /** Where the ledger is kept; without it nothing is. */
  readonly ledger?: string;
  readonly prices?: PriceSettings;
  readonly tracing?: Partial<TracingSettings>;
  readonly alerts?: Partial<AlertSettings>;
  readonly capture?: Partial<CaptureSettings>;
}

/** For tests that let the same target fail over and over: none is left alone, and second tries never run out. */
export const PATIENT: GuardSettings = {
  ...DEFAULT_GUARD_SETTINGS,
  breakers: { ...DEFAULT_GUARD_SETTINGS.breakers, consecutive: Infinity, ratio: 2 },
  retry: { ...DEFAULT_GUARD_SETTINGS.retry, budget: 1 },
};

const EVERY_REQUEST: ConfigSnapshot['compare'] = {
  targets: undefined,
  sample: 1,
  maxConcurrent: 50,
  timeout: 300_000,
  moneyPerDay: undefined,
  keepDays: 0,
  answerBytes: 2 * 1024 * 1024,
  cancelWithClient: false,
};

/** Off; what is said otherwise makes it quick. */
const EXAMPLE_TRACING: TracingSettings = {
  enabled: false,
  protocol: 'http/protobuf',
  url: 'http://127.0.0.1:9/v1/traces',
  headers: [],
  serviceName: 'switchyard',
  resource: {},
  content: false,
  contentLimit: 256 * 1024,
  conventions: 'openinference',
  sampler: { followsParent: true, ratio: 1 },
  queue: 2048,
  batch: 128,
  delay: 20,
  timeout: 1_000,
};

export const NO_LOGIN: MachineLogin = {
  available: () => false,
  credential: () => {
    throw new Error('no login on the machine of a test');
  },
};

export const ADMIN_TOKEN = 'admin-token-of-the-test';

/** Everything goes to the first provider unless `routes` says otherwise. */
export function exampleSnapshot(changes: SnapshotChanges): ConfigSnapshot {
  const { providers, routes, server, passthrough, translation, ledger, prices } = changes;
  const [first] = providers;
  if (first === undefined) throw new Error('a snapshot needs a provider');
  const toFirst = [{ provider: first.name, model: undefined }] as const;
  return {
    version: 'test',
    server: {
      listen: [{ host: '127.0.0.1', port: 0 }],
      maxBodyBytes: 32 * 1024 * 1024,
      maxExchanges: 10_000,
      allowedHosts: [],
      clientKeys: [],
      clocks: {
        clientHeaders: 60_000,
        clientBody: 60_000,
        clientWriteStall: 60_000,
        keepAlive: 5_000,
        drain: 5_000,
      },
      ...server,
    },
    providers: new Map(providers.map((provider) => [provider.name, provider])),
    routes: {
      tiers: { opus: toFirst, sonnet: toFirst, haiku: toFirst },
      fallback: toFirst,
      tierByModel: new Map(),
      mappings: [],
      forced: undefined,
      subagents: new Map(),
      tasks: new Map(),
      offload: new Map(),
      netFallback: undefined,
      picks: new Map(),
      ...routes,
    },
    tasks: { ...DEFAULT_TASK_SETTINGS, order: [...(routes?.tasks?.keys() ?? [])], ...changes.tasks },
    guard: { ...DEFAULT_GUARD_SETTINGS, ...changes.guard },
    passthrough: { provider: first.name, fallback: true, ...passthrough },
    mode: { configured: 'target', allowed: MODES, ...changes.mode },
    compare: { ...EVERY_REQUEST, ...changes.compare },
    chain: { autostart: false, entries: [], ...changes.chain },
    terminal: { mode: 'off', color: 'never', scheme: 'vibrant', colorBy: [], columns: [] },
    translation: {
      policy: 'lenient',
      answerModel: 'requested',
      reasoningFields: 'reasoning_content',
      keepAlive: 15_000,
      ...translation,
    },
    accounting: {
      store: { enabled: ledger !== undefined, directory: ledger, keepDays: 0 },
      usageLog: { enabled: false, file: undefined, maxBytes: 1e9, keepDays: 1, keepFiles: 1 },
      prices: prices ?? NO_PRICE_SETTINGS,
      capture: {
        mode: 'off',
        forMs: 3_600_000,
        until: undefined,
        keepDays: 7,
        maxBodyBytes: 1024 * 1024,
        maxTotalBytes: 64 * 1024 * 1024,
        ...changes.capture,
      },
    },
    tracing: { ...EXAMPLE_TRACING, ...changes.tracing },
    alerts: { rules: [], channels: new Map(), everyMs: 1_000, ...changes.alerts },
    log: { maxBytes: 1e9, keepDays: 1, keepFiles: 1 },
    claudeCredentialsFile: false,
    profile: undefined,
    profiles: new Map(),
    warnings: [],
  };
}

export async function startInProcess(changes: SnapshotChanges): Promise<InProcessGateway> {
  const own = await mkdtemp(join(tmpdir(), 'switchyard-test-'));
  const stateDirectory = changes.state ?? changes.ledger ?? own;
  const records: ExchangeRecord[] = [];
  const logged: LogEntry[] = [];
  const log = (level: LogEntry['level']) => (details: unknown, message: string) => {
    logged.push({ level, message, details });
  };
  const running = await composeGateway({
    snapshot: exampleSnapshot(changes),
    configPath: undefined,
    version: '0.0.0-test',
    adminToken: new Secret(ADMIN_TOKEN),
    environment: { PATH: process.env['PATH'] },
    stateDirectory,
    log: { info: log('info'), warn: log('warn'), error: log('error') },
    recorders: [(record) => records.push(record)],
    claudeLogin: NO_LOGIN,
    onStopRequested: () => undefined,
  });
  // Nothing is compiled ahead in a test's own process: loading would keep the first requests of a test from their clocks.
  await running.warm();
  return {
    url: running.addresses[0]?.url ?? '',
    records,
    logged,
    running,
    record: async (count = 1) => {
      await until(`${count} records`, () => records.length >= count);
      const last = records.at(-1);
      if (last === undefined) throw new Error('no record');
      return last;
    },
    stop: async () => {
      await running.stop();
      await rm(own, { recursive: true, force: true });
    },
  };
}
