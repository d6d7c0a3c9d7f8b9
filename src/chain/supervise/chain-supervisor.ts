import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { ChainSettings } from '../../config/snapshot.ts';
import { nextUrl, type HttpEntry } from '../../domain/chain.ts';
import { entryFingerprint } from './entry-fingerprint.ts';
import { RESTART_POLICY, type RestartPolicy } from './restart-policy.ts';
import type { Placeholders } from '../process/service-command.ts';
import { restingReport } from '../resting-report.ts';
import { ServiceLog } from '../log/service-log.ts';
import type { EntryReport } from '../service-report.ts';
import { SupervisedService, type SupervisorClocks } from './supervised-service.ts';
import { Watchdog } from '../process/watchdog.ts';

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
  readonly gatewayUrl: () => string;
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
  #exchanged: Promise<void> = Promise.resolve();

  constructor(input: ChainSupervisorInput) {
    this.#input = input;
  }

  /** In the order of the chain. */
  reports(): EntryReport[] {
    return this.#settings.entries.map(
      (entry) => this.#services.get(entry.id)?.service.report() ?? restingReport(entry),
    );
  }

  /**
   * Takes over the chain of a configuration: what changed is started anew, what is gone is ended, and what was
   * stopped by hand stays so unless its entry changed.
   */
  async use(settings: ChainSettings): Promise<void> {
    const turn = ++this.#turn;
    this.#settings = settings;
    // One exchange of services after the other; starting them, which may take long, is not waited for in between.
    this.#exchanged = this.#exchanged.then(() => this.#exchange(settings));
    await this.#exchanged;
    await this.#startAll(turn, ({ isDue }) => isDue);
  }

  /** Starts everything that is enabled, each after the one behind it answers. */
  async up(): Promise<void> {
    const turn = ++this.#turn;
    await this.#exchanged;
    await this.#startAll(turn, () => true);
  }

  async down(): Promise<void> {
    this.#turn++;
    await this.#exchanged;
    for (const entry of this.#settings.entries) await this.#services.get(entry.id)?.service.stop();
  }

  /** @returns whether there is such a service */
  async start(id: string): Promise<boolean> {
    await this.#exchanged;
    const tended = this.#services.get(id);
    await tended?.service.start();
    return tended !== undefined;
  }

  async stop(id: string): Promise<boolean> {
    await this.#exchanged;
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
    this.#settings = { autostart: false, entries: this.#settings.entries };
    await this.down();
    for (const { log } of this.#services.values()) log.close();
    this.#services.clear();
  }

  async #exchange(settings: ChainSettings): Promise<void> {
    if (settings !== this.#settings) return; // A newer one came in the meantime.
    const wanted = new Map(activeServices(settings).map((entry) => [entry.id, entry]));
    for (const [id, { service, log, fingerprint }] of this.#services) {
      const entry = wanted.get(id);
      if (this.#isSame(entry, fingerprint)) continue;
      await service.stop();
      log.close();
      this.#services.delete(id);
    }
    for (const [id, entry] of wanted) {
      const tended = this.#services.get(id);
      if (tended === undefined) this.#services.set(id, this.#tend(entry, settings.autostart));
      else tended.service.use(entry);
    }
  }

  async #startAll(turn: number, isMeant: (tended: Tended) => boolean): Promise<void> {
    for (const { id } of this.#settings.entries.toReversed()) {
      const tended = this.#services.get(id);
      if (turn !== this.#turn) return;
      if (tended === undefined || !isMeant(tended)) continue;
      tended.isDue = false;
      await tended.service.start();
    }
  }

  #isSame(entry: HttpEntry | undefined, fingerprint: string): boolean {
    return entry !== undefined && entryFingerprint(entry, this.#placeholders(entry)) === fingerprint;
  }

  #tend(entry: HttpEntry, autostart: boolean): Tended {
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
    const fingerprint = entryFingerprint(entry, this.#placeholders(entry));
    return { service, log, fingerprint, isDue: autostart || entry.service === undefined };
  }

  #placeholders(entry: HttpEntry): Placeholders {
    const url = new URL(entry.url);
    const gatewayUrl = this.#input.gatewayUrl();
    return {
      port: url.port || (url.protocol === 'https:' ? '443' : '80'),
      url: entry.url,
      gateway_url: gatewayUrl,
      next_url: nextUrl(this.#settings.entries, entry, gatewayUrl) ?? '',
    };
  }
}

interface Tended {
  readonly service: SupervisedService;
  readonly log: ServiceLog;
  readonly fingerprint: string;
  /** Whether it starts by itself and has not yet. */
  isDue: boolean;
}

function activeServices({ entries }: ChainSettings): HttpEntry[] {
  return entries.filter((entry): entry is HttpEntry => entry.kind === 'http' && entry.enabled);
}
