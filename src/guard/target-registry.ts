import { Breaker, type BreakerState, type BreakerVerdict } from './breaker.ts';
import type { BreakerSettings } from './breaker-settings.ts';
import { Cooldowns, type Cooldown } from './cooldowns.ts';
import type { Obstacle } from './obstacle.ts';
import { keyText, type TargetKey } from './target-key.ts';

/** Leave to send one request. A probe must be settled with a verdict or abandoned. */
export interface Pass {
  readonly key: TargetKey;
  readonly kind: 'pass' | 'probe';
}

export interface BreakerStatus {
  readonly key: TargetKey;
  readonly state: BreakerState;
  readonly readyInMs: number;
  readonly openings: number;
}

/** What changed about a target: its breaker's state, or that it is left alone for a time. */
export type RegistryChange =
  | ({ readonly kind: 'breaker' } & BreakerStatus)
  /** `forMs` is 0 when a cool-down was ended by hand. */
  | { readonly kind: 'cooldown'; readonly key: TargetKey; readonly reason: string; readonly forMs: number };

/** More targets than this are somebody's invented model names. */
const MOST_BREAKERS = 2_000;

/**
 * What is known to be wrong with targets: breakers for those that fail, cool-downs for those that ask to be left
 * alone. Holds nothing about targets that work, so that they cost nothing.
 */
export class TargetRegistry {
  readonly #breakers = new Map<string, { readonly key: TargetKey; readonly breaker: Breaker }>();
  #settings: BreakerSettings;
  readonly #random: () => number;
  readonly #onChange: (change: RegistryChange) => void;
  readonly cooldowns = new Cooldowns();

  /**
   * @param random 0 to 1, spreads the ends of open periods
   * @param onChange called after a breaker changed its state, or a cool-down began or was ended by hand; must not throw
   */
  constructor(
    settings: BreakerSettings,
    random: () => number,
    onChange: (change: RegistryChange) => void = () => undefined,
  ) {
    this.#settings = settings;
    this.#random = random;
    this.#onChange = onChange;
  }

  /** New settings, for the breakers there are, too. */
  use(settings: BreakerSettings): void {
    this.#settings = settings;
    for (const { breaker } of this.#breakers.values()) breaker.use(settings);
  }

  /** Whether nothing at all is wrong: the usual state, and the quick answer to every question. */
  get isQuiet(): boolean {
    return this.#breakers.size === 0 && this.cooldowns.isEmpty;
  }

  /**
   * Why a target should not be asked now, if so. Does not take the probe.
   * @param account whose limits count: `gateway`, or the hash of a caller's credential
   */
  obstacle(key: TargetKey, account: string, now: number): Obstacle | undefined {
    const breaker = this.#breakers.get(keyText(key))?.breaker;
    if (breaker !== undefined && breaker.state(now) === 'open')
      return { reason: 'its breaker is open', readyInMs: breaker.readyIn(now) };
    if (breaker?.probing === true) return { reason: 'its breaker waits for a probe', readyInMs: 1_000 };
    return this.cooldowns.obstacle(key, account, now);
  }

  /** Asks to send a request. @returns `undefined` when the breaker does not let it pass */
  admit(key: TargetKey, now: number): Pass | undefined {
    const kind = this.#breakers.get(keyText(key))?.breaker.admit(now) ?? 'pass';
    return kind === 'refused' ? undefined : { key, kind };
  }

  record({ key, kind }: Pass, verdict: BreakerVerdict, now: number): void {
    const text = keyText(key);
    const known = this.#breakers.get(text);
    if (known === undefined && verdict === 'success') return;
    const { breaker } = known ?? this.#add(key);
    const changed = breaker.record(verdict, kind, now);
    if (breaker.isIdle(now)) this.#breakers.delete(text);
    if (changed) this.#onChange({ kind: 'breaker', ...statusOf(key, breaker, now) });
  }

  abandon({ key, kind }: Pass): void {
    if (kind === 'probe') this.#breakers.get(keyText(key))?.breaker.abandon();
  }

  cool(cooldown: Cooldown, now: number): void {
    this.cooldowns.set(cooldown);
    const { key, reason, until } = cooldown;
    this.#onChange({ kind: 'cooldown', key, reason, forMs: until - now });
  }

  /** Every breaker that remembers something. */
  list(now: number): readonly BreakerStatus[] {
    return [...this.#breakers.values()].map(({ key, breaker }) => statusOf(key, breaker, now));
  }

  /** Closes the breakers and ends the cool-downs that fit; all of them without a filter. @returns how many */
  reset(fits: (key: TargetKey) => boolean, now: number): number {
    const found = [...this.#breakers].filter(([, { key }]) => fits(key));
    for (const [text, { key, breaker }] of found) {
      const wasClosed = breaker.state(now) === 'closed';
      this.#breakers.delete(text);
      breaker.reset();
      if (!wasClosed) this.#onChange({ kind: 'breaker', ...statusOf(key, breaker, now) });
    }
    const cooled = this.cooldowns.clear(fits);
    for (const { key } of cooled)
      this.#onChange({ kind: 'cooldown', key, reason: 'it is asked again', forMs: 0 });
    return found.length + cooled.length;
  }

  /** Opens a breaker for a time: after a restart, from a predecessor's file, or by hand. */
  forceOpen(key: TargetKey, open: { readonly forMs: number; readonly openings: number }, now: number): void {
    const { breaker } = this.#breakers.get(keyText(key)) ?? this.#add(key);
    breaker.forceOpen(open.forMs, open.openings, now);
    this.#onChange({ kind: 'breaker', ...statusOf(key, breaker, now) });
  }

  #add(key: TargetKey): { readonly key: TargetKey; readonly breaker: Breaker } {
    if (this.#breakers.size >= MOST_BREAKERS) {
      const [oldest] = this.#breakers.keys();
      if (oldest !== undefined) this.#breakers.delete(oldest);
    }
    const entry = { key, breaker: new Breaker(this.#settings, this.#random) };
    this.#breakers.set(keyText(key), entry);
    return entry;
  }
}

function statusOf(key: TargetKey, breaker: Breaker, now: number): BreakerStatus {
  return { key, state: breaker.state(now), readyInMs: breaker.readyIn(now), openings: breaker.openings };
}
