const BUCKETS = 10;

/** Answers and failures of the last while, in ten buckets: enough to tell a bad minute from a bad hour. */
export class FailureWindow {
  readonly #bucketMs: number;
  readonly #answers = new Float64Array(BUCKETS);
  readonly #failures = new Float64Array(BUCKETS);
  #newest = 0;

  /** @param windowMs how long an answer counts */
  constructor(windowMs: number) {
    this.#bucketMs = Math.max(1, windowMs / BUCKETS);
  }

  /** @param failure 0 for a success, 1 for a failure, 0.5 for an answer that is only half of one */
  add(failure: number, now: number): void {
    this.#forget(now);
    const bucket = this.#newest % BUCKETS;
    this.#answers[bucket] = (this.#answers[bucket] ?? 0) + 1;
    this.#failures[bucket] = (this.#failures[bucket] ?? 0) + failure;
  }

  answers(now: number): number {
    this.#forget(now);
    return this.#answers.reduce((sum, count) => sum + count, 0);
  }

  /** 0 to 1; 0 when there are no answers. */
  ratio(now: number): number {
    const answers = this.answers(now);
    return answers === 0 ? 0 : this.#failures.reduce((sum, count) => sum + count, 0) / answers;
  }

  clear(): void {
    this.#answers.fill(0);
    this.#failures.fill(0);
  }

  #forget(now: number): void {
    const current = Math.floor(now / this.#bucketMs);
    const steps = Math.min(BUCKETS, current - this.#newest);
    for (let step = 1; step <= steps; step++) {
      const bucket = (current - steps + step) % BUCKETS;
      this.#answers[bucket] = 0;
      this.#failures[bucket] = 0;
    }
    if (current > this.#newest) this.#newest = current;
  }
}
