import { setTimeout as wait } from 'node:timers/promises';
import type { EntryService, HttpEntry } from '../../domain/chain.ts';
import { checkHealth, type HealthAnswer } from './check-health.ts';
import { endGroup } from '../process/end-group.ts';
import { launchService, type LaunchedService } from '../process/launch-service.ts';
import { describePortOwner } from '../process/port-owner.ts';
import { restartVerdict, type RestartPolicy } from './restart-policy.ts';
import { runStopCommand } from '../process/run-stop-command.ts';
import {
  fillIn,
  spawnableCommand,
  type CommandContext,
  type Placeholders,
} from '../process/service-command.ts';
import { serviceEnvironment } from '../process/service-environment.ts';
import type { ServiceLog } from '../log/service-log.ts';
import { clearLeftover, removeServiceNote, writeServiceNote } from '../process/service-note.ts';
import type { EntryHealth, EntryReport, ServiceState } from '../service-report.ts';
import type { Watchdog } from '../process/watchdog.ts';

/** Milliseconds. */
export interface SupervisorClocks {
  /** Between two checks of a service that runs. */
  readonly checkEvery: number;
  /** Between two checks of one that starts. */
  readonly startLook: number;
  /** How long a start is waited for before the next entry has its turn. */
  readonly startPatience: number;
  /** How long a service may take to end by itself. */
  readonly stopGrace: number;
  /** How long an answer to a check may take. */
  readonly checkTimeout: number;
  /** Failed checks in a row after which a process that lives counts as stuck. */
  readonly stuckAfter: number;
}

export interface SupervisedServiceInput {
  readonly entry: HttpEntry;
  readonly clocks: SupervisorClocks;
  readonly policy: RestartPolicy;
  readonly watchdog: Watchdog;
  readonly log: ServiceLog;
  readonly logFile: string;
  /** Where notes of running services are kept. */
  readonly noteDirectory: string;
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly placeholders: () => Placeholders;
  /** Carried by every process of this gateway's services. */
  readonly mark: string;
  readonly random: () => number;
  readonly onChange: () => void;
}

/** Why a run of the service is over. */
type RunEnd = { readonly kind: 'asked' } | { readonly kind: 'ended'; readonly reason: string };

/** One helper service: started, watched, started again when it falls, and ended without leaving anything behind. */
export class SupervisedService {
  readonly #input: SupervisedServiceInput;
  #entry: HttpEntry;
  #health: EntryHealth = 'unchecked';
  #state: ServiceState;
  #reason = '';
  #pid: number | undefined;
  #startedAt: number | undefined;
  #restarts = 0;
  #endings: number[] = [];
  #checks = { passed: 0, failed: 0, lastMs: undefined as number | undefined };
  #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #settled = Promise.withResolvers<void>();

  constructor(input: SupervisedServiceInput) {
    this.#input = input;
    this.#entry = input.entry;
    this.#state = input.entry.service === undefined ? 'external' : 'stopped';
  }

  get entry(): HttpEntry {
    return this.#entry;
  }

  /** The same service under what may change while it runs: its name, its side, whom it serves. */
  use(entry: HttpEntry): void {
    this.#entry = entry;
  }

  report(): EntryReport {
    const { logFile } = this.#input;
    const entry = this.#entry;
    return {
      id: entry.id,
      name: entry.name,
      side: entry.side,
      kind: 'http',
      enabled: entry.enabled,
      url: entry.url,
      health: this.#health,
      state: this.#state,
      reason: this.#reason,
      pid: this.#pid,
      startedAt: this.#startedAt,
      restarts: this.#restarts,
      checks: { ...this.#checks },
      log: entry.service === undefined ? undefined : logFile,
    };
  }

  /**
   * Begins to look after it. Resolves when it is healthy, when it was given up, or when the patience of a start is
   * over; it goes on being looked after.
   */
  async start(): Promise<void> {
    if (this.#running === undefined) {
      this.#stopping = new AbortController();
      this.#settled = Promise.withResolvers<void>();
      this.#endings = [];
      const keepUp = this.#input.entry.service === undefined ? this.#watch() : this.#keepUp();
      this.#running = keepUp.finally(() => {
        this.#running = undefined;
        this.#settled.resolve();
      });
    }
    const patience = new AbortController();
    const over = pause(this.#input.clocks.startPatience, patience.signal);
    await Promise.race([this.#settled.promise, over]);
    patience.abort();
  }

  /** Ends it, with everything it brought to life, and looks no more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    this.#become(this.#input.entry.service === undefined ? 'external' : 'stopped', 'unchecked', '');
  }

  /** Looks at a service that somebody else runs until told to stop. */
  async #watch(): Promise<void> {
    this.#become('external', 'checking', '');
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      this.#noteCheck('external', await this.#check());
      this.#settled.resolve();
      await pause(this.#input.clocks.checkEvery, signal);
    }
  }

  async #keepUp(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const end = await this.#runOnce();
      if (end.kind === 'asked') return;
      const now = performance.now();
      this.#endings.push(now);
      this.#restarts += 1;
      const { policy, random, log } = this.#input;
      const verdict = restartVerdict(policy, this.#endings, { now, random: random() });
      log.note(`${this.entry.id} ${end.reason}.`);
      if (verdict.kind === 'give-up' || isHopeless(end.reason)) {
        this.#become('failed', 'unreachable', end.reason);
        return;
      }
      this.#become('waiting', 'unreachable', end.reason);
      await pause(verdict.milliseconds, signal);
    }
  }

  /** From the first look at the port to the last process being gone. */
  async #runOnce(): Promise<RunEnd> {
    const { entry } = this.#input;
    this.#become('starting', 'checking', '');
    const { service } = entry;
    if (service === undefined) return { kind: 'asked' };
    const before = await this.#lookBefore();
    if (before.kind === 'theirs') return this.#watchTheirs(before.reason);
    if (this.#stopping.signal.aborted) return { kind: 'asked' };
    if (before.kind === 'taken') return { kind: 'ended', reason: before.reason };
    const launched = await this.#launch(service);
    if (typeof launched === 'string') return { kind: 'ended', reason: launched };
    try {
      return await this.#attend(launched);
    } finally {
      await this.#end(launched, service);
    }
  }

  /** Is there one already: left over by a gateway that is gone, or started by somebody else? */
  async #lookBefore(): Promise<
    | { readonly kind: 'free' }
    | { readonly kind: 'theirs'; readonly reason: string }
    | { readonly kind: 'taken'; readonly reason: string }
  > {
    const { entry, noteDirectory, clocks, log } = this.#input;
    const leftover = await clearLeftover(noteDirectory, entry.id, clocks.stopGrace);
    if (leftover.kind === 'ended')
      log.note(`Ended pid ${leftover.pid}, which an earlier gateway left behind.`);
    const answer = await this.#check();
    if (answer.kind === 'unreachable') return { kind: 'free' };
    const { port } = new URL(entry.url);
    const owner = describePortOwner(Number(port));
    const who =
      leftover.kind === 'owned' ? `the gateway with pid ${leftover.gatewayPid}` : (owner ?? 'somebody else');
    if (answer.kind === 'healthy') return { kind: 'theirs', reason: `was running already, by ${who}` };
    return {
      kind: 'taken',
      reason: `cannot be started: port ${port} is taken by ${who}, which ${answer.reason}`,
    };
  }

  /** Somebody else runs it and it is well: watched, and taken over once it is gone. */
  async #watchTheirs(reason: string): Promise<RunEnd> {
    const { signal } = this.#stopping;
    const { clocks } = this.#input;
    this.#become('external', 'healthy', reason);
    this.#settled.resolve();
    for (let failures = 0; failures < clocks.stuckAfter;) {
      await pause(clocks.checkEvery, signal);
      if (signal.aborted) return { kind: 'asked' };
      const answer = await this.#check();
      failures = answer.kind === 'healthy' ? 0 : failures + 1;
      if (answer.kind === 'unreachable') break;
    }
    return { kind: 'ended', reason: 'was stopped by whoever ran it' };
  }

  async #launch(service: EntryService): Promise<LaunchedService | string> {
    const { log, watchdog, home, environment, placeholders, mark, noteDirectory, entry } = this.#input;
    const { platform } = process;
    const context: CommandContext = { placeholders: placeholders(), platform, home };
    const own = ownVariables(service, context);
    const command = spawnableCommand(service.start, context);
    log.note(`Starting ${entry.id}: ${command.file}`);
    const launched = await launchService({
      command,
      environment: serviceEnvironment({ environment, platform, own, mark }),
      workingDirectory: home,
      log,
      watchdog,
    });
    if (typeof launched === 'string') return launched;
    this.#pid = launched.pid;
    this.#startedAt = Date.now();
    writeServiceNote(noteDirectory, entry.id, { pid: launched.pid, mark });
    return launched;
  }

  /** Waits for its first healthy answer, then looks every few seconds, until it ends or has to be ended. */
  async #attend(launched: LaunchedService): Promise<RunEnd> {
    const { signal } = this.#stopping;
    const over = new AbortController();
    const asked = new Promise<RunEnd>((resolve) => {
      signal.addEventListener('abort', () => resolve({ kind: 'asked' }), { once: true });
      if (signal.aborted) resolve({ kind: 'asked' });
    });
    const ended = launched.ended.then((reason): RunEnd => ({ kind: 'ended', reason }));
    try {
      return await Promise.race([asked, ended, this.#look(over.signal)]);
    } finally {
      over.abort();
    }
  }

  /** Ends with a reason when it does not come up in time or stops answering. */
  async #look(over: AbortSignal): Promise<RunEnd> {
    const { entry, clocks } = this.#input;
    const deadline = performance.now() + entry.timeout;
    let failures = 0;
    while (!over.aborted) {
      const answer = await this.#check();
      if (over.aborted) break;
      const isStarting = this.#state === 'starting' && answer.kind !== 'healthy';
      if (isStarting) {
        if (performance.now() > deadline)
          return {
            kind: 'ended',
            reason: `did not come up within ${entry.timeout / 1_000} s: ${answer.reason}`,
          };
        await pause(clocks.startLook, over);
        continue;
      }
      this.#noteCheck('running', answer);
      this.#settled.resolve();
      failures = answer.kind === 'healthy' ? 0 : failures + 1;
      if (failures >= clocks.stuckAfter) return { kind: 'ended', reason: `is stuck: ${this.#reason}` };
      await pause(clocks.checkEvery, over);
    }
    return { kind: 'asked' };
  }

  async #end(launched: LaunchedService, service: EntryService): Promise<void> {
    const { clocks, mark, watchdog, noteDirectory, entry, log, placeholders, home, environment } =
      this.#input;
    const { platform } = process;
    if (service.stop !== undefined && this.#stopping.signal.aborted) {
      const context: CommandContext = { placeholders: placeholders(), platform, home };
      const own = ownVariables(service, context);
      await runStopCommand({
        command: spawnableCommand(service.stop, context),
        environment: serviceEnvironment({ environment, platform, own, mark: `${mark}-stop` }),
        workingDirectory: home,
        log,
        ended: launched.ended,
        limit: clocks.stopGrace,
      });
    }
    await endGroup({ pid: launched.pid, mark, grace: clocks.stopGrace });
    await watchdog.forget(launched.pid);
    removeServiceNote(noteDirectory, entry.id);
    this.#pid = undefined;
    this.#startedAt = undefined;
  }

  #check(): Promise<HealthAnswer> {
    return checkHealth(this.#entry, this.#input.clocks.checkTimeout);
  }

  #noteCheck(state: ServiceState, answer: HealthAnswer): void {
    if (answer.kind === 'healthy') {
      this.#checks = { ...this.#checks, passed: this.#checks.passed + 1, lastMs: answer.tookMs };
      this.#become(state, 'healthy', '');
      return;
    }
    this.#checks = { ...this.#checks, failed: this.#checks.failed + 1, lastMs: undefined };
    this.#become(state, 'unreachable', answer.reason);
  }

  #become(state: ServiceState, health: EntryHealth, reason: string): void {
    const isSame = state === this.#state && health === this.#health && reason === this.#reason;
    this.#state = state;
    this.#health = health;
    this.#reason = reason;
    if (!isSame) this.#input.onChange();
  }
}

function ownVariables(service: EntryService, { placeholders }: CommandContext): Record<string, string> {
  const variables = [...service.environment].map(([name, value]) => [
    name,
    fillIn(value.reveal(), placeholders),
  ]);
  return Object.fromEntries(variables) as Record<string, string>;
}

/** What no second try can cure. */
function isHopeless(reason: string): boolean {
  return reason.startsWith('cannot be started: its command');
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await wait(milliseconds, undefined, { signal }).catch(() => undefined); // Told to stop: the wait is over as well.
}
