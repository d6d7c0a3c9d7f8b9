import { isDeepStrictEqual } from 'node:util';
import type { CustomRouterAnswer } from '../domain/custom-router.ts';
import { Breaker } from '../guard/breaker.ts';
import type { Clock } from '../lib/clock.ts';
import type { CustomRouterSettings } from '../tasks/custom-router-settings.ts';
import type { RouterConfig } from './protocol.ts';
import { commandFor } from './script-command.ts';
import { ScriptProcess } from './script-process.ts';

export interface CustomRouterInput {
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
  /** The gateway's own; the script gets a few variables of it and no key. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: RouterLog;
}

interface RouterLog {
  info(details: Readonly<Record<string, unknown>>, message: string): void;
  warn(details: Readonly<Record<string, unknown>>, message: string): void;
}

/** A script as configured, and the routes it may name. */
export interface RoutedBy {
  readonly settings: CustomRouterSettings;
  readonly config: RouterConfig;
}

/** How long the first requests wait for a script that is being loaded for the first time. */
const FIRST_START_MS = 3_000;
/** Between the end of a process and the start of the next: doubles, milliseconds. */
const RESTART_FIRST = 100;
const RESTART_LAST = 30_000;
/** A process that is to answer a probe is started so much earlier, milliseconds. */
const START_AHEAD = 1_000;
/** The longest time a script is left alone, as a multiple of the first. */
const LONGEST_COOL_DOWN = 8;

/**
 * The owner's own routing script, in a process of its own. Whatever it does costs a request no more than the
 * deadline: a script that loops, leaks, throws, prints or ends is passed over, started again, and after repeated
 * faults left alone for a while.
 */
export class CustomRouter {
  readonly #input: CustomRouterInput;
  readonly #routedBy: RoutedBy;
  readonly #breaker: Breaker;
  #process: ScriptProcess | undefined;
  #firstStart: Promise<unknown> | undefined;
  #restartTimer: NodeJS.Timeout | undefined;
  /** Processes that ended without having answered. */
  #failures = 0;
  #reason = 'it is starting';
  #closed = false;

  constructor(input: CustomRouterInput, routedBy: RoutedBy) {
    this.#input = input;
    this.#routedBy = routedBy;
    const { faults, coolDown } = routedBy.settings;
    const settings = {
      consecutive: faults,
      ratio: 2,
      minimum: Infinity,
      window: 30_000,
      open: coolDown,
      openMax: coolDown * LONGEST_COOL_DOWN,
      successes: 1,
    };
    this.#breaker = new Breaker(settings, input.random);
    this.#start();
    this.#firstStart = this.#waitForFirst();
  }

  /** Whether it already runs this script with these routes. */
  serves(routedBy: RoutedBy): boolean {
    return isDeepStrictEqual(this.#routedBy, routedBy);
  }

  async ask(request: Readonly<Record<string, unknown>>): Promise<CustomRouterAnswer> {
    if (this.#firstStart !== undefined) await this.#firstStart;
    const { clock } = this.#input;
    const pass = this.#breaker.admit(clock.monotonic());
    if (pass === 'refused') return { kind: 'failed', reason: this.#leftAlone() };
    const script = this.#process;
    if (script?.isReady !== true) {
      if (pass === 'probe') this.#breaker.abandon();
      return { kind: 'failed', reason: this.#reason };
    }
    const { answer, fault } = await script.ask(request, this.#routedBy.settings.deadline);
    const isOpen = this.#breaker.record(fault ? 'failure' : 'success', pass, clock.monotonic());
    if (!fault) this.#failures = 0;
    else if (isOpen) this.#disable(answer);
    return answer;
  }

  /** Ends the process. Settles when it is gone. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#restartTimer);
    await this.#process?.close();
  }

  #start(): void {
    const { log, environment } = this.#input;
    const { settings, config } = this.#routedBy;
    const command = commandFor(settings, environment);
    if (typeof command === 'string') {
      this.#reason = command;
      log.warn({}, `[Router] The custom router cannot run: ${command}.`);
      return;
    }
    this.#reason = 'it is starting';
    const script = new ScriptProcess({
      command,
      onEnd: (reason) => this.#onEnd(reason),
      onPrinted: (line) => log.info({}, `[Router] ${settings.path} printed: ${line}`),
    });
    script.tell({ config });
    this.#process = script;
  }

  async #waitForFirst(): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, FIRST_START_MS);
    await Promise.race([this.#process?.started, late]);
    clearTimeout(timer);
    this.#firstStart = undefined;
  }

  /** Too many faults in a row: its process ends, and the next one is there when it may be tried again. */
  #disable(answer: CustomRouterAnswer): void {
    const why = answer.kind === 'failed' ? answer.reason : '';
    this.#input.log.warn({}, `[Router] The custom router is left alone after repeated faults: ${why}.`);
    this.#process?.kill(why);
  }

  #onEnd(reason: string): void {
    this.#process = undefined;
    this.#reason = reason;
    if (this.#closed) return;
    const backOff = Math.min(RESTART_LAST, RESTART_FIRST * 2 ** this.#failures);
    const leftAlone = this.#breaker.readyIn(this.#input.clock.monotonic()) - START_AHEAD;
    const wait = Math.max(backOff, leftAlone);
    this.#failures += 1;
    this.#input.log.warn(
      { seconds: Math.ceil(wait / 1000) },
      `[Router] The process of the custom router ended (${reason}); it is started again in ${Math.ceil(wait)} ms.`,
    );
    this.#restartTimer = setTimeout(() => this.#start(), wait);
    this.#restartTimer.unref();
  }

  #leftAlone(): string {
    const seconds = Math.ceil(this.#breaker.readyIn(this.#input.clock.monotonic()) / 1000);
    return `it is left alone after repeated faults, for ${seconds} s more`;
  }
}
