import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { ChainSettings } from '../config/snapshot.ts';
import { nextUrl, type ChainEntry, type HttpEntry } from '../domain/chain.ts';
import { entryFingerprint } from './entry-fingerprint.ts';
import { RESTART_POLICY, type RestartPolicy } from './restart-policy.ts';
import type { Placeholders } from './service-command.ts';
import { ServiceLog } from './service-log.ts';
import type { EntryReport } from './service-report.ts';
import { SupervisedService, type SupervisorClocks } from './supervised-service.ts';
import { Watchdog } from './watchdog.ts';

const CLOCKS: SupervisorClocks = {
  checkEvery: 5_000,
  startLook: 250,
  startPatience: 30_000,
  stopGrace: 5_000,
  checkTimeout: 2_000,
  stuckAfter: 6,
};

const LOG_BYTES = 5 * 1024 * 1024;

export interface ChainSupervisorInput {
  readonly stateDirectory: string;
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How programs of this machine reach the gateway. */
  readonly gatewayUrl: string;
  /** Told whenever an entry fares differently. */
  readonly onChange: (report: EntryReport) => void;
  /** For tests; what the documentation says otherwise. */
  readonly clocks?: Partial<SupervisorClocks>;
  readonly policy?: RestartPolicy;
  readonly random?: () => number;
}

/**
 * Looks after the helper services of one gateway. They start from the far end, so that each finds the next one
 * ready, and stop from the near end, so that none loses the one behind it while it still has requests.
 */
export class ChainSupervisor {
  readonly #input: ChainSupervisorInput;
  readonly #mark = randomBytes(12).toString('hex');
  readonly #watchdog = new Watchdog(this.#mark);
  readonly #services = new Map<string, Tended>();
  #settings: ChainSettings = { autostart: false, entries: [] };
  /** A later `up` or `down` ends an earlier one that still goes from entry to entry. */
  #turn = 0;

  constructor(input: ChainSupervisorInput) {
    this.#input = input;
  }

  /** In the order of the chain. */
  reports(): EntryReport[] {
    return this.#settings.entries.map((entry) => this.#reportOf(entry));
  }

  /**
   * Takes over the chain of a configuration: what changed is started anew, what is gone is ended, and what was
   * stopped by hand stays so unless its entry changed.
   */
  async use(settings: ChainSettings): Promise<void> {
    const turn = ++this.#turn;
    const before = this.#services;
    this.#settings = settings;
    const wanted = new Map(activeServices(settings).map((entry) => [entry.id, entry]));
    const kept = new Map([...before].filter(([id, { fingerprint }]) => this.#isSame(wanted.get(id), fingerprint)));
    for (const [id, { service, log }] of before) {
      if (kept.has(id)) continue;
      await service.stop();
      log.close();
      before.delete(id);
    }
    for (const entry of wanted.values()) {
      const same = kept.get(entry.id);
      if (same === undefined) this.#services.set(entry.id, this.#tend(entry));
      else same.service.use(entry);
    }
    const fresh = [...wanted.keys()].filter((id) => !kept.has(id));
    await this.#startAll(turn, (service) => {
      const isForeign = service.entry.service === undefined;
      return fresh.includes(service.entry.id) && (settings.autostart || isForeign);
    });
  }

  /** Starts everything that is enabled, each after the one behind it answers. */
  up(): Promise<void> {
    return this.#startAll(++this.#turn, () => true);
  }

  async down(): Promise<void> {
    this.#turn++;
    for (const entry of this.#settings.entries) await this.#services.get(entry.id)?.service.stop();
  }

  /** @returns whether there is such a service */
  async start(id: string): Promise<boolean> {
    const tended = this.#services.get(id);
    await tended?.service.start();
    return tended !== undefined;
  }

  async stop(id: string): Promise<boolean> {
    const tended = this.#services.get(id);
    await tended?.service.stop();
    return tended !== undefined;
  }

  async restart(id: string): Promise<boolean> {
    await this.stop(id);
    return this.start(id);
  }

  /** Ends everything for good. */
  async close(): Promise<void> {
    await this.down();
    for (const { log } of this.#services.values()) log.close();
    this.#services.clear();
  }

  async #startAll(turn: number, isMeant: (service: SupervisedService) => boolean): Promise<void> {
    for (const { id } of this.#settings.entries.toReversed()) {
      if (turn !== this.#turn) return;
      const service = this.#services.get(id)?.service;
      if (service !== undefined && isMeant(service)) await service.start();
    }
  }

  #isSame(entry: HttpEntry | undefined, fingerprint: string): boolean {
    return entry !== undefined && entryFingerprint(entry, this.#placeholders(entry)) === fingerprint;
  }

  #tend(entry: HttpEntry): Tended {
    const { stateDirectory, home, environment, clocks, policy, random, onChange } = this.#input;
    const logFile = join(stateDirectory, 'logs', 'chain', `${entry.id}.log`);
    const log = new ServiceLog({ file: logFile, maxBytes: LOG_BYTES, now: () => performance.now() });
    const service: SupervisedService = new SupervisedService({
      entry,
      clocks: { ...CLOCKS, ...clocks },
      policy: policy ?? RESTART_POLICY,
      watchdog: this.#watchdog,
      log,
      logFile,
      noteDirectory: join(stateDirectory, 'chain'),
      home,
      environment,
      placeholders: () => this.#placeholders(service.entry),
      mark: `${this.#mark}.${entry.id}`,
      random: random ?? Math.random,
      onChange: () => onChange(service.report()),
    });
    return { service, log, fingerprint: entryFingerprint(entry, this.#placeholders(entry)) };
  }

  #placeholders(entry: HttpEntry): Placeholders {
    const url = new URL(entry.url);
    const { gatewayUrl } = this.#input;
    return {
      port: url.port || (url.protocol === 'https:' ? '443' : '80'),
      url: entry.url,
      gateway_url: gatewayUrl,
      next_url: nextUrl(this.#settings.entries, entry, gatewayUrl) ?? '',
    };
  }

  #reportOf(entry: ChainEntry): EntryReport {
    const tended = this.#services.get(entry.id);
    if (tended !== undefined) return tended.service.report();
    const { id, name, side, kind, enabled } = entry;
    const isWrapper = kind === 'cli_wrapper';
    return {
      id,
      name,
      side,
      kind,
      enabled,
      url: isWrapper ? undefined : entry.url,
      health: isWrapper ? 'passive' : 'unchecked',
      state: isWrapper || entry.service === undefined ? 'external' : 'stopped',
      reason: '',
      pid: undefined,
      startedAt: undefined,
      restarts: 0,
      checks: { passed: 0, failed: 0, lastMs: undefined },
      log: undefined,
    };
  }
}

interface Tended {
  readonly service: SupervisedService;
  readonly log: ServiceLog;
  readonly fingerprint: string;
}

function activeServices({ entries }: ChainSettings): HttpEntry[] {
  return entries.filter((entry): entry is HttpEntry => entry.kind === 'http' && entry.enabled);
}
