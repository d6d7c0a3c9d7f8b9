/** Second tries saved up at most, so that a quiet hour does not pay for a storm. */
const SAVED_AT_MOST = 20;

/**
 * How much more than its share a gateway may ask of providers that fail: every request earns a part of a second
 * try, and one a second is always free. Tries after a refusal that surely billed nothing are not counted.
 */
export class RetryBudget {
  #share: number;
  #saved = SAVED_AT_MOST / 2;
  #freeAt = -Infinity;

  /** @param share second tries per request, 0.2 for one in five */
  constructor(share: number) {
    this.#share = share;
  }

  /** A new share; what is saved stays. */
  use(share: number): void {
    this.#share = share;
  }

  earn(): void {
    this.#saved = Math.min(SAVED_AT_MOST, this.#saved + this.#share);
  }

  /** Takes one second try, if there is one. @param now monotonic, milliseconds */
  spend(now: number): boolean {
    if (now - this.#freeAt >= 1_000) {
      this.#freeAt = now;
      return true;
    }
    if (this.#saved < 1) return false;
    this.#saved -= 1;
    return true;
  }
}
