import type { Tier } from '../domain/tier.ts';
import { Lru } from '../lib/lru.ts';
import { usedUp, type QuotaReading, type QuotaWindow } from './quota.ts';

/** More accounts than this do not share one gateway. */
const MOST_ACCOUNTS = 500;

/** The last quota reading of each account, by the hash of its credential. */
export class QuotaMemory {
  readonly #readings = new Lru<string, QuotaReading>(MOST_ACCOUNTS);
  readonly #accounts = new Set<string>();

  get isEmpty(): boolean {
    return this.#accounts.size === 0;
  }

  remember(account: string, reading: QuotaReading): void {
    this.#readings.set(account, reading);
    this.#accounts.add(account);
    if (this.#accounts.size > MOST_ACCOUNTS) this.#dropForgotten();
  }

  last(account: string): QuotaReading | undefined {
    return this.#readings.get(account);
  }

  /**
   * @param at utilization from which a window counts as used up @param now wall clock, milliseconds
   * @param tier leaves out windows that are about other tiers
   */
  usedUp(account: string, at: number, now: number, tier?: Tier): QuotaWindow | undefined {
    const reading = this.#readings.get(account);
    return reading && usedUp(reading, at, now, tier);
  }

  list(): readonly { readonly account: string; readonly reading: QuotaReading }[] {
    return [...this.#accounts].flatMap((account) => {
      const reading = this.#readings.get(account);
      return reading === undefined ? [] : [{ account, reading }];
    });
  }

  #dropForgotten(): void {
    for (const account of this.#accounts)
      if (this.#readings.get(account) === undefined) this.#accounts.delete(account);
  }
}
