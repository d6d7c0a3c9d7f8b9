import type { Obstacle } from './obstacle.ts';
import type { TargetKey } from './target-key.ts';

/** A target that asked to be left alone, or an account that has nothing left. */
export interface Cooldown {
  readonly key: TargetKey;
  /** Whose limit it is: `gateway`, or the hash of a caller's credential. */
  readonly account: string;
  /** `account` holds for every model of the provider. */
  readonly scope: 'model' | 'account';
  /** Monotonic, milliseconds. */
  readonly until: number;
  /** In words: `it asked to wait (rate-limit)`. */
  readonly reason: string;
}

/** Cool-downs by provider, account and model. Those that have passed are forgotten when they are met. */
export class Cooldowns {
  readonly #entries = new Map<string, Cooldown>();

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  /** A later end replaces an earlier one, never the reverse. */
  set(cooldown: Cooldown): void {
    const place = placeOf(cooldown.key, cooldown.account, cooldown.scope);
    const known = this.#entries.get(place);
    if (known === undefined || known.until < cooldown.until) this.#entries.set(place, cooldown);
  }

  obstacle(key: TargetKey, account: string, now: number): Obstacle | undefined {
    if (this.isEmpty) return undefined;
    return (
      this.#obstacleAt(placeOf(key, account, 'model'), now) ??
      this.#obstacleAt(placeOf(key, account, 'account'), now)
    );
  }

  list(now: number): readonly Cooldown[] {
    for (const [place, { until }] of this.#entries) if (until <= now) this.#entries.delete(place);
    return [...this.#entries.values()];
  }

  /** @returns those there were */
  clear(fits: (key: TargetKey) => boolean): readonly Cooldown[] {
    const found = [...this.#entries].filter(([, { key }]) => fits(key));
    for (const [place] of found) this.#entries.delete(place);
    return found.map(([, cooldown]) => cooldown);
  }

  #obstacleAt(place: string, now: number): Obstacle | undefined {
    const found = this.#entries.get(place);
    if (found === undefined) return undefined;
    if (found.until > now) return { reason: found.reason, readyInMs: found.until - now };
    this.#entries.delete(place);
    return undefined;
  }
}

function placeOf({ provider, origin, model }: TargetKey, account: string, scope: Cooldown['scope']): string {
  const place = `${provider} ${origin} ${account}`;
  return scope === 'account' ? place : `${place} ${model}`;
}
