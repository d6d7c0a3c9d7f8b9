import type { BreakerSettings } from './breaker-settings.ts';
import { FailureWindow } from './failure-window.ts';

export type BreakerState = 'closed' | 'open' | 'half-open';

/** What an answer says about its target. `soft` is an answer that arrived and was of no use. */
export type BreakerVerdict = 'success' | 'soft' | 'failure';

/** The circuit breaker of one target. Times are monotonic milliseconds, handed in. */
export class Breaker {
  #settings: BreakerSettings;
  /** A number from 0 to 1, for spreading the ends of open periods. */
  readonly #random: () => number;
  #window: FailureWindow;
  #consecutive = 0;
  #openUntil: number | undefined;
  /** How often it opened without having closed in between. */
  #openings = 0;
  #probing = false;
  #probeSuccesses = 0;

  constructor(settings: BreakerSettings, random: () => number) {
    this.#settings = settings;
    this.#random = random;
    this.#window = new FailureWindow(settings.window);
  }

  /** New settings. It stays open or closed as it is; answers counted over another period are forgotten. */
  use(settings: BreakerSettings): void {
    if (settings.window !== this.#settings.window) this.#window = new FailureWindow(settings.window);
    this.#settings = settings;
  }

  state(now: number): BreakerState {
    if (this.#openUntil === undefined) return 'closed';
    return now < this.#openUntil ? 'open' : 'half-open';
  }

  /** Milliseconds until the next probe may go; 0 when it may go now. */
  readyIn(now: number): number {
    return this.#openUntil === undefined ? 0 : Math.max(0, this.#openUntil - now);
  }

  /** Whether it has nothing to remember any more. */
  isIdle(now: number): boolean {
    return this.#openUntil === undefined && this.#consecutive === 0 && this.#window.ratio(now) === 0;
  }

  get openings(): number {
    return this.#openings;
  }

  get probing(): boolean {
    return this.#probing;
  }

  /**
   * Asks to pass. In the half-open state exactly one caller gets the probe, until its answer is in.
   * @returns `probe` must be settled with {@link record} or {@link abandon}
   */
  admit(now: number): 'pass' | 'probe' | 'refused' {
    const state = this.state(now);
    if (state === 'closed') return 'pass';
    if (state === 'open' || this.#probing) return 'refused';
    this.#probing = true;
    return 'probe';
  }

  /** Notes an answer. @returns whether the state changed */
  record(verdict: BreakerVerdict, pass: 'pass' | 'probe', now: number): boolean {
    if (pass === 'probe') return this.#recordProbe(verdict, now);
    // Answers to requests from before it opened come late; they decide nothing any more.
    if (this.#openUntil !== undefined) return false;
    this.#window.add(WEIGHTS[verdict], now);
    this.#consecutive = verdict === 'failure' ? this.#consecutive + 1 : this.#afterNoFailure(verdict);
    if (!this.#isTooMuch(now)) return false;
    this.#open(now);
    return true;
  }

  /** Gives a probe back that ended without saying anything: the client left, or our own machine failed. */
  abandon(): void {
    this.#probing = false;
  }

  reset(): void {
    this.#openUntil = undefined;
    this.#openings = 0;
    this.#consecutive = 0;
    this.#probing = false;
    this.#probeSuccesses = 0;
    this.#window.clear();
  }

  /** Opens it for a time, as after a restart or by hand. */
  forceOpen(forMs: number, openings: number, now: number): void {
    this.#openUntil = now + Math.min(forMs, this.#settings.openMax);
    this.#openings = Math.max(1, openings);
    this.#probeSuccesses = 0;
  }

  /** A soft failure neither adds to a row of failures nor ends it. */
  #afterNoFailure(verdict: BreakerVerdict): number {
    return verdict === 'soft' ? this.#consecutive : 0;
  }

  #recordProbe(verdict: BreakerVerdict, now: number): boolean {
    this.#probing = false;
    if (verdict !== 'success') {
      this.#open(now);
      return true;
    }
    this.#probeSuccesses += 1;
    if (this.#probeSuccesses < this.#settings.successes) return false;
    this.reset();
    return true;
  }

  #isTooMuch(now: number): boolean {
    const { consecutive, minimum, ratio } = this.#settings;
    if (this.#consecutive >= consecutive) return true;
    return this.#window.answers(now) >= minimum && this.#window.ratio(now) >= ratio;
  }

  #open(now: number): void {
    const { open, openMax } = this.#settings;
    const jitter = 0.8 + 0.4 * this.#random();
    this.#openUntil = now + Math.min(openMax, open * 2 ** this.#openings * jitter);
    this.#openings += 1;
    this.#consecutive = 0;
    this.#probeSuccesses = 0;
    this.#window.clear();
  }
}

const WEIGHTS: Readonly<Record<BreakerVerdict, number>> = { success: 0, soft: 0.5, failure: 1 };
