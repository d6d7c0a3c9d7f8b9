import type { Money } from '../../domain/money.ts';

const DAY_MS = 86_400_000;

export interface ShadowBudgetInput {
  /** What copies have cost since a moment, as far as it is written down. @throws when nobody can say */
  readonly spentSince: (since: number) => Promise<Money>;
  /** Wall clock, milliseconds. */
  readonly now: () => number;
}

/**
 * What copies have cost today (UTC). Asks the ledger once and adds up from there; while nobody can say, nothing may
 * be spent.
 */
export class ShadowBudget {
  readonly #input: ShadowBudgetInput;
  #day = 0;
  #spent: Money | undefined;
  #asking: Promise<void> | undefined;

  constructor(input: ShadowBudgetInput) {
    this.#input = input;
  }

  /** Whether another copy may be sent under this limit. */
  async allows(limit: Money): Promise<boolean> {
    this.#turnDay();
    if (this.#spent === undefined) await (this.#asking ??= this.#ask());
    return this.#spent !== undefined && this.#spent < limit;
  }

  /** Adds what a copy cost. */
  add(cost: Money): void {
    this.#turnDay();
    if (this.#spent !== undefined) this.#spent += cost;
  }

  /** Something could not be written down: ask again before more is spent. */
  forget(): void {
    this.#spent = undefined;
  }

  /** Nothing was spent yet on a day that began while somebody watched. */
  #turnDay(): void {
    const day = Math.floor(this.#input.now() / DAY_MS);
    if (day === this.#day) return;
    if (this.#day !== 0 && this.#spent !== undefined) this.#spent = 0n;
    this.#day = day;
  }

  async #ask(): Promise<void> {
    try {
      this.#spent = await this.#input.spentSince(this.#day * DAY_MS);
    } catch {
      this.#spent = undefined; // Whoever asked is told that nothing may be spent.
    } finally {
      this.#asking = undefined;
    }
  }
}
